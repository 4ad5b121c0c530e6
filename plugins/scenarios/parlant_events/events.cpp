#include "events.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <limits>

namespace parlant {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_detail = 120;  // bytes: a reason is a key of the report's table of failures

const json::value* member(const json::value& of, std::string_view name) {
  const auto* object = of.if_object();
  return object ? object->if_contains(json::string_view(name.data(), name.size())) : nullptr;
}

std::string_view text(const json::value* v) {
  return v && v->is_string() ? std::string_view(v->get_string().data(), v->get_string().size()) : std::string_view{};
}

// A document parsed into room of its own where it fits; null where the text is not JSON.
class document {
 public:
  explicit document(std::string_view from)
      : memory_(room_.data(), room_.size()), value_(json::parse({from.data(), from.size()}, bad_, &memory_)) {}
  const json::value& root() const { return value_; }

 private:
  std::array<unsigned char, 8192> room_;
  boost::system::error_code bad_;
  json::monotonic_resource memory_;
  json::value value_;
};

std::string cut(std::string_view words) {
  words = words.substr(0, words.find(", HEADERS="));
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

void read_status(const json::value& data, event& e) {
  const auto status = text(member(data, "status"));
  const auto* more = member(data, "data");
  if (status == "acknowledged") {
    e.what = kind::acknowledged;
  } else if (status == "cancelled") {
    e.what = kind::cancelled;
  } else if (status == "error") {
    e.what = kind::error;
    if (more) e.detail = last_line(text(member(*more, "exception")));
  } else if (status == "ready" && more && text(member(*more, "stage")) == "completed") {
    e.what = kind::completed;
  }
}

void read_message(const json::value& data, event& e) {
  e.what = kind::message;
  if (const auto* tags = member(data, "tags"); tags && tags->is_array())
    for (const auto& tag : tags->get_array()) e.preamble = e.preamble || text(&tag) == "__preamble__";
  if (const auto* chunks = member(data, "chunks"); chunks && chunks->is_array()) {
    const auto& pieces = chunks->get_array();
    e.unfinished = pieces.empty() || !pieces.back().is_null();
    e.pieces = static_cast<std::uint32_t>(pieces.size()) - (e.unfinished ? 0u : 1u);
  }
}

std::optional<event> event_of(const json::value& from) {
  const auto* offset = member(from, "offset");
  const auto* data = member(from, "data");
  const auto type = text(member(from, "kind"));
  if (!offset || !offset->is_int64() || !data || type.empty()) return {};
  const auto place = offset->get_int64();
  if (place < 0 || place >= std::numeric_limits<std::uint32_t>::max()) return {};
  event e;
  e.offset = static_cast<std::uint32_t>(place);
  e.creation_us = read_stamp(text(member(from, "creation_utc")));
  if (type == "status") read_status(*data, e);
  if (type == "message") {
    read_message(*data, e);
    e.id = text(member(from, "id"));
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

bool read_events(std::string_view from, std::vector<event>& into) {
  into.clear();
  const document parsed(from);
  if (!parsed.root().is_array()) return false;
  for (const auto& item : parsed.root().get_array()) {
    auto e = event_of(item);
    if (!e) {
      into.clear();
      return false;
    }
    into.push_back(*std::move(e));
  }
  return true;
}

std::optional<event> read_event(std::string_view from) {
  const document parsed(from);
  return event_of(parsed.root());
}

std::string read_string(std::string_view from, std::string_view name) {
  const document parsed(from);
  return std::string(text(member(parsed.root(), name)));
}

std::string read_first_id(std::string_view from) {
  const document parsed(from);
  const auto* list = parsed.root().if_array();
  return list && !list->empty() ? std::string(text(member(list->front(), "id"))) : std::string();
}

std::string read_detail(std::string_view from) {
  const document parsed(from);
  const auto* detail = member(parsed.root(), "detail");
  if (!detail) return {};
  if (const auto* list = detail->if_array())
    return list->empty() ? std::string() : cut(text(member(list->front(), "msg")));
  return cut(text(detail));
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
