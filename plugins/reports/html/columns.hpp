// A table of many rows as columns for the page's scripts: a timeline of an hour and tens of thousands of addresses stay
// below two megabytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/document.hpp"

namespace reports {

// Writes an object into `out` while it lives: "n", the number of rows, and a member for each column. In a column null
// stands for absent; a column without any value is left out, and one of the same number in all rows is that number.
// Paths are those of find(). The rows and `out` must outlive it.
class columns {
 public:
  columns(std::string& out, const json::array& rows);
  ~columns();
  columns(const columns&) = delete;
  columns& operator=(const columns&) = delete;

  // Cut to four significant digits, which is more than a chart can show; `exact`: as they are.
  void numbers(std::string_view name, std::string_view path, bool exact = false);
  // Counts as LEB128 bytes in base64: for tens of thousands of rows. A column with a gap is written in full.
  void packed(std::string_view name, std::string_view path);
  void requests();  // by outcome
  void packed_requests();
  // Each text once, and its place in that list for each row.
  void words(const std::string& name, std::string_view path);
  // Texts that mostly begin like the one before: how many letters are shared (0..35 as a base-36 digit), then the rest.
  void alike(std::string_view name, std::string_view path);

 private:
  void member(std::string_view name);
  void list(std::string_view name);
  void put_numbers(std::string_view name, const std::vector<std::optional<double>>&, bool exact);

  std::string& out_;
  const json::array& rows_;
};

}  // namespace reports
