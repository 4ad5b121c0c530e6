// `lsrun report DIR`: reports again, from the run's journal.
#include "commands.hpp"
#include "run_options.hpp"

namespace lsrun::cli {

int report_command(const command_line& line) {
  config::plan plan;
  for (const std::string& name : line.overrides.reports) plan.reports.push_back({name, {}, {"--report " + name, 0, 0}});
  if (plan.reports.empty())
    for (const char* name : {"json", "csv", "html"}) plan.reports.push_back({name, {}, {}});
  return run::report_again(line.directory, plan, run_options(line));
}

}  // namespace lsrun::cli
