// Who ran what: the parts of the report that are not counted.
#include <algorithm>

#include "config/effective.hpp"
#include "run/machine.hpp"
#include "run/results.hpp"
#include "run/whole_run.hpp"

namespace lsrun::run {

report::run_facts facts_of(const shared& s, const options& o) {
  const config::plan& plan = s.plan;
  report::run_facts f;
  f.id = s.run_id;
  f.name = plan.name;
  f.lsrun_version = o.version;
  f.command = config::masked(plan, o.command);
  f.effective_toml = config::effective_toml(plan);
  f.started_utc = utc_stamp();
  f.target_url = config::masked(plan, plan.target.url);
  f.time_scale = plan.time_scale;
  f.seed = plan.seed;
  f.threads = plan.threads;
  f.config_json = config::effective_json(plan);
  f.planned_sessions = std::min(s.phases.largest(), plan.sessions.max);
  f.planned_s = time::seconds(plan.duration());
  for (std::size_t i = 0; i < plan.phases.size(); ++i)
    f.phases.push_back({plan.phases[i].name, time::seconds(s.phases.start_of(i)),
                        time::seconds(s.phases.start_of(i + 1)), s.phases.sessions_at_end_of(i)});
  for (const auto* checks : {&plan.thresholds, &plan.abort})
    for (const config::check& c : *checks) f.thresholds.push_back(c.expression);
  f.environment_json = environment_json(read_machine());
  return f;
}

}  // namespace lsrun::run
