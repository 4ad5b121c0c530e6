// The script for zsh, in the words of its _arguments.
#include "completion_parts.hpp"

namespace lsrun::cli {
namespace {

// Text inside '...[text]...': what _arguments and the quotes would read as their own.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += std::string{'\\', c};
    else
      out += c;
  }
  return out;
}

std::string zsh_offer(offer values, std::string_view name) {
  switch (values) {
    case offer::words:
      return "(" + joined(words_of(name), " ") + ")";
    case offer::config:
      return "_files -g \"*.toml(-.)\"";
    case offer::directory:
      return "_files -/";
    case offer::test:
      return "_lsrun_tests";
    case offer::plugin:
      return "_lsrun_plugins";
    case offer::report:
      return "_lsrun_reports";
    case offer::key:
      return "_lsrun_keys";
    case offer::topic:
      return "(" + joined(help_topics(), " ") + ")";
    case offer::nothing:
      break;
  }
  return " ";
}

std::string zsh_option(const option_row& row) {
  const auto words = "[" + zsh_text(row.help) + "]";
  std::string value;
  if (row.how != takes::nothing) value = ":" + zsh_text(row.argument) + ":" + zsh_offer(row.values, row.argument);
  // Several values: as many as follow, up to the next option.
  if (row.how == takes::several) value = ":*-*" + value;
  const bool again = row.how == takes::each || row.how == takes::several || row.name == "--quiet";
  const std::string name(row.name), letter{'-', row.letter};
  const std::string equals = row.how == takes::nothing ? "" : "=";
  if (!row.letter) return "'" + std::string(again ? "*" : "") + name + equals + words + value + "'";
  if (again) return "'*'{" + letter + "," + name + equals + "}'" + words + value + "'";
  return "'(" + letter + " " + name + ")'{" + letter + (equals.empty() ? "" : "+") + "," + name + equals + "}'" +
         words + value + "'";
}

std::string zsh_operands(const command_row& row) {
  std::string out;
  for (std::size_t i = 0; i < row.operands.size(); ++i)
    if (const auto& one = row.operands[i]; !one.name.empty())
      out += " '" + std::to_string(i + 1) + ":" + zsh_text(one.name) + ":" + zsh_offer(one.values, one.name) + "'";
  return out;
}

std::string zsh_arguments(const command_row& row) {
  std::string out = "      _arguments -s -S";
  for (const auto& option : option_rows())
    if (heeds(row, option)) out += " \\\n        " + zsh_option(option);
  return out + " \\\n       " + zsh_operands(row) + " ;;\n";
}

}  // namespace

std::string zsh_completion() {
  std::string out = R"sh(#compdef lsrun
# Completion of lsrun's words in zsh; made by `lsrun completion zsh`.
_lsrun_tests() {
  local -a tests
  tests=(${(f)"$($lsrun_program --list 2>/dev/null | awk 'NR > 1 { print $1 }')"})
  compadd -a tests
  _files -g "*.toml(-.)"
}
_lsrun_plugins() {
  local -a plugins
  plugins=(${(f)"$($lsrun_program plugins 2>/dev/null | awk 'NR > 1 { print $2 }')"})
  compadd -a plugins
}
_lsrun_reports() {
  local -a reports
  reports=(${(f)"$($lsrun_program plugins 2>/dev/null | awk 'NR > 1 && $1 == "report" { print $2 }')"})
  compadd -a reports
}
_lsrun_keys() { compadd -S '' -- )sh" +
                    joined(assignments(), " ") +
                    R"sh( }
_lsrun() {
  local lsrun_program=$words[1] context state line
  local -a commands
  typeset -A opt_args
  commands=(
)sh";
  for (const auto& row : command_rows()) out += "    '" + std::string(row.name) + ":" + zsh_text(row.help) + "'\n";
  out +=
      "  )\n  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n    _describe command commands\n  fi\n  case "
      "$words[2] in\n";
  for (const auto& row : command_rows())
    if (row.what != action::run)
      out += "    " + std::string(row.name) + ")\n      ((CURRENT > 2)) || return\n      shift words; ((CURRENT--))\n" +
             zsh_arguments(row);
  out += "    *)\n      if ((CURRENT > 2)) && [[ $words[2] == run ]]; then shift words; ((CURRENT--)); fi\n" +
         zsh_arguments(*command_named("run"));
  return out + "  esac\n}\nif [[ $funcstack[1] == _lsrun ]]; then _lsrun \"$@\"; else compdef _lsrun lsrun; fi\n";
}

}  // namespace lsrun::cli
