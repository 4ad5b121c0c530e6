// The tables of the CSV report: which columns each has and where in the run report they come from.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "csv/cells.hpp"

namespace reports {

struct column {
  std::string name;  // with its unit: p95_ms, target_cpu_cores
  std::string path;  // in a row of the document, "requests/sent"
};

// In place of a path: the row's number in its table, from 1.
inline constexpr std::string_view row_number_path = "#";

struct table_of_rows {
  std::string_view file;  // under csv/, without .csv
  std::string_view path;  // of the array in the document
  bool always;            // written even when it has no rows
  std::vector<column> columns;
};

// One table for each array of the document, one line a row.
std::vector<table_of_rows> row_tables();

// Tables that unfold what is nested in the document's rows, so that a database can join them.
struct detail_table {
  std::string_view file;
  std::vector<std::string_view> columns;
  void (*fill)(const boost::json::value& document, const std::string& validity, rows_out&);
  std::string_view needs{};  // a part of the document without which there is no such file
};
std::vector<detail_table> detail_tables();

// The last cell of every row: was the run valid ("valid", "generator_limited" ...)?
inline constexpr std::string_view validity_column = "run_validity";

}  // namespace reports
