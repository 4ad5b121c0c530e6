// From a plan to all that a run is made of: plugins loaded and asked, addresses expanded, messages read. Sends nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"
#include "plugin/loader.hpp"
#include "run/shared.hpp"

namespace lsrun::run {

struct report_writer {
  std::string name;
  const lsrun_report_type* type = nullptr;
  std::shared_ptr<plugin::setup> options;
};

struct prepared {
  std::unique_ptr<run::shared> shared;
  std::vector<std::vector<std::unique_ptr<plugin::scenario_instance>>> scenarios;  // by worker
  std::vector<report_writer> reports;
  std::vector<config::problem> problems;  // anything: nothing may be sent
  bool plugin_refused = false;            // exit 3 instead of 2
};

// Loads the plan's plugins, checks their options, creates the scenarios (one instance a worker), then checks what only
// loaded plugins can tell: thresholds on their metrics. All problems at once. [main-thread]
prepared prepare(config::plan);

// From now on no line of the log holds a secret of this plan. [main-thread]
void hide_secrets_in_log(const config::plan&);

// Gives plugins their way into lsrun's log and to answers' headers. Once, before prepare(). [main-thread]
void connect_plugins();

// Unique over runs, fit for a URL: 16 hexadecimal digits.
std::string new_run_id();

// The report writers of a plan alone, for `lsrun report`.
std::vector<report_writer> find_reports(const config::plan&, std::vector<config::problem>&, bool& refused);

}  // namespace lsrun::run
