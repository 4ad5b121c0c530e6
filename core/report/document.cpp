// The run report's document: its head, its verdict, and the order of its parts.
#include "report/document.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/ratios.hpp"
#include "report/advice.hpp"
#include "report/conservation.hpp"
#include "report/document_parts.hpp"
#include "report/facts_json.hpp"
#include "report/json_text.hpp"
#include "report/leak.hpp"
#include "report/recovery.hpp"
#include "report/tables.hpp"
#include "report/thresholds.hpp"

namespace lsrun::report {
namespace {

json::value parsed_or_empty(const std::string& text) {
  json::error_code fault;
  json::value v = json::parse(text, fault);
  return fault || !v.is_object() ? json::value(json::object{}) : v;
}

}  // namespace

json::object run_part(const run_view& run, const ending& end) {
  const run_facts& f = run.facts;
  json::object o{{"id", f.id}, {"name", f.name}, {"started_utc", f.started_utc}};
  o["ended_utc"] = end.ended_utc.empty() ? f.ended_utc : end.ended_utc;
  o["duration_s"] = rounded(run.whole.counts.end_s - run.whole.counts.start_s, 3);
  o["planned_s"] = rounded(f.planned_s, 3);
  o["planned_sessions"] = f.planned_sessions;
  o["target_url"] = f.target_url;
  o["time_scale"] = f.time_scale;
  o["seed"] = f.seed;
  o["threads"] = f.threads;
  o["lsrun_version"] = f.lsrun_version;
  o["command"] = f.command;
  json::array phases;
  for (const auto& p : f.phases)
    phases.push_back({{"name", p.name},
                      {"start_s", rounded(p.start_s, 3)},
                      {"end_s", rounded(p.end_s, 3)},
                      {"sessions", p.sessions}});
  o["planned_phases"] = std::move(phases);
  o["config"] = parsed_or_empty(f.config_json);
  o["environment"] = parsed_or_empty(f.environment_json);
  return o;
}

json::array thresholds_part(const std::vector<threshold_result>& results) {
  constexpr std::array<std::string_view, 4> signs{"<", "<=", ">", ">="};
  constexpr std::array<std::string_view, 7> units{"s", "ratio", "bytes", "1/s", "cores", "count", "number"};
  json::array rows;
  for (const auto& r : results) {
    json::object o{{"expression", r.asked.text}, {"holds", r.holds}};
    if (!r.asked.metric.empty()) {
      o["metric"] = r.asked.metric;
      o["comparison"] = signs[static_cast<std::size_t>(r.asked.compare)];
      o["unit"] = units[static_cast<std::size_t>(r.unit)];
      o["bound"] = rounded(r.asked.bound, 6);
      o["bound_text"] = metrics::format_value(r.unit, r.asked.bound);
    }
    if (r.observed) {
      o["observed"] = rounded(*r.observed, 6);
      o["observed_text"] = metrics::format_value(r.unit, *r.observed);
    }
    if (!r.note.empty()) o["note"] = r.note;
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array alerts_part(const ending& end) {
  json::array rows;
  for (const auto& a : end.alerts) {
    json::object o{{"expression", a.expression}, {"from_s", rounded(a.from_s, 3)}};
    if (a.to_s) o["to_s"] = rounded(*a.to_s, 3);
    o["worst"] = rounded(a.worst, 6);
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array advice_part(const std::vector<advice>& found) {
  json::array rows;
  for (const auto& a : found) {
    json::array clauses;
    for (const clause& c : a.clauses) {
      json::object values;
      for (const auto& [name, value] : c.values) values[name] = value;
      clauses.push_back({{"id", c.id}, {"values", std::move(values)}});
    }
    rows.push_back({{"id", a.id},
                    {"finding", a.finding},
                    {"evidence", a.evidence},
                    {"advice", a.what},
                    {"chart", a.chart},
                    {"clauses", std::move(clauses)}});
  }
  return rows;
}

namespace {

json::object conservation_part(const std::vector<law>& laws, const std::vector<std::string>& broken) {
  json::array rows;
  for (const law& l : laws)
    rows.push_back({{"law", l.text}, {"left", l.left}, {"right", l.right}, {"holds", l.holds()}});
  return {{"holds", broken.empty()}, {"laws", std::move(rows)}};
}

}  // namespace

json::object rates_part(const run_view& run) {
  json::object o;
  const double sent = static_cast<double>(metrics::requests_of(run.whole.counts).total());
  if (run.whole.span_s > 0) o["requests_per_s"] = rounded(sent / run.whole.span_s, 6);
  if (const auto rate = sessions_created_per_s(run.whole.counts)) {
    o["sessions_created_per_s"] = rounded(*rate, 6);
    o["creating_s"] = rounded(run.whole.counts.creating_s, 3);
  }
  return o;
}

json::object verdict_part(const ending& end, const std::vector<threshold_result>& thresholds,
                          const std::vector<std::string>& broken, int& exit_code) {
  const auto held = std::count_if(thresholds.begin(), thresholds.end(), [](const auto& t) { return t.holds; });
  exit_code = exit_code_of(end.how, broken.empty(), static_cast<std::size_t>(held) == thresholds.size());
  json::array reasons(end.reasons.begin(), end.reasons.end());
  for (const std::string& b : broken) reasons.push_back(json::value(b));
  return {{"validity", name(end.how)}, {"reasons", std::move(reasons)}, {"passed", exit_code == 0},
          {"exit_code", exit_code},    {"thresholds_held", held},       {"thresholds_judged", thresholds.size()}};
}

namespace {

json::object leak_part(const leak_verdict& v) {
  json::object o{{"verdict", name(v.word)}};
  if (!v.why.empty()) o["why"] = v.why;
  if (v.to_s > v.from_s) {
    o["from_s"] = rounded(v.from_s, 3);
    o["to_s"] = rounded(v.to_s, 3);
    o["start_bytes"] = std::llround(v.start_bytes);
    o["bytes_per_hour"] = std::llround(v.bytes_per_hour);
    o["bytes_per_hour_least"] = std::llround(v.least);
    o["bytes_per_hour_most"] = std::llround(v.most);
    json::array envelope;
    for (const memory_sample& s : v.envelope)
      envelope.push_back({{"t_s", rounded(s.t_s, 3)}, {"rss_bytes", std::llround(s.rss_bytes)}});
    o["envelope"] = std::move(envelope);
    if (v.bytes_per_session) o["bytes_per_session"] = rounded(*v.bytes_per_session, 1);
  }
  return o;
}

json::object recovery_part(const recovery_verdict& v) {
  json::object o{{"burst", v.burst},
                 {"burst_end_s", rounded(v.burst_end_s, 3)},
                 {"success_before", rounded(v.success_before, 6)},
                 {"p95_before_ms", rounded(v.p95_before_s * 1e3, 3)},
                 {"recovered", v.seconds.has_value()}};
  if (v.seconds) o["recovered_after_s"] = rounded(*v.seconds, 3);
  return o;
}

}  // namespace

int exit_code_of(validity how, bool laws_hold, bool thresholds_hold) {
  if (!laws_hold) return 70;
  if (how == validity::interrupted) return 130;
  if (how == validity::target_lost) return 5;
  if (how == validity::generator_limited) return 6;
  return thresholds_hold ? 0 : 99;
}

std::string make_document(const run_view& run, const ending& end, int& exit_code) {
  const auto thresholds = judge(run);
  const auto laws = check_laws(run);
  std::vector<std::string> broken = end.broken_laws;
  for (const law& l : laws)
    if (!l.holds()) broken.push_back(l.broken());

  document_text o;
  o.put("schema", "lsrun-report/1");
  o.put("run", run_part(run, end));
  o.put("verdict", verdict_part(end, thresholds, broken, exit_code));
  const auto& total = run.whole.counts;
  o.put("totals", totals(run));
  o.put("ratios", ratios_table(metrics::requests_of(total), &total.steps.ended));
  o.put("rates", rates_part(run));
  o.put("latency", latency(run));
  o.put("distribution", distribution(run));
  o.put("operations", operations(run));
  o.put("turns", turns(run));
  o.put("tenants", tenants(run));
  const auto spans = address_spans(run);
  o.put_rows("addresses", spans.size(), [&, table = address_table(run)](std::size_t i, const auto& memory) {
    return table.row(spans[i], memory);
  });
  o.put("phases", phases(run));
  o.put("scenario_metrics", scenario_metrics(run));
  o.put("failures", failures(run));
  o.put("rate_adjustments", rate_adjustments(run));
  if (run.adjustments_left_out > 0) o.put("rate_adjustments_left_out", run.adjustments_left_out);
  o.put("events", events(run));
  o.put("timeline", timeline_table(run));
  if (json::object heat = heat_map(run); !heat.empty()) o.put("heat_map", std::move(heat));
  o.put("thresholds", thresholds_part(thresholds));
  o.put("alerts", alerts_part(end));
  const auto leak = leak_of(run);
  const auto recovery = recovery_of(run);
  o.put("advice", advice_part(advise(run, thresholds, end, leak, recovery)));
  o.put("conservation", conservation_part(laws, broken));
  o.put("generator", generator(run, end));
  o.put("target", target(run.whole.sampled));
  if (json::object series = target_series(run); !series.empty()) o.put("target_series", std::move(series));
  if (leak) o.put("leak", leak_part(*leak));
  if (recovery) o.put("recovery", recovery_part(*recovery));
  o.put("definitions", definitions());
  return o.finish();
}

}  // namespace lsrun::report
