// What the scripts for bash and fish say; zsh, which has a language of its own for this, is in completion_zsh.cpp.
#include "completion.hpp"

#include "completion_parts.hpp"

namespace lsrun::cli {
namespace {

// Offers for a value as bash's words: a call of a function of the script.
std::string bash_offer(offer values, std::string_view name) {
  switch (values) {
    case offer::words:
      return "_lsrun_words '" + joined(words_of(name), " ") + "'";
    case offer::config:
      return "_lsrun_configs";
    case offer::directory:
      return "_lsrun_directories";
    case offer::test:
      return "_lsrun_words \"$(_lsrun_tests)\"; _lsrun_configs";
    case offer::plugin:
      return "_lsrun_words \"$(_lsrun_plugins)\"";
    case offer::report:
      return "_lsrun_words \"$(_lsrun_plugins report)\"";
    case offer::key:
      return "compopt -o nospace; _lsrun_words '" + joined(assignments(), " ") + "'";
    case offer::topic:
      return "_lsrun_words '" + joined(help_topics(), " ") + "'";
    case offer::nothing:
      break;
  }
  return ":";
}

constexpr const char* bash_functions = R"sh(# Completion of lsrun's words in bash; made by `lsrun completion bash`.
_lsrun_tests() { "${words[0]}" --list 2>/dev/null | awk 'NR > 1 { print $1 }'; }
_lsrun_plugins() { "${words[0]}" plugins 2>/dev/null | awk -v kind="${1:-}" 'NR > 1 && (kind == "" || $1 == kind) { print $2 }'; }
_lsrun_words() { COMPREPLY+=($(compgen -W "$1" -- "$word")); }
_lsrun_configs() {
  local IFS=$'\n' file
  compopt -o filenames
  for file in $(compgen -f -- "$word"); do
    if [[ -d $file || $file == *.toml ]]; then COMPREPLY+=("$file"); fi
  done
}
_lsrun_directories() { local IFS=$'\n'; compopt -o filenames; COMPREPLY+=($(compgen -d -- "$word")); }
)sh";

// From the line itself, since bash breaks words at : and =, which stand in URLs and in --set's values.
constexpr const char* bash_words = R"sh(_lsrun() {
  local -a words; local word previous command=run operand=0 at values=0
  COMPREPLY=()
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
  if [[ ${COMP_LINE:0:COMP_POINT} == *' ' ]]; then words+=(''); fi
  word=${words[-1]}
  case ${words[1]:-} in
)sh";

constexpr const char* bash_value = R"sh(  # The operands before the word, and the option whose value it is.
  for ((at = 1 + (operand == 1); at < ${#words[@]} - 1; ++at)); do
    case ${words[at]} in
      -*) values=$(_lsrun_takes "${words[at]}"); previous=${words[at]} ;;
      *) if ((values > 0)); then values=$((values == 2 ? 2 : 0)); else operand=$((operand + 1)); fi ;;
    esac
  done
  if [[ $word == --*=* ]]; then previous=${word%%=*} word=${word#*=} values=1; fi
  if ((values > 0)) && { [[ $word != -* ]] || ((values == 1)); }; then
    case $previous in
)sh";

void add_bash_operands(std::string& out) {
  for (const auto& row : command_rows())
    for (std::size_t i = 0; i < row.operands.size(); ++i) {
      const auto& one = row.operands[i];
      if (one.name.empty()) continue;
      const auto first = row.what == action::run ? 0 : 1;  // the command's own word counts
      out += "    " + std::string(row.name) + "." + std::to_string(i + first) + ") " +
             bash_offer(one.values, one.name) + " ;;\n";
    }
}

std::string bash_script() {
  std::string out = bash_functions;
  out += "_lsrun_takes() {  # how many values: 0, 1, or 2 for any number\n  case $1 in\n";
  for (const auto& row : option_rows())
    if (row.how != takes::nothing)
      out += "    " + patterns(row, "|") + ") echo " + (row.how == takes::several ? "2" : "1") + " ;;\n";
  out += "    *) echo 0 ;;\n  esac\n}\n";
  out += bash_words;
  for (const auto& row : command_rows())
    out += "    " + std::string(row.name) + ") if ((${#words[@]} > 2)); then command=" + std::string(row.name) +
           (row.what == action::run ? "; words=(\"${words[0]}\" \"${words[@]:2}\")" : " operand=1") + "; fi ;;\n";
  out += "  esac\n";
  out += bash_value;
  for (const auto& row : option_rows())
    if (row.how != takes::nothing)
      out += "      " + patterns(row, "|") + ") " + bash_offer(row.values, row.argument) + " ;;\n";
  out += "    esac\n    return\n  fi\n  if [[ $word == -* ]]; then\n    case $command in\n";
  for (const auto& row : command_rows()) {
    std::vector<std::string> names;
    for (const auto& option : option_rows())
      if (heeds(row, option)) names.emplace_back(option.name);
    out += "      " + std::string(row.name) + ") _lsrun_words '" + joined(names, " ") + "' ;;\n";
  }
  out += "    esac\n    return\n  fi\n  if ((${#words[@]} == 2)) && [[ $command == run ]]; then\n    _lsrun_words '";
  std::vector<std::string> names;
  for (const auto& row : command_rows()) names.emplace_back(row.name);
  out += joined(names, " ") + "'\n  fi\n  case $command.$operand in\n";
  add_bash_operands(out);
  return out + "  esac\n}\ncomplete -F _lsrun lsrun\n";
}

std::string fish_offer(offer values, std::string_view name) {
  switch (values) {
    case offer::words:
      return "'" + joined(words_of(name), " ") + "'";
    case offer::config:
      return "'(__fish_complete_suffix .toml)'";
    case offer::directory:
      return "'(__fish_complete_directories)'";
    case offer::test:
      return "'(__lsrun_tests) (__fish_complete_suffix .toml)'";
    case offer::plugin:
      return "'(__lsrun_plugins)'";
    case offer::report:
      return "'(__lsrun_plugins report)'";
    case offer::key:
      return "'" + joined(assignments(), " ") + "'";
    case offer::topic:
      return "'" + joined(help_topics(), " ") + "'";
    case offer::nothing:
      break;
  }
  return "";
}

constexpr const char* fish_functions = R"sh(# Completion of lsrun's words in fish; made by `lsrun completion fish`.
function __lsrun_tests
    set -l words (commandline -opc)
    $words[1] --list 2>/dev/null | awk 'NR > 1 { print $1 }'
end
function __lsrun_plugins
    set -l words (commandline -opc)
    $words[1] plugins 2>/dev/null | awk -v kind="$argv[1]" 'NR > 1 && (kind == "" || $1 == kind) { print $2 }'
end
# The command that the line has, `run` where it has none.
function __lsrun_command
    set -l words (commandline -opc)
)sh";

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + "'";
}

