// Look-ups in the tables.
#include "options.hpp"

namespace lsrun::cli {

std::string_view title_of(group g) {
  switch (g) {
    case group::what:
      return "What to run";
    case group::look:
      return "Look before you run (nothing is sent, but for --debug-session)";
    case group::change:
      return "Change a run";
    case group::show:
      return "What is shown";
    case group::other:
      return "Besides";
  }
  return {};
}

const command_row* command_named(std::string_view name) {
  for (const auto& row : command_rows())
    if (row.name == name) return &row;
  return nullptr;
}

const option_row* option_named(std::string_view name) {
  for (const auto& row : option_rows())
    if (row.name == name) return &row;
  return nullptr;
}

bool heeds(const command_row& command, const option_row& option) {
  return option.heeded_by.empty() || is_one_of(option.heeded_by, command.name);
}

std::string spelling(const option_row& row, bool padded) {
  std::string text = row.letter ? std::string{'-', row.letter, ',', ' '} : padded ? "    " : "";
  text += row.name;
  return row.argument.empty() ? text : text + " " + std::string(row.argument);
}

std::string spelling(const command_row& row) {
  std::string text = "lsrun " + std::string(row.name);
  for (const auto& one : row.operands) {
    if (one.name.empty()) continue;
    text += one.required ? " " + std::string(one.name) : " [" + std::string(one.name) + "]";
  }
  return text;
}

}  // namespace lsrun::cli
