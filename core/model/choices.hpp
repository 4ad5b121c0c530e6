// Lists of words in one text, "a|b|c": what an option may be, which commands heed it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lsrun::model {

// The words, in order; none of an empty list. [thread-safe]
inline std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto bar = list.find('|');
    words.emplace_back(list.substr(0, bar));
    if (bar == std::string_view::npos) break;
    list.remove_prefix(bar + 1);
    if (list.empty()) words.emplace_back();  // what stands behind the last bar
  }
  return words;
}

inline bool is_one_of(std::string_view list, std::string_view word) {
  for (const std::string& one : words_of(list))
    if (one == word) return true;
  return false;
}

}  // namespace lsrun::model
