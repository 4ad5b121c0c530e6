#include "report/live_document.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "metrics/ratios.hpp"
#include "report/conservation.hpp"
#include "report/document_parts.hpp"
#include "report/json_text.hpp"
#include "report/leak.hpp"
#include "report/recovery.hpp"

namespace lsrun::report {
namespace {

void put_addresses(json::object& o, const run_view& run) {
  std::vector<address_span> spans = address_spans(run);
  const auto more = [](const address_span& a, const address_span& b) {
    const auto weight = [](const address_span& s) {
      return std::pair(s.requests[model::outcome::rate_limited], s.requests.total());
    };
    return weight(a) != weight(b) ? weight(a) > weight(b) : a.from < b.from;
  };
  if (spans.size() > live_addresses) {
    o["addresses_left_out"] = spans.size() - live_addresses;
    std::nth_element(spans.begin(), spans.begin() + live_addresses, spans.end(), more);
    spans.resize(live_addresses);
  }
  std::sort(spans.begin(), spans.end(), more);
  const address_table table(run);
  json::array rows;
  for (const address_span& span : spans) rows.push_back(table.row(span));
  for (json::value& row : rows) row.get_object().erase("operations");
  o["addresses"] = std::move(rows);
}

void put_failures(json::object& o, const run_view& run) {
  json::array rows = failures(run);  // those that came most are first
  if (rows.size() > live_failures) {
    o["failures_left_out"] = rows.size() - live_failures;
    rows.resize(live_failures);
  }
  for (json::value& row : rows) row.get_object().erase("example");
  o["failures"] = std::move(rows);
}

void put_adjustments(json::object& o, const run_view& run) {
  json::array rows = rate_adjustments(run);
  std::uint64_t left_out = run.adjustments_left_out;
  if (rows.size() > live_adjustments) {
    left_out += rows.size() - live_adjustments;
    rows.erase(rows.begin(), rows.end() - live_adjustments);
  }
  o["rate_adjustments"] = std::move(rows);
  if (left_out > 0) o["rate_adjustments_left_out"] = left_out;
}

void put_progress(json::object& o, const live_progress& p) {
  o["state"] = p.ending ? "ending" : "running";
  o["progress"] = {{"phase", p.phase},
                   {"phase_progress", rounded(p.phase_progress, 4)},
                   {"run_progress", rounded(p.run_progress, 4)},
                   {"sessions_wanted", p.sessions_wanted},
                   {"sessions_max", p.sessions_max},
                   {"paused", p.paused},
                   {"by_hand", rounded(p.by_hand, 4)}};
}

void put_totals(json::object& o, const run_view& run) {
  const auto thresholds = judge(run);
  const auto held = std::count_if(thresholds.begin(), thresholds.end(), [](const auto& t) { return t.holds; });
  const auto& total = run.whole.counts;
  o["t_s"] = rounded(total.end_s, 3);
  o["verdict"] = {{"thresholds_held", held}, {"thresholds_judged", thresholds.size()}};
  o["totals"] = totals(run);
  o["ratios"] = ratios_table(metrics::requests_of(total), &total.steps.ended);
  o["rates"] = rates_part(run);
  o["latency"] = latency(run);
  o["thresholds"] = thresholds_part(thresholds);
  o["generator"] = generator(run, {});
  o["target"] = target(run.whole.sampled);
}

}  // namespace

json::object live_second(const run_view& run, const live_progress& p) {
  json::object o;
  put_progress(o, p);
  put_totals(o, run);
  if (run.course.last()) o["row"] = timeline_row(run, *run.course.last());
  return o;
}

json::object live_tables(const run_view& run) {
  json::object o{{"tables_t_s", rounded(run.whole.counts.end_s, 3)}};
  o["distribution"] = distribution(run);
  o["operations"] = operations(run);
  o["turns"] = turns(run);
  o["tenants"] = tenants(run);
  put_addresses(o, run);
  o["phases"] = phases(run);
  o["scenario_metrics"] = scenario_metrics(run);
  put_failures(o, run);
  put_adjustments(o, run);
  o["events"] = events(run);
  if (json::object series = target_series(run); !series.empty()) o["target_series"] = std::move(series);
  if (json::object heat = heat_map(run); !heat.empty()) o["heat_map"] = std::move(heat);
  return o;
}

json::object live_snapshot(const run_view& run, const live_progress& p) {
  json::object o{{"schema", "lsrun-live/1"}};
  put_progress(o, p);
  o["run"] = run_part(run, {});
  o["run"].get_object().erase("ended_utc");
  put_totals(o, run);
  for (auto& [name, part] : live_tables(run)) o[name] = std::move(part);
  o["timeline"] = timeline_table(run);
  o["definitions"] = definitions();
  return o;
}

json::object live_end(const run_view& run, const ending& end) {
  json::object o{{"state", "over"}};
  const auto thresholds = judge(run);
  std::vector<std::string> broken = end.broken_laws;
  for (const law& l : check_laws(run))
    if (!l.holds()) broken.push_back(l.broken());
  int exit_code = 0;
  o["verdict"] = verdict_part(end, thresholds, broken, exit_code);
  o["alerts"] = alerts_part(end);
  o["advice"] = advice_part(advise(run, thresholds, end, leak_of(run), recovery_of(run)));
  return o;
}

std::string one_line(const json::value& v) {
  const std::string spread = to_text(v);
  std::string text;
  text.reserve(spread.size());
  for (std::size_t at = 0; at < spread.size(); ++at) {
    if (spread[at] != '\n') {
      text += spread[at];
      continue;  // a line end in a string is written as \n
    }
    if (text.back() == ',') text += ' ';
    while (at + 1 < spread.size() && spread[at + 1] == ' ') ++at;  // how far the line is in
  }
  return text;
}

}  // namespace lsrun::report
