// A list of the run report as a table: rows of named cells, written by RFC 4180.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace csv_report {

// A cell as RFC 4180 wants it. Text that a spreadsheet would take for a formula (it begins with = + - @, tab or return)
// gets an apostrophe in front; control bytes become spaces.
std::string text_cell(std::string_view text);

class table {
 public:
  // `columns`: those that come first, and all there are if no row is added.
  explicit table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  // One row: members of `record`, inner objects flattened (requests.ok -> requests_ok), lists of plain members as text.
  // The member called `left_out` is a table of its own.
  void add(const boost::json::object& record, std::string_view left_out = {});
  // Header and rows, lines ended by CR LF. A cell that a row does not have is empty: it was not measured.
  std::string text() const;

 private:
  struct cell {
    std::size_t column;
    std::string text;
  };
  void fill(std::vector<cell>&, const boost::json::object&, const std::string& prefix, std::string_view left_out);
  std::size_t column(const std::string& name);

  std::vector<std::string> columns_;
  std::vector<std::vector<cell>> rows_;
};

}  // namespace csv_report
