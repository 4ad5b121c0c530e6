// Reading and writing quantities with units. Numbers go through from_chars, so that no locale changes their meaning.
#include "time/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace lsrun::time {
namespace {

using model::error;

struct unit {
  std::string_view name;
  double size;
};

constexpr double day = 24.0 * static_cast<double>(hour);
constexpr double longest = 3650 * day;
// Largest first: parse_duration wants them in this order, formatting takes the first that fits.
constexpr std::array<unit, 7> duration_units{{{"d", day},
                                              {"h", static_cast<double>(hour)},
                                              {"m", static_cast<double>(minute)},
                                              {"s", static_cast<double>(second)},
                                              {"ms", static_cast<double>(millisecond)},
                                              {"us", static_cast<double>(microsecond)},
                                              {"ns", 1.0}}};
constexpr std::array<unit, 9> window_units{{{"ms", static_cast<double>(millisecond)},
                                            {"s", static_cast<double>(second)},
                                            {"sec", static_cast<double>(second)},
                                            {"min", static_cast<double>(minute)},
                                            {"m", static_cast<double>(minute)},
                                            {"h", static_cast<double>(hour)},
                                            {"hour", static_cast<double>(hour)},
                                            {"d", day},
                                            {"day", day}}};
constexpr std::array<unit, 9> size_units{{{"B", 1.0},
                                          {"KiB", 1024.0},
                                          {"MiB", 1048576.0},
                                          {"GiB", 1073741824.0},
                                          {"TiB", 1099511627776.0},
                                          {"KB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"TB", 1e12}}};

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

std::string quoted(std::string_view s) { return "\"" + std::string(s) + "\""; }

// A decimal number at the front of `s`, taken off it. No sign, no exponent, finite.
std::optional<double> take_number(std::string_view& s) {
  if (s.empty() || !(is_digit(s.front()) || s.front() == '.')) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(s.data(), s.data() + s.size(), value, std::chars_format::fixed);
  if (failure != std::errc{} || !std::isfinite(value)) return std::nullopt;
  s.remove_prefix(static_cast<std::size_t>(end - s.data()));
  return value;
}

std::string_view take_letters(std::string_view& s) {
  std::size_t n = 0;
  while (n < s.size() && is_letter(s[n])) ++n;
  const auto word = s.substr(0, n);
  s.remove_prefix(n);
  return word;
}

template <std::size_t N>
const unit* find(const std::array<unit, N>& units, std::string_view name) {
  for (const auto& u : units)
    if (u.name == name) return &u;
  return nullptr;
}

error no_duration(std::string_view text, const std::string& why) {
  return {quoted(text) + " is not a duration: " + why + "; write for example \"5s\", \"500ms\" or \"1h30m\""};
}
error no_rate(std::string_view text, const std::string& why) {
  return {quoted(text) + " is not a rate: " + why + "; write for example \"30/min\", \"100/s\" or \"90/30s\""};
}

// `value` with three significant digits, trailing zeros and point removed.
std::string three_digits(double value) {
  std::array<char, 64> buffer{};
  const double size = std::fabs(value);
  if (size != 0 && (size < 0.001 || size >= 1e15)) {
    std::snprintf(buffer.data(), buffer.size(), "%.3g", value);
    return buffer.data();
  }
  const int magnitude = size == 0 ? 0 : static_cast<int>(std::floor(std::log10(size)));
  const double step = std::pow(10.0, magnitude - 2);
  const double rounded = size == 0 ? 0 : std::round(value / step) * step;
  std::snprintf(buffer.data(), buffer.size(), "%.*f", magnitude >= 2 ? 0 : 2 - magnitude, rounded);
  std::string text = buffer.data();
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace

model::result<span> parse_duration(std::string_view text) {
  auto rest = trimmed(text);
  if (rest.empty()) return no_duration(text, "it is empty");
  if (rest.front() == '-') return no_duration(text, "it is negative");
  double sum = 0;
  const unit* last = nullptr;
  while (!rest.empty()) {
    const auto number = take_number(rest);
    if (!number) return no_duration(text, "a number is missing before " + quoted(rest));
    const auto name = take_letters(rest);
    if (name.empty()) return no_duration(text, "it needs a unit");
    const unit* u = find(duration_units, name);
    if (!u) return no_duration(text, quoted(name) + " is no unit of time (d, h, m, s, ms, us, ns)");
    if (last && u->size >= last->size) return no_duration(text, "its units are not from large to small");
    sum += *number * u->size;
    last = u;
  }
  if (sum > longest) return no_duration(text, "it is longer than ten years");
  return static_cast<span>(std::llround(sum));
}

model::result<frequency> parse_rate(std::string_view text) {
  auto rest = trimmed(text);
  if (!rest.empty() && rest.front() == '-') return no_rate(text, "it is negative");
  const auto count = take_number(rest);
  if (!count) return no_rate(text, "it does not begin with a number");
  rest = trimmed(rest);
  if (rest.empty() || rest.front() != '/') return no_rate(text, "it needs a unit of time after a slash");
  rest = trimmed(rest.substr(1));
  if (const unit* u = find(window_units, rest)) return frequency{*count, static_cast<span>(u->size)};
  const auto window = parse_duration(rest);
  if (!window) return no_rate(text, quoted(rest) + " is no unit of time (s, min, h, d) and no duration");
  if (*window <= 0) return no_rate(text, "its window is 0");
  return frequency{*count, *window};
}

model::result<double> parse_ratio(std::string_view text) {
  auto rest = trimmed(text);
  const auto number = take_number(rest);
  if (!number || trimmed(rest) != "%")
    return error{quoted(text) + " is not a percentage; write for example \"10%\" or \"0.5%\""};
  return *number / 100;
}

model::result<std::uint64_t> parse_size(std::string_view text) {
  auto rest = trimmed(text);
  const auto number = take_number(rest);
  const unit* u = find(size_units, trimmed(rest));
  if (!number || !u) return error{quoted(text) + " is not a size; write for example \"6GiB\", \"100MB\" or \"512B\""};
  const double bytes = *number * u->size;
  if (bytes >= 9.2e18) return error{quoted(text) + " is larger than any memory"};
  return static_cast<std::uint64_t>(std::llround(bytes));
}

model::result<call> parse_call(std::string_view text) {
  const error wrong{quoted(text) + " is not of the form name(first, second)"};
  auto rest = trimmed(text);
  call result;
  result.name = take_letters(rest);
  rest = trimmed(rest);
  if (result.name.empty()) return wrong;
  if (rest.empty()) return result;
  if (rest.front() != '(' || rest.back() != ')' || rest.size() < 2) return wrong;
  rest = trimmed(rest.substr(1, rest.size() - 2));
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto argument = trimmed(rest.substr(0, comma));
    if (argument.empty() || argument.find_first_of("()") != std::string_view::npos) return wrong;
    result.arguments.emplace_back(argument);
    if (comma == std::string_view::npos) break;
    rest = trimmed(rest.substr(comma + 1));
    if (rest.empty()) return wrong;
  }
  return result;
}

std::string format_duration(span s) {
  if (s == 0) return "0s";
  if (s < 0) return "-" + format_duration(s == INT64_MIN ? INT64_MAX : -s);
  const auto value = static_cast<double>(s);
  // 0.9995 and up rounds to 1: "1s" instead of "1000ms".
  for (std::size_t i = 1; i < duration_units.size(); ++i)
    if (value >= duration_units[i].size * 0.9995)
      return three_digits(value / duration_units[i].size) + std::string(duration_units[i].name);
  return three_digits(value) + "ns";
}

std::string exact_duration(span s) {
  if (s <= 0) return "0s";
  std::string text;
  for (const auto& u : duration_units) {
    if (u.name == "d") continue;
    const auto size = static_cast<span>(u.size);
    if (const span n = s / size; n > 0) text += std::to_string(n) + std::string(u.name);
    s %= size;
  }
  return text;
}

std::string format_size(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  for (std::size_t i = 4; i > 0; --i)
    if (value >= size_units[i].size * 0.9995)
      return three_digits(value / size_units[i].size) + std::string(size_units[i].name);
  return std::to_string(bytes) + "B";
}

std::string format_rate(double per_second) {
  if (per_second >= 1 || per_second <= 0) return three_digits(per_second) + "/s";
  if (per_second * 60 >= 1) return three_digits(per_second * 60) + "/min";
  return three_digits(per_second * 3600) + "/h";
}

std::string format_ratio(double ratio) { return three_digits(ratio * 100) + "%"; }

std::string format_number(double value) { return three_digits(value); }

std::string format_count(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), " ");
  return digits;
}

}  // namespace lsrun::time
