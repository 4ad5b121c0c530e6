// What the scripts of all shells are made of.
#pragma once

#include <string>
#include <vector>

#include "config/option_table.hpp"
#include "options.hpp"

namespace lsrun::cli {

inline std::string joined(const std::vector<std::string>& words, std::string_view by) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? std::string_view{} : by), out += word;
  return out;
}

// "--sessions", or "-s|--target" with | between.
inline std::string patterns(const option_row& row, std::string_view between) {
  std::string out = row.letter ? std::string{'-', row.letter} + std::string(between) : "";
  return out += row.name;
}

// "sessions.max=" and so on: what --set can begin with. Lists of tables go by their entries' names and are left out.
inline std::vector<std::string> assignments() {
  std::vector<std::string> all;
  for (const auto& row : config::option_rows()) {
    const auto* table = config::table_named(row.table);
    if (!table->list)
      all.push_back((row.table.empty() ? "" : std::string(row.table) + ".") + std::string(row.key) + "=");
  }
  return all;
}

std::string zsh_completion();

}  // namespace lsrun::cli
