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
  std::filesystem::path directory;  // `report DIR`, `new ... DIR`
  std::string kind, name;           // `new KIND NAME`
  std::string text;                 // of help
  std::vector<std::string> words;   // the whole command line as typed, for the report
};

struct parse_result {
  command_line line;
  std::string error;  // what is wrong and what to do; "": nothing. The exit code is then exit_usage
};
parse_result parse(int count, const char* const* words);

// The short help; `topic`: "config" for every key, "" for the commands.
std::string help(const std::string& topic);

// "lsrun 0.1.0 (plugin ABI 1.0)".
std::string version_text();

}  // namespace lsrun::cli
