// A whole run, from the plan to the reports.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "web/server.hpp"

namespace lsrun::run {

struct options {
  std::string command;  // the command line, for the report
  // Steps quieter. On a terminal: full-screen view (0), a line a second (1), only the end (2 and more); elsewhere a
  // line a second (0), only the end.
  int quiet = 0;
  bool on_terminal = false;                         // standard output is one
  bool colour = false;                              // on standard output
  std::string version;                              // of lsrun
  std::optional<web::place> dashboard, prometheus;  // where the live page and the metrics are served
};

// Runs the plan: prints the line of every second and the end to standard output, problems to standard error, leaves
// everything in the run's directory, and returns the exit code (model/exit_code.hpp). [main-thread]
int run(config::plan, const options&);

// Makes the reports of a run's directory again from its journal, and prints its end. `plan` names the report writers.
int report_again(const std::filesystem::path& directory, const config::plan&, const options&);

}  // namespace lsrun::run
