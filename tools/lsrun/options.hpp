// Every command and option of lsrun as data: what it takes, what it does to the command line, its words, an example.
// Parser, help, manual page and shell completion are made from these tables, so that they cannot disagree. A new option
// is a row in option_rows.cpp, a new command one in command_rows.cpp, and nothing else.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli.hpp"
#include "model/choices.hpp"

namespace lsrun::cli {

enum class takes : std::uint8_t {
  nothing,  // a flag
  one,      // a value; may be given once
  each,     // a value each time that it is given
  several,  // one value or more each time that it is given
};

// What a shell offers where a value is expected.
enum class offer : std::uint8_t {
  nothing,
  words,      // those of the name: "bash|zsh|fish"
  config,     // a file that ends in .toml
  directory,  // any directory
  test,       // a named test, or a config
  plugin,     // a scenario or a report
  report,     // a report
  key,        // TABLE.KEY= of a config
  topic,      // what help knows
};

enum class group : std::uint8_t {
  what,    // which config
  look,    // look before you run
  change,  // change a run
  show,    // what is shown while it runs
  other,   // of single commands
};

struct option_row {
  std::string_view name;      // "--sessions"
  char letter = 0;            // 's' of -s; 0: none
  std::string_view argument;  // "N"; "" for a flag
  std::string_view kind;      // what may be written, with its unit: "a duration, such as 10m"
  std::string_view fallback;  // what holds without it; "" where that goes without saying
  takes how = takes::nothing;
  offer values = offer::nothing;
  group in = group::change;
  bool usual = false;               // has a line in the short help; the others are named there
  std::string_view heeded_by;       // the commands that it means something to: "run|plugins"; "": all
  std::string_view help;            // one line
  std::string_view example;         // a whole command line
  std::optional<action> action_of;  // it asks for this instead of a run
  // Puts a value into the command line, "" for a flag; returns what is wrong with it, or "".
  std::string (*put)(command_line&, const std::string& value) = nullptr;
};

// A word of a command that is no option.
struct operand {
  std::string_view name;  // "DIR", or its words: "scenario|report"; "": none
  bool required = false;
  offer values = offer::nothing;
  void (*put)(command_line&, const std::string& value) = nullptr;
};

struct command_row {
  std::string_view name;
  action what = action::run;
  std::array<operand, 3> operands;
  std::string_view help;    // one line
  std::string_view about;   // what else there is to know; "": nothing
  std::string_view wanted;  // what to write when a required word is missing or is none of its words
  std::array<std::string_view, 3> examples;
};

std::span<const command_row> command_rows();
std::span<const option_row> option_rows();
std::string_view title_of(group);  // "Change a run"

// nullptr if there is none. Options by their long name with its dashes.
const command_row* command_named(std::string_view name);
const option_row* option_named(std::string_view name);

// For the rows' lists of names, "a|b|c".
using model::is_one_of;
using model::words_of;
// Does this option mean something to this command?
bool heeds(const command_row&, const option_row&);

// "-s, --target URL"; "    --seed N" if `padded`, so that names stand below each other.
std::string spelling(const option_row&, bool padded = false);
// "lsrun report DIR".
std::string spelling(const command_row&);

// What the process's exit codes mean, for help and manual page.
struct exit_row {
  int code;
  std::string_view meaning;
};
std::span<const exit_row> exit_rows();
// Variables of the environment that lsrun heeds.
struct variable_row {
  std::string_view name, meaning;
};
std::span<const variable_row> variable_rows();

}  // namespace lsrun::cli