std::string fish_script() {
  std::string out = fish_functions;
  std::vector<std::string> names;
  for (const auto& row : command_rows()) names.emplace_back(row.name);
  out += "    if contains -- \"$words[2]\" " + joined(names, " ") +
         "\n        echo $words[2]\n    else\n        echo run\n    end\nend\n";
  out += R"sh(function __lsrun_is
    contains -- (__lsrun_command) $argv
end
# How many operands the line has; an option's value is none.
function __lsrun_operands
    set -l count 0
    set -l value 0
    set -l words (commandline -opc)
    test "$words[2]" = (__lsrun_command) && set -e words[2]
    for word in $words[2..-1]
        switch $word
)sh";
  for (const auto how : {takes::one, takes::several}) {
    std::vector<std::string> all;
    for (const auto& row : option_rows())
      if (how == takes::several ? row.how == how : row.how == takes::one || row.how == takes::each)
        all.push_back(patterns(row, " "));
    out += "            case " + joined(all, " ") + "\n                set value " +
           (how == takes::several ? "2" : "1") + "\n";
  }
  out += R"sh(            case '-*'
                set value 0
            case '*'
                test $value = 0 && set count (math $count + 1)
                test $value = 1 && set value 0
        end
    end
    echo $count
end
complete -c lsrun -f
)sh";
  for (const auto& row : command_rows())
    out += "complete -c lsrun -n 'test (count (commandline -opc)) = 1' -a " + std::string(row.name) + " -d " +
           fish_quoted(row.help) + "\n";
  for (const auto& row : command_rows())
    for (std::size_t i = 0; i < row.operands.size(); ++i)
      if (const auto values = fish_offer(row.operands[i].values, row.operands[i].name); !values.empty())
        out += "complete -c lsrun -n '__lsrun_is " + std::string(row.name) +
               "; and test (__lsrun_operands) = " + std::to_string(i) + "' -a " + values + "\n";
  for (const auto& row : option_rows()) {
    out += "complete -c lsrun -l " + std::string(row.name.substr(2));
    if (row.letter) out += std::string(" -s ") + row.letter;
    if (!row.heeded_by.empty()) out += " -n '__lsrun_is " + joined(words_of(row.heeded_by), " ") + "'";
    if (row.how != takes::nothing) out += " -x";
    if (const auto values = fish_offer(row.values, row.argument); !values.empty() && row.how != takes::nothing)
      out += " -a " + values;
    out += " -d " + fish_quoted(row.help) + "\n";
  }
  return out;
}

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return bash_script();
  if (shell == "fish") return fish_script();
  return shell == "zsh" ? zsh_completion() : "";
}

}  // namespace lsrun::cli
