#include "events.hpp"

#include <charconv>
#include <chrono>
#include <limits>
#include <lsrun/json_read.hpp>

namespace parlant {
namespace {

using lsrun::json_kind;
using lsrun::json_view;

constexpr std::size_t longest_detail = 120;  // bytes: a reason is a key of the report's table of failures

// The text as a JSON document; a value that is absent where it is not one.
json_view document(std::string_view text) { return lsrun::json_valid(text) ? json_view(text) : json_view(); }

std::string cut(std::string_view words) {
  for (const char* const varying : {", HEADERS=", " (id="}) words = words.substr(0, words.find(varying));
  if (words.size() > longest_detail) {
    std::size_t end = longest_detail;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0u) == 0x80u) --end;
    words = words.substr(0, end);
  }
  return std::string(words);
}

// The server sends a Python list of a traceback's lines, printed one a line; the last of them is what happened.
std::string last_line(std::string_view exception) {
  const auto strip_end = [&](std::string_view characters) {
    const auto last = exception.find_last_not_of(characters);
    exception = exception.substr(0, last == std::string_view::npos ? 0 : last + 1);
  };
  strip_end("]'\" \n");
  if (exception.ends_with("\\n")) exception.remove_suffix(2);
  exception = exception.substr(exception.rfind('\n') + 1);  // npos + 1 is 0
  const auto first = exception.find_first_not_of(" ['\"");
  return first == std::string_view::npos ? std::string() : cut(exception.substr(first));
}

void read_status(json_view data, event& e) {
  const auto status = data["/status"];
  if (status.is("acknowledged")) {
    e.what = kind::acknowledged;
  } else if (status.is("cancelled")) {
    e.what = kind::cancelled;
  } else if (status.is("error")) {
    e.what = kind::error;
    e.detail = last_line(data.json_string("/data/exception"));
  } else if (status.is("ready") && data["/data/stage"].is("completed")) {
    e.what = kind::completed;
  }
}

void read_message(json_view data, event& e) {
  e.what = kind::message;
  for (const auto tag : data["/tags"]) e.preamble = e.preamble || tag.is("__preamble__");
  const auto chunks = data["/chunks"];
  e.unfinished = chunks.kind() == json_kind::array;
  for (const auto chunk : chunks) {
    e.unfinished = chunk.kind() != json_kind::null;
    if (e.unfinished) ++e.pieces;
  }
}

std::optional<event> event_of(json_view from) {
  const auto data = from["/data"];
  const auto place = from.json_int("/offset", -1);
  if (place < 0 || place >= std::numeric_limits<std::uint32_t>::max()) return {};
  if (!data.exists() || from["/kind"].kind() != json_kind::string) return {};
  event e;
  e.offset = static_cast<std::uint32_t>(place);
  e.creation_us = read_stamp(from.json_string("/creation_utc"));
  if (from["/kind"].is("status")) read_status(data, e);
  if (from["/kind"].is("message")) {
    read_message(data, e);
    e.id = from.json_string("/id");
  }
  return e;
}

// Digits of fixed width; -1 if they are not.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  if (at + width > text.size()) return -1;
  const auto* end = text.data() + at + width;
  const auto [stop, bad] = std::from_chars(text.data() + at, end, value);
  return bad == std::errc{} && stop == end && value >= 0 ? value : -1;
}

// ".998410" as microseconds, whatever its number of digits.
std::int64_t fraction_us(std::string_view text) {
  std::int64_t us = 0;
  std::int64_t unit = 100'000;
  for (std::size_t i = 1; i < text.size() && text[0] == '.' && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10)
    us += (text[i] - '0') * unit;
  return us;
}

}  // namespace

bool read_events(std::string_view json, std::vector<event>& into) {
  into.clear();
  const auto list = document(json);
  if (list.kind() != json_kind::array) return false;
  for (const auto item : list) {
    auto e = event_of(item);
    if (!e) {
      into.clear();
      return false;
    }
    into.push_back(*std::move(e));
  }
  return true;
}

std::optional<event> read_event(std::string_view json) { return event_of(document(json)); }

std::string read_string(std::string_view json, std::string_view name) {
  return document(json).json_string("/" + std::string(name));
}

std::string read_first_id(std::string_view json) { return document(json).json_string("/0/id"); }

std::string read_detail(std::string_view json) {
  const auto detail = document(json)["/detail"];
  return cut(detail.kind() == json_kind::array ? detail.json_string("/0/msg") : detail.string());
}

std::int64_t read_stamp(std::string_view text) {
  using namespace std::chrono;
  const int numbers[] = {digits(text, 0, 4),  digits(text, 5, 2),  digits(text, 8, 2),
                         digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)};
  for (const int n : numbers)
    if (n < 0) return 0;
  if (text.back() != 'Z' || text[10] != 'T') return 0;
  const year_month_day day{year{numbers[0]}, month{static_cast<unsigned>(numbers[1])},
                           std::chrono::day{static_cast<unsigned>(numbers[2])}};
  if (!day.ok()) return 0;
  const auto whole = sys_days{day} + hours{numbers[3]} + minutes{numbers[4]} + seconds{numbers[5]};
  return duration_cast<microseconds>(whole.time_since_epoch()).count() + fraction_us(text.substr(19));
}

}  // namespace parlant
