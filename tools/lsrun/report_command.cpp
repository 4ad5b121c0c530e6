// `lsrun report DIR`: reports again, from the run's journal.
#include "commands.hpp"
#include "config/load.hpp"
#include "run_options.hpp"

namespace lsrun::cli {

// The reports that --report names, else those that the run itself wrote, with their options and from its plugin path;
// the three usual ones if it wrote none or its config cannot be read any more.
int report_command(const command_line& line) {
  config::overrides named;
  named.reports = line.overrides.reports;
  auto own = config::load(line.directory / "effective.toml", named);
  config::plan plan = own ? std::move(*own.plan) : config::plan{};
  if (!own)
    for (const std::string& name : named.reports) plan.reports.push_back({name, {}, {"--report " + name, 0, 0}});
  if (plan.reports.empty())
    for (const char* name : {"json", "csv", "html"}) plan.reports.push_back({name, {}, {}});
  return run::report_again(line.directory, plan, run_options(line));
}

}  // namespace lsrun::cli
