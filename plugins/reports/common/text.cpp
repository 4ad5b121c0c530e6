// Figures as people read them, and text from outside made safe to show.
#include "common/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace reports {
namespace {

constexpr std::string_view thin = "\u202f";  // narrow no-break space

// One UTF-8 character from `at` on: its length and code point; a stray byte counts as one character.
struct character {
  std::size_t length = 1;
  char32_t code = 0xFFFD;
};
character decode(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || at + length > s.size()) return {};
  char32_t code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool longer_than_needed = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool no_character = (code >= 0xD800 && code < 0xE000) || (code & 0xFFFE) == 0xFFFE || code > 0x10FFFF;
  if (longer_than_needed || no_character) return {};
  return {length, code};
}

bool turns_direction(char32_t c) {
  return c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// Digits with a thin space between the thousands of the whole part.
std::string grouped(std::string_view digits) {
  const std::size_t point = digits.find('.');
  const std::string_view integer = digits.substr(0, point);
  std::string out;
  for (std::size_t i = 0; i < integer.size(); ++i) {
    if (i > 0 && (integer.size() - i) % 3 == 0 && integer[i - 1] != '-') out += thin;
    out += integer[i];
  }
  if (point != std::string_view::npos) out += digits.substr(point);
  return out;
}

std::string with_unit(double value, std::string_view unit) {
  return figure(value) + std::string(thin) + std::string(unit);
}

}  // namespace

std::string clean(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    const character c = decode(s, at);
    if (c.code == '\t' || c.code == '\n' || c.code == '\r' || c.code == 0x2028 || c.code == 0x2029)
      out += ' ';
    else if (c.code == 0xFFFD)
      out += "\uFFFD";
    else if (c.code >= 0x20 && !(c.code >= 0x7F && c.code < 0xA0) && !turns_direction(c.code))
      out += s.substr(at, c.length);
    at += c.length;
  }
  return out;
}

std::string html(std::string_view s) {
  std::string out;
  for (const char c : clean(s)) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string plain(double value) {
  if (value >= 0 && value < 1e15 && value == std::trunc(value) && !std::signbit(value))
    return std::to_string(static_cast<std::uint64_t>(value));
  std::array<char, 400> room;
  // Fifteen digits are what a double surely carries: the sixteenth may come from a sum or from reading the text.
  const auto digits = std::to_chars(room.data(), room.data() + room.size(), value, std::chars_format::general, 15).ptr;
  std::from_chars(room.data(), digits, value);
  const auto [end, fault] = std::to_chars(room.data(), room.data() + room.size(), value, std::chars_format::fixed);
  return fault == std::errc{} ? std::string(room.data(), end) : std::string();
}

std::string figure(double value) {
  if (value == 0 || !std::isfinite(value)) return value == 0 ? "0" : "-";
  const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  const double step = std::pow(10.0, exponent - 2);
  const double rounded = std::round(value / step) * step;
  std::array<char, 400> room;
  const int decimals = exponent >= 2 ? 0 : 2 - exponent;
  const auto end =
      std::to_chars(room.data(), room.data() + room.size(), rounded, std::chars_format::fixed, decimals).ptr;
  std::string digits(room.data(), end);
  if (decimals > 0) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return grouped(digits);
}

std::string whole(std::uint64_t n) { return grouped(std::to_string(n)); }

std::string milliseconds(double ms) {
  if (ms >= 3'600'000) return with_unit(ms / 3'600'000, "h");
  if (ms >= 60'000) return with_unit(ms / 60'000, "min");
  if (ms >= 999.5) return with_unit(ms / 1000, "s");
  if (ms >= 0.9995 || ms == 0) return with_unit(ms, "ms");
  return with_unit(ms * 1000, "\u00b5s");
}

std::string percent(double ratio) { return with_unit(ratio * 100, "%"); }

std::string bytes(double n) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (std::fabs(n) >= 999.5 && unit + 1 < units.size()) {
    n /= 1024;
    ++unit;
  }
  return with_unit(n, units[unit]);
}

std::string per_second(double rate) { return figure(rate) + "/s"; }

std::string seconds_exact(double s) {
  if (s < 60) return with_unit(s, "s");
  const auto total = static_cast<std::uint64_t>(std::llround(s));
  const auto part = [](std::uint64_t n, bool two_digits, const char* unit) {
    return (two_digits && n < 10 ? "0" : "") + std::to_string(n) + std::string(thin) + unit;
  };
  const std::string rest = " " + part(total % 60, true, "s");
  if (total < 3600) return part(total / 60, false, "min") + rest;
  return part(total / 3600, false, "h") + " " + part(total / 60 % 60, true, "min") + rest;
}

std::string in_unit(double value, std::string_view unit) {
  if (unit == "s") return milliseconds(value * 1000);
  if (unit == "ratio") return percent(value);
  if (unit == "bytes") return bytes(value);
  if (unit == "1/s") return per_second(value);
  if (unit == "cores") return with_unit(value, value == 1 ? "core" : "cores");
  if (unit == "count" && value >= 0 && value == std::floor(value) && value < 1e18)
    return whole(static_cast<std::uint64_t>(value));
  return figure(value);
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  return whole(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace reports
