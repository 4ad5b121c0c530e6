#include "table.hpp"

#include <algorithm>
#include <charconv>

namespace csv_report {

namespace json = boost::json;

namespace {

// Boost.JSON prints 51.5 as 5.15E1, which spreadsheets show as they please.
std::string number_text(const json::value& v) {
  if (!v.is_double()) return json::serialize(v);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, v.get_double(), std::chars_format::fixed);
  return end.ec == std::errc{} ? std::string(text, end.ptr) : json::serialize(v);
}

// [{"address":"a","count":3},{"address":"b","count":1}] -> "a: 3; b: 1"
std::string list_text(const json::array& list) {
  std::string out;
  for (const json::value& element : list) {
    if (!out.empty()) out += "; ";
    if (const auto* object = element.if_object()) {
      bool first = true;
      for (const auto& member : *object) {
        if (!first) out += ": ";
        out += member.value().is_string() ? std::string(member.value().get_string()) : number_text(member.value());
        first = false;
      }
    } else {
      out += element.is_string() ? std::string(element.get_string()) : number_text(element);
    }
  }
  return out;
}

}  // namespace

std::string text_cell(std::string_view text) {
  std::string clean;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) clean = "'";
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  if (clean.find_first_of(",\"\r\n") == std::string::npos &&
      (clean.empty() || (clean.front() != ' ' && clean.back() != ' ')))
    return clean;
  std::string quoted = "\"";
  for (const char c : clean) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::size_t table::column(const std::string& name) {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  columns_.push_back(name);
  return columns_.size() - 1;
}

void table::fill(std::vector<cell>& row, const json::object& record, const std::string& prefix,
                 std::string_view left_out) {
  for (const auto& member : record) {
    const std::string name = prefix + std::string(member.key());
    const json::value& v = member.value();
    if (member.key() == left_out || v.is_null()) continue;
    if (v.is_object())
      fill(row, v.get_object(), name + "_", left_out);
    else if (v.is_array())
      row.push_back({column(name), text_cell(list_text(v.get_array()))});
    else
      row.push_back({column(name), v.is_string() ? text_cell(v.get_string()) : number_text(v)});
  }
}

void table::add(const json::object& record, std::string_view left_out) {
  rows_.emplace_back();
  fill(rows_.back(), record, "", left_out);
}

std::string table::text() const {
  std::string out;
  for (std::size_t c = 0; c < columns_.size(); ++c) out += (c == 0 ? "" : ",") + text_cell(columns_[c]);
  out += "\r\n";
  std::vector<const std::string*> cells(columns_.size());
  for (const auto& row : rows_) {
    std::fill(cells.begin(), cells.end(), nullptr);
    for (const cell& one : row) cells[one.column] = &one.text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) out += ',';
      if (cells[c] != nullptr) out += *cells[c];
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace csv_report
