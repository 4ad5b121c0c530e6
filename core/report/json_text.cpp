// Boost.JSON writes 212.5 as 2.125E2; a report is read by people, so numbers are written here.
#include "report/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lsrun::report {
namespace {

namespace json = boost::json;

constexpr std::size_t spread_levels = 2;

void number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char text[400];
  const auto [end, fault] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  out.append(text, fault == std::errc{} ? end : text);
}

void number(std::string& out, std::integral auto value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void quoted(std::string& out, std::string_view text) {
  const bool as_it_is = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != '"' && c != '\\'; });
  if (!as_it_is) {
    out += json::serialize(json::string_view{text.data(), text.size()});
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void line(std::string& out, std::size_t level) {
  out += '\n';
  out.append(2 * level, ' ');
}

void write(std::string& out, const json::value& v, std::size_t level);

template <class Container, class WriteItem>
void items(std::string& out, const Container& container, char open, char close, std::size_t level, WriteItem item) {
  const bool spread = level < spread_levels && !container.empty();
  out += open;
  bool first = true;
  for (const auto& entry : container) {
    if (!first) out += spread ? "," : ", ";
    first = false;
    if (spread) line(out, level + 1);
    item(entry);
  }
  if (spread) line(out, level);
  out += close;
}

void write(std::string& out, const json::value& v, std::size_t level) {
  switch (v.kind()) {
    case json::kind::object:
      items(out, v.get_object(), '{', '}', level, [&](const auto& entry) {
        quoted(out, {entry.key().data(), entry.key().size()});
        out += ": ";
        write(out, entry.value(), level + 1);
      });
      break;
    case json::kind::array:
      items(out, v.get_array(), '[', ']', level, [&](const json::value& item) { write(out, item, level + 1); });
      break;
    case json::kind::string:
      quoted(out, {v.get_string().data(), v.get_string().size()});
      break;
    case json::kind::double_:
      number(out, v.get_double());
      break;
    case json::kind::int64:
      number(out, v.get_int64());
      break;
    case json::kind::uint64:
      number(out, v.get_uint64());
      break;
    case json::kind::bool_:
      out += v.get_bool() ? "true" : "false";
      break;
    case json::kind::null:
      out += "null";
  }
}

}  // namespace

std::string to_text(const json::value& v) {
  std::string out;
  write(out, v, 0);
  out += '\n';
  return out;
}

void document_text::begin_member(std::string_view key) {
  text_ += text_.empty() ? '{' : ',';
  line(text_, 1);
  quoted(text_, key);
  text_ += ": ";
}

void document_text::put(std::string_view key, const json::value& v) {
  begin_member(key);
  write(text_, v, 1);
}

void document_text::put_rows(std::string_view key, std::size_t rows, const make_row& make) {
  begin_member(key);
  text_ += '[';
  std::array<unsigned char, 16 << 10> room;
  json::monotonic_resource memory(room.data(), room.size());
  for (std::size_t i = 0; i < rows; ++i) {
    if (i > 0) text_ += ',';
    const std::size_t before = text_.size();
    line(text_, 2);
    write(text_, make(i, &memory), 2);
    memory.release();
    if (i == 0) text_.reserve(before + rows * (text_.size() - before + 1));  // the others are about as long
  }
  if (rows > 0) line(text_, 1);
  text_ += ']';
}

std::string document_text::finish() {
  text_ += text_.empty() ? "{}\n" : "\n}\n";
  return std::move(text_);
}

}  // namespace lsrun::report
