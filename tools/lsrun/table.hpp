// Plain columns of text, aligned by what is in them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lsrun::cli {

class table {
 public:
  // `right`: the columns that are aligned to the right. A head of empty titles is not printed.
  explicit table(std::vector<std::string> head, std::vector<std::size_t> right = {});
  void add(std::vector<std::string> row);
  // Two spaces between columns, none at the end of a line; `indent` spaces before each line.
  std::string text(std::size_t indent = 0) const;

 private:
  bool right(std::size_t column) const;

  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> right_;
};

}  // namespace lsrun::cli
