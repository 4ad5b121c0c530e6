#include "prometheus/exporter.hpp"

#include "report/run_view.hpp"
#include "report/thresholds.hpp"

namespace lsrun::prometheus {
namespace {

using metrics::interval;
using model::outcome;

void put_run(text& t, const report::run_view& run, const levels& l) {
  t.gauge("lsrun_run_info", "Which run it is; the value is always 1.");
  t.add(std::uint64_t{1}, {{"name", run.facts.name}, {"run", run.facts.id}, {"version", run.facts.lsrun_version}});
  t.gauge("lsrun_run_seconds", "How long the run goes on.", "seconds");
  t.add(run.whole.counts.end_s);
  t.gauge("lsrun_run_progress_ratio", "Share of the plan's time that is over.", "ratio");
  t.add(l.run_progress);
  t.gauge("lsrun_phase_active", "1 for the phase that the run is in, 0 for the others.");
  for (std::size_t i = 0; i < run.facts.phases.size(); ++i)
    t.add(std::uint64_t{i == l.phase}, {{"phase", run.facts.phases[i].name}});
  t.gauge("lsrun_phase_progress_ratio", "Share of the phase's time that is over.", "ratio");
  t.add(l.phase_progress);
}

void put_requests(text& t, const report::run_view& run) {
  const auto& all = run.whole.counts.operations;
  const auto each = [&](auto put) {
    for (std::uint32_t i = 0; i < all.size(); ++i)
      if (all[i].requests.total() > 0) put(all[i], report::operation_name(run.names, i));
  };
  t.counter("lsrun_requests", "Requests that ended, by operation and outcome.");
  each([&](const auto& o, const std::string& name) {
    for (std::size_t k = 0; k < model::outcome_count; ++k)
      if (static_cast<outcome>(k) != outcome::plugin_fault)
        t.add(o.requests.by[k], {{"operation", name}, {"outcome", model::outcome_names[k]}});
  });
  t.histogram("lsrun_response_time_seconds",
              "From a request's planned time to the answer's end; long polls have none.");
  each([&](const auto& o, const std::string& name) { t.add(o.response_time, {{"operation", name}}); });
  t.histogram("lsrun_service_time_seconds", "From when a request was sent to the answer's end; long polls have none.");
  each([&](const auto& o, const std::string& name) { t.add(o.service_time, {{"operation", name}}); });
}

void put_steps(text& t, const interval& all) {
  t.counter("lsrun_steps_started", "Steps of sessions (open, turn, close) that were begun.");
  t.add(all.steps.started);
  t.counter("lsrun_steps", "Steps that ended, by outcome, retries forgiven.");
  for (std::size_t k = 0; k < model::outcome_count; ++k)
    t.add(all.steps.ended.by[k], {{"outcome", model::outcome_names[k]}});
  t.counter("lsrun_steps_retried", "Steps in which at least one request was sent again.");
  t.add(all.steps.retried);
  t.histogram("lsrun_step_time_seconds", "From a step's planned time to its end, of steps that ended well.");
  t.add(all.step_time);
  t.counter("lsrun_missed_turns", "Turns that the plan wanted but for which no session was free.");
  t.add(all.missed_turns);
}

void put_sessions(text& t, const interval& all, const levels& l) {
  t.gauge("lsrun_sessions_alive", "Sessions that are open.");
  t.add(l.alive);
  t.gauge("lsrun_sessions_in_step", "Sessions that are in a step.");
  t.add(l.in_step);
  t.gauge("lsrun_sessions_wanted", "Sessions that the plan wants alive now.");
  t.add(l.wanted);
  t.counter("lsrun_sessions_attempted", "Sessions that were begun to be opened.");
  t.add(all.sessions.attempted);
  t.counter("lsrun_sessions_opened", "Sessions that were opened.");
  t.add(all.sessions.opened);
  t.counter("lsrun_sessions_ended", "Sessions that are over, by how they ended.");
  t.add(all.sessions.closed, {{"how", "closed"}});
  t.add(all.sessions.expired, {{"how", "expired"}});
  t.add(all.sessions.lost, {{"how", "lost"}});
  t.add(all.sessions.failed_to_open, {{"how", "failed_to_open"}});
}

void put_pacing(text& t, const interval& all, const levels& l) {
  t.gauge("lsrun_rate_multiplier", "Mean multiplier of the rate controller over addresses and operations.");
  t.add(l.multiplier);
  t.gauge("lsrun_rate_by_hand", "Factor of all rates that was chosen by hand.");
  t.add(l.by_hand);
  t.gauge("lsrun_paused", "1 while no new sessions are opened because of a pause by hand.");
  t.add(std::uint64_t{l.paused});
  t.counter("lsrun_rate_adjustments", "Changes of the multiplier.");
  t.add(l.lowered, {{"direction", "lowered"}});
  t.add(l.raised, {{"direction", "raised"}});
  t.gauge("lsrun_throttled", "Steps and requests that are waiting for a permit.");
  t.add(l.throttled);
  t.histogram("lsrun_throttle_wait_seconds", "How long steps waited for their permits.");
  t.add(all.throttle_wait);
  t.histogram("lsrun_lag_seconds", "How much later than planned requests were sent, by lsrun's own fault.");
  t.add(all.lag);
}

void put_generator(text& t, const metrics::generator_sample& g) {
  t.gauge("lsrun_generator_cpu_cores", "Processor use of lsrun over the last second.", "cores");
  t.add(g.cpu);
  t.gauge("lsrun_generator_resident_memory_bytes", "Resident memory of lsrun.", "bytes");
  t.add(g.rss_bytes);
  t.gauge("lsrun_generator_open_files", "Open files of lsrun.");
  t.add(g.open_files);
  t.gauge("lsrun_generator_connections", "Connections that lsrun has to the target.");
  t.add(g.connections);
  t.gauge("lsrun_generator_wake_pause_seconds",
          "The longest that a worker whose core was nearly full slept at least, over the last second; 0: none did.",
          "seconds");
  t.add(static_cast<double>(g.wake_pause_us) / 1e6);
}

void put_target(text& t, const metrics::target_sample& g) {
  const auto put = [&](auto value, const char* name, const char* help, const char* unit) {
    if (!value) return;
    t.gauge(name, help, unit);
    t.add(*value);
  };
  put(g.cpu, "lsrun_target_cpu_cores", "Processor use of the target's process over the last second.", "cores");
  put(g.rss_bytes, "lsrun_target_resident_memory_bytes", "Resident memory of the target's process.", "bytes");
  put(g.threads, "lsrun_target_threads", "Threads of the target's process.", "");
  put(g.fds, "lsrun_target_open_files", "Open files of the target's process.", "");
  put(g.connections, "lsrun_target_connections", "Connections of the target's process.", "");
  if (!g.healthy) return;
  t.gauge("lsrun_target_healthy", "1 if the target's health check was answered well the last time.");
  t.add(std::uint64_t{*g.healthy});
}

void put_thresholds(text& t, const report::run_view& run) {
  const auto results = report::judge(run);
  if (results.empty()) return;
  t.gauge("lsrun_threshold_holds", "1 if the threshold holds so far, by its expression; absent: not measured.");
  for (const auto& r : results)
    if (r.observed) t.add(std::uint64_t{r.holds}, {{"threshold", r.asked.text}});
}

void put_scenario(text& t, const report::run_view& run) {
  const auto named = run.names.scenario_metrics();
  const auto& all = run.whole.counts.scenario_metrics;
  const auto each = [&](metrics::metric_kind kind, auto put) {
    for (std::size_t i = 0; i < named.size() && i < all.size(); ++i)
      if (named[i].kind == kind) put(all[i], named[i].name);
  };
  if (named.empty()) return;
  t.histogram("lsrun_scenario_time_seconds", "Times that the scenario measured itself, by its name for them.");
  each(metrics::metric_kind::time, [&](const auto& m, const std::string& name) {
    t.add(m.values, {{"metric", name}});
  });
  t.gauge("lsrun_scenario_counted", "Sums of what the scenario counted itself, by its name for it.");
  for (const auto kind : {metrics::metric_kind::count, metrics::metric_kind::number})
    each(kind, [&](const auto& m, const std::string& name) { t.add(static_cast<double>(m.sum), {{"metric", name}}); });
}

}  // namespace

std::string exposition(format f, const report::accumulator& accumulated, const levels& l) {
  const report::run_view run = accumulated.view();
  const interval& all = run.whole.counts;
  text t(f);
  put_run(t, run, l);
  put_requests(t, run);
  put_steps(t, all);
  put_sessions(t, all, l);
  put_pacing(t, all, l);
  if (l.generator) put_generator(t, *l.generator);
  if (l.target) put_target(t, *l.target);
  put_thresholds(t, run);
  put_scenario(t, run);
  return t.end();
}

exporter::exporter(web::server& server, const report::accumulator& run) : run_(run) {
  server.get("/metrics", [this](const web::request& r) {
    const format f = format_for(r.accept);
    return web::answer{200, std::string(content_type(f)), answer(f), {}};
  });
}

void exporter::on_snapshot(const metrics::snapshot& s) {
  for (std::string& text : made_) text.clear();
  levels_.phase = s.last.phase;
  levels_.phase_progress = s.phase_progress;
  levels_.run_progress = s.run_progress;
  levels_.alive = s.last.sessions.alive;
  levels_.in_step = s.last.sessions.in_step;
  levels_.wanted = s.sessions_target;
  levels_.throttled = s.last.throttled;
  levels_.multiplier = s.last.multiplier;
  levels_.by_hand = s.by_hand;
  levels_.paused = s.paused;
  levels_.generator = s.last.generator;
  levels_.target = s.last.target;
  for (const auto& a : s.last.adjustments) ++(a.to < a.from ? levels_.lowered : levels_.raised);
}

const std::string& exporter::answer(format f) {
  std::string& text = made_[static_cast<std::size_t>(f)];
  if (text.empty()) text = exposition(f, run_, levels_);
  return text;
}

}  // namespace lsrun::prometheus
