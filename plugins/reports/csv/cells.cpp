// Rows of a CSV file by RFC 4180, safe to open in a spreadsheet.
#include "csv/cells.hpp"

#include <array>

#include "common/text.hpp"

namespace reports {
namespace {

// What spreadsheets take for a formula's beginning; the wide forms count in East Asian settings. A tab or a carriage
// return would too, but clean() has made them spaces: they are seen before that.
bool reads_as_formula(std::string_view s) {
  constexpr std::array<std::string_view, 10> leads{"=",  "+",      "-",      "@",      "\t",
                                                   "\r", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  const auto first = s.find_first_not_of(' ');
  if (first == std::string_view::npos) return false;
  for (const std::string_view lead : leads)
    if (s.substr(first).starts_with(lead)) return true;
  return false;
}

}  // namespace

std::string text_cell(std::string_view utf8) {
  std::string s = clean(utf8);
  if (reads_as_formula(utf8) || reads_as_formula(s)) s.insert(0, "'");
  if (s.find_first_of("\",") == std::string::npos && !s.starts_with(' ') && !s.ends_with(' ')) return s;
  std::string quoted = "\"";
  for (const char c : s) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string cell(const boost::json::value* v) {
  if (!v || v->is_null()) return {};
  if (v->is_bool()) return v->get_bool() ? "true" : "false";
  if (v->is_int64()) return std::to_string(v->get_int64());
  if (v->is_uint64()) return std::to_string(v->get_uint64());
  if (v->is_double()) return plain(v->get_double());
  if (v->is_string()) return text_cell({v->get_string().data(), v->get_string().size()});
  return text_cell(boost::json::serialize(*v));
}

void rows_out::raw(std::string_view cell) {
  if (row_begun_) buffer_ += ',';
  row_begun_ = true;
  buffer_ += cell;
}

void rows_out::number(double n) { raw(plain(n)); }

void rows_out::end_row() {
  buffer_ += "\r\n";
  row_begun_ = false;
  if (buffer_.size() > 65536) flush();
}

void rows_out::flush() {
  if (!buffer_.empty()) out_(buffer_);
  buffer_.clear();
}

}  // namespace reports
