// The command line as a struct: what is to be done, with what. Parsing has no effects and prints nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "web/server.hpp"

namespace lsrun::cli {

enum class action : std::uint8_t {
  run,            // the config's load
  list,           // the named tests
  check,          // validate all, send nothing
  explain,        // the effective config and its arithmetic
  debug_session,  // one session, every exchange printed
  plugins,        // what was found where
  report,         // reports again from a run's directory
  new_project,    // a plugin project
  schema,         // the JSON Schema of `kind`
  completion,     // a script for the shell `kind`
  help,           // `text` to standard output
  version,
};

struct command_line {
  action what = action::run;
  std::string config;           // --config FILE; "" if a name was given
  std::string test;             // the name of a test, or a path that ends in .toml
  config::overrides overrides;  // --report too, also for `lsrun report`
  int quiet = 0;                // steps quieter: -q, -qq
  bool no_color = false;
  std::optional<web::place> dashboard, prometheus;
  std::string plugin;               // `plugins NAME`; "": all
  bool schema = false;              // `plugins --schema`
  std::filesystem::path directory;  // `report DIR`, `new ... DIR`
  std::string kind, name;           // `new KIND NAME`, `completion KIND`, `schema KIND`
  std::string text;                 // of help
  std::vector<std::string> words;   // the whole command line as typed, for the report
};

struct parse_result {
  command_line line;
  std::string error;  // what is wrong and what to do; "": nothing. The exit code is then exit_usage
};
parse_result parse(int count, const char* const* words);

// What helps with `topic`: "" the short help, "all" every command and option, a command, an option with its dashes,
// "config" every key of a config, or a table or a key of it ("sessions", "sessions.max"). "" if there is no such topic.
std::string help(const std::string& topic);
// All of these but the keys of a config.
std::vector<std::string> help_topics();

// "lsrun 0.1.0 (plugin ABI 1.0)".
std::string version_text();

}  // namespace lsrun::cli
