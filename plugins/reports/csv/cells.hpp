// Rows of a CSV file by RFC 4180, safe to open in a spreadsheet.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace reports {

// A cell of text: controls removed, a text that a spreadsheet would take for a formula is led by an apostrophe,
// quoted where it must be. Numbers are not text: they keep their sign.
std::string text_cell(std::string_view utf8);

// A cell for any JSON value: a number in plain decimals, text, true or false; absent or null: empty.
std::string cell(const boost::json::value* value);

// Collects rows and passes them on in pieces.
class rows_out {
 public:
  explicit rows_out(std::function<void(std::string_view)> out) : out_(std::move(out)) {}
  void raw(std::string_view cell);  // a cell that is already text of the file
  void number(double);
  void whole(std::uint64_t n) { raw(std::to_string(n)); }
  void text(std::string_view s) { raw(text_cell(s)); }
  void value(const boost::json::value* v) { raw(cell(v)); }
  void end_row();  // CRLF
  void flush();

 private:
  std::function<void(std::string_view)> out_;
  std::string buffer_;
  bool row_begun_ = false;
};

}  // namespace reports
