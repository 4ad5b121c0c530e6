// Aligned columns.
#include "table.hpp"

#include <algorithm>

#include "config/text_width.hpp"

namespace lsrun::cli {

table::table(std::vector<std::string> head, std::vector<std::size_t> right) : right_(std::move(right)) {
  if (std::any_of(head.begin(), head.end(), [](const auto& title) { return !title.empty(); }))
    rows_.push_back(std::move(head));
}

void table::add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

bool table::right(std::size_t column) const { return std::find(right_.begin(), right_.end(), column) != right_.end(); }

std::string table::text(std::size_t indent) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      // A last cell on the left may be long without pushing others.
      if (i + 1 < row.size() || right(i)) widths[i] = std::max(widths[i], config::display_width(row[i]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = config::display_width(row[i]);
      const std::string fill(widths[i] > width ? widths[i] - width : 0, ' ');
      line += (i == 0 ? "" : "  ") + (right(i) ? fill + row[i] : row[i] + fill);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace lsrun::cli
