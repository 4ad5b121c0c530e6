// `--check`: everything that can be known without the target: the config, its plugins, and whether this machine is
// large enough for the plan.
#include <iostream>

#include "commands.hpp"
#include "config/effective.hpp"
#include "metrics/registry.hpp"
#include "model/exit_code.hpp"
#include "plugin/loader.hpp"
#include "pool/bind_check.hpp"
#include "pool/expand.hpp"
#include "run/preflight.hpp"
#include "time/units.hpp"

namespace lsrun::cli {
namespace {

struct plugin_check {
  std::vector<plugin::problem> problems;
  metrics::registry names;

  // Creates each scenario once, as a worker would, and lets it go.
  void scenarios(plugin::loader& loader, const config::plan& p) {
    for (const auto& one : p.scenarios) {
      const auto* type = loader.scenario(one.plugin, one.where, problems);
      if (!type) continue;
      const auto before = problems.size();
      const auto setup =
          plugin::check_options(type->options, one.options, "scenario `" + one.plugin + "`", one.where, problems);
      if (setup && problems.size() == before) plugin::create_scenario(*type, *setup, names, one.where, problems);
    }
  }
  void reports(plugin::loader& loader, const config::plan& p) {
    for (const auto& one : p.reports)
      if (const auto* type = loader.report(one.plugin, one.where, problems))
        plugin::check_options(type->options, one.options, "report `" + one.plugin + "`", one.where, problems);
  }
};

void unbindable(const config::plan& p, std::vector<config::problem>& problems) {
  if (p.pool.mode == config::pool_mode::forwarded) return;
  const auto addresses = pool::expand(p.pool.count, p.pool.from, true, p.pool.mode == config::pool_mode::both);
  if (!addresses) return;  // told when the config was read
  for (const auto& failure : pool::check_bind(*addresses))
    problems.push_back({p.pool.where, "client address " + failure.address + " cannot be bound: " + failure.reason, ""});
}

// What a run would be warned of on this machine. Where the target is, is not looked up.
void say_what_is_short(const config::plan& p) {
  for (const std::string& warning : run::judge_this_machine(p, p.pool.count, false, p.results).warnings)
    std::cerr << "warning: " << config::masked(p, warning) << "\n";
}

void say_good(const config::plan& p) {
  std::uint64_t peak = 0;
  for (const auto& phase : p.phases) peak = std::max(peak, phase.sessions);
  std::cout << p.name << ": the config is good; " << p.phases.size()
            << (p.phases.size() == 1 ? " phase, " : " phases, ") << time::format_duration(p.duration()) << ", up to "
            << time::format_count(peak) << " sessions from " << time::format_count(p.pool.count)
            << (p.pool.count == 1 ? " address" : " addresses") << " against " << config::masked(p, p.target.url)
            << ". Nothing was sent.\n";
}

}  // namespace

int check_command(const command_line& line) {
  const auto plan = load_plan(line);
  if (!plan) return model::exit_usage;
  plugin::loader loader(plugin::loader::search_path(plan->plugin_path));
  plugin_check check;
  check.scenarios(loader, *plan);
  check.reports(loader, *plan);
  std::vector<config::problem> problems;
  bool refused = false;
  for (auto& one : check.problems) {
    refused = refused || one.refused;
    problems.push_back({one.where, one.text, ""});
  }
  unbindable(*plan, problems);
  // Without all scenarios their metrics are not known, and a threshold on one would be called unknown.
  if (problems.empty()) {
    std::vector<std::string> metrics;
    for (const auto& metric : check.names.scenario_metrics()) metrics.push_back(metric.name);
    problems = config::check_expressions(*plan, metrics);
  }
  if (problems.empty()) {
    say_what_is_short(*plan);
    say_good(*plan);
    return model::exit_passed;
  }
  for (auto& one : problems) one.text = config::masked(*plan, std::move(one.text));
  print_problems(std::move(problems));
  return refused ? model::exit_plugin_refused : model::exit_usage;
}

}  // namespace lsrun::cli
