// Tables of scenario metrics, failures, rate adjustments, the timeline, the generator and the target.
#include <algorithm>
#include <cmath>

#include "metrics/ratios.hpp"
#include "metrics/rounding.hpp"
#include "metrics/target_series.hpp"
#include "model/whole.hpp"
#include "report/tables.hpp"

namespace lsrun::report {
namespace {

using metrics::histogram;

json::object number_table(const histogram& h) {
  return {{"count", h.count()},      {"min", h.min()},          {"mean", rounded(h.mean(), 3)},
          {"p50", h.percentile(50)}, {"p75", h.percentile(75)}, {"p90", h.percentile(90)},
          {"p95", h.percentile(95)}, {"p99", h.percentile(99)}, {"p99_9", h.percentile(99.9)},
          {"max", h.max()}};
}

constexpr std::array<std::string_view, 3> kind_names{"time", "count", "number"};

json::array lines_of(std::string_view text) {
  json::array lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.size(), text.find('\n'));
    lines.push_back(json::value(text.substr(0, end)));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

json::object example_row(const run_view& run, const metrics::exchange& e) {
  json::object o{{"session", e.session},
                 {"address", address_name(run.names, e.address)},
                 {"attempt", e.attempt},
                 {"at_s", rounded(e.at_s, 3)}};
  const auto put_time = [&](std::string_view key, std::int64_t us) {
    if (us >= 0) o[key] = rounded(static_cast<double>(us) / 1e3, 3);
  };
  put_time("sent_ms", e.sent_us);
  put_time("first_byte_ms", e.first_byte_us);
  put_time("end_ms", e.end_us);
  o["request"] = e.request;
  if (!e.request_body.empty()) o["request_body"] = e.request_body;
  if (json::array headers = lines_of(e.answer_headers); !headers.empty()) o["answer_headers"] = std::move(headers);
  if (!e.answer_body.empty()) o["answer_body"] = e.answer_body;
  if (!e.error.empty()) o["error"] = e.error;
  if (e.trace != 0) o["trace_id"] = trace_id(run, e.trace);
  return o;
}

json::object failure_row(const run_view& run, const metrics::failure& f) {
  json::object o{{"outcome", model::name(f.outcome)}, {"status", f.status}, {"message", f.message}};
  if (f.operation != metrics::no_operation) o["operation"] = operation_name(run.names, f.operation);
  o["count"] = f.count;
  o["first_s"] = rounded(f.first_s, 3);
  o["last_s"] = rounded(f.last_s, 3);
  o["example_session"] = f.example_session;
  json::array attempts, addresses;
  for (const auto& [attempt, n] : f.attempts) attempts.push_back({{"attempt", attempt}, {"count", n}});
  std::vector<std::pair<std::uint32_t, std::uint64_t>> by_count(f.addresses.begin(), f.addresses.end());
  std::stable_sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [address, n] : by_count)
    addresses.push_back({{"address", address_name(run.names, address)}, {"count", n}});
  if (f.example) o["example"] = example_row(run, *f.example);
  o["attempts"] = std::move(attempts);
  o["addresses"] = std::move(addresses);
  return o;
}

// In the order of target_series; null: not measured.
void put_series(json::object& o, const point& p) {
  if (std::none_of(p.series.begin(), p.series.end(), [](const auto& s) { return s.measured(); })) return;
  json::array mean, most;
  for (const series_level& s : p.series) {
    mean.push_back(s.measured() ? json::value(metrics::to_nine_digits(s.mean())) : json::value(nullptr));
    most.push_back(s.measured() ? json::value(metrics::to_nine_digits(s.most)) : json::value(nullptr));
  }
  o["series"] = std::move(mean);
  if (p.seconds > 1) o["series_most"] = std::move(most);
}

json::object sampled_target(const levels& l, const point* p) {
  json::object o;
  if (l[gauge::target_cpu].measured) o["cpu"] = rounded(l[gauge::target_cpu].mean(), 3);
  const auto whole = [&](std::string_view key, gauge g) {
    if (l[g].measured) o[key] = model::whole(l[g].last);
  };
  whole("rss_bytes", gauge::target_rss);
  whole("threads", gauge::target_threads);
  whole("fds", gauge::target_fds);
  whole("connections", gauge::target_connections);
  if (p->health_known) o["healthy"] = p->healthy;
  put_series(o, *p);
  return o;
}

json::object sampled_generator(const point& p) {
  json::object o;
  const levels& l = p.sampled;
  if (l[gauge::generator_cpu].measured) o["cpu"] = rounded(l[gauge::generator_cpu].mean(), 3);
  if (!p.lag.empty()) o["lag_p99_ms"] = rounded(static_cast<double>(p.lags.p99) / 1e3, 3);
  if (l[gauge::generator_rss].measured) o["rss_bytes"] = model::whole(l[gauge::generator_rss].last);
  if (p.wake_pause_us > 0) o["wake_pause_us"] = p.wake_pause_us;
  return o;
}

}  // namespace

json::object timeline_row(const run_view& run, const point& p) {
  json::object o{{"t_s", rounded(p.start_s, 3)},
                 {"span_s", rounded(p.end_s - p.start_s, 3)},
                 {"phase", phase_name(run, p.phase)},
                 {"requests", requests_table(p.requests)}};
  const auto in_ms = [](std::int64_t us) { return rounded(static_cast<double>(us) / 1e3, 3); };
  if (!p.response_time.empty()) {
    o["p50_ms"] = in_ms(p.response_times.p50);
    o["p95_ms"] = in_ms(p.response_times.p95);
    o["p99_ms"] = in_ms(p.response_times.p99);
    o["max_ms"] = in_ms(p.response_time.max());
  }
  if (p.seconds > 1) {
    if (!p.response_time.empty()) o["p99_most_ms"] = in_ms(p.p99_most);
    o["requests_per_s_most"] = rounded(p.requests_per_s_most, 3);
  }
  if (const auto ratio = metrics::rate_limit_ratio(p.requests)) o["rate_limit_ratio"] = rounded(*ratio, 6);
  o["alive"] = model::whole(p.sampled[gauge::alive].last);
  o["opened"] = p.opened;
  o["multiplier"] = rounded(p.multiplier, 4);
  o["throttled"] = p.throttled;
  if (!p.throttle_wait.empty()) o["throttle_wait_p95_ms"] = in_ms(p.throttle_waits.p95);
  o["retried"] = p.retried;
  if (p.lowered > 0) o["lowered"] = p.lowered;
  if (p.raised > 0) o["raised"] = p.raised;
  o["missed_turns"] = p.missed_turns;
  if (json::object g = sampled_generator(p); !g.empty()) o["generator"] = std::move(g);
  if (json::object t = sampled_target(p.sampled, &p); !t.empty()) o["target"] = std::move(t);
  return o;
}

json::array scenario_metrics(const run_view& run) {
  json::array rows;
  const auto named = run.names.scenario_metrics();
  const auto& all = run.whole.counts.scenario_metrics;
  for (std::size_t i = 0; i < named.size() && i < all.size(); ++i) {
    const bool counted = named[i].kind == metrics::metric_kind::count;
    if (counted ? all[i].sum == 0 : all[i].values.empty()) continue;
    json::object o{{"name", named[i].name},
                   {"kind", kind_names[static_cast<std::size_t>(named[i].kind)]},
                   {"unit", named[i].kind == metrics::metric_kind::time ? "ms" : named[i].unit},
                   {"help", named[i].help}};
    if (counted) {
      o["sum"] = all[i].sum;
    } else if (named[i].kind == metrics::metric_kind::time) {
      o["values"] = latency_table(all[i].values);
    } else {
      o["sum"] = all[i].sum;
      o["values"] = number_table(all[i].values);
    }
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array failures(const run_view& run) {
  std::vector<const metrics::failure*> sorted;
  for (const auto& f : run.whole.counts.failures) sorted.push_back(&f);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->count > b->count; });
  json::array rows;
  for (const auto* f : sorted) rows.push_back(failure_row(run, *f));
  return rows;
}

json::array rate_adjustments(const run_view& run) {
  json::array rows;
  for (const auto& a : run.whole.counts.adjustments)
    rows.push_back({{"at_s", rounded(a.at_s, 3)},
                    {"address", address_name(run.names, a.address)},
                    {"operation", operation_name(run.names, a.operation)},
                    {"window_ratio", rounded(a.window_ratio, 6)},
                    {"from", rounded(a.from, 4)},
                    {"to", rounded(a.to, 4)}});
  return rows;
}

json::array events(const run_view& run) {
  json::array rows;
  for (const auto& e : run.whole.counts.events) {
    json::object o{{"at_s", rounded(e.at_s, 3)}, {"what", e.what}, {"text", e.text}};
    if (e.value) o["value"] = rounded(*e.value, 4);
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array timeline_table(const run_view& run) {
  json::array rows;
  for (const point& p : run.course.points()) rows.push_back(timeline_row(run, p));
  return rows;
}

json::object generator(const run_view& run, const ending& end) {
  json::object o;
  const std::uint64_t sent = metrics::requests_of(run.whole.counts).total();
  if (end.cpu_s > 0) o["cpu_s"] = rounded(end.cpu_s, 3);
  if (end.cpu_s > 0 && sent > 0) o["cpu_us_per_request"] = rounded(end.cpu_s * 1e6 / static_cast<double>(sent), 3);
  const level& cpu = run.whole.sampled[gauge::generator_cpu];
  if (cpu.measured) {
    o["cpu_mean"] = rounded(cpu.mean(), 3);
    o["cpu_max"] = rounded(cpu.most, 3);
  }
  const level& rss = run.whole.sampled[gauge::generator_rss];
  const std::uint64_t peak = std::max(end.peak_rss_bytes, rss.measured ? model::whole(rss.most) : 0);
  if (peak > 0) o["peak_rss_bytes"] = peak;
  if (end.bytes_per_session > 0) o["bytes_per_session"] = rounded(end.bytes_per_session, 1);
  std::uint16_t pause = 0;
  for (const point& p : run.course.points()) pause = std::max(pause, p.wake_pause_us);
  if (pause > 0) o["wake_pause_us"] = pause;
  return o;
}

json::object target_series(const run_view& run) {
  const metrics::series_readings& asked = run.whole.counts.series;
  json::object o;
  if (asked.answered + asked.failed == 0) return o;
  o["answered"] = asked.answered;
  o["failed"] = asked.failed;
  json::array rows;
  const auto named = run.names.target_series();
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto selector = metrics::parse_series(named[i]);
    json::object row{{"series", named[i]}, {"unit", selector ? metrics::unit_of(*selector) : "number"}};
    if (i < run.series.size() && run.series[i].measured) {
      const level& l = run.series[i];
      for (const auto& [key, value] :
           {std::pair{"first", l.first}, {"last", l.last}, {"least", l.least}, {"mean", l.mean()}, {"most", l.most}})
        row[key] = metrics::to_nine_digits(value);
    }
    rows.push_back(std::move(row));
  }
  o["series"] = std::move(rows);
  return o;
}

json::object target(const levels& l) {
  json::object o;
  if (l[gauge::target_cpu].measured) {
    o["cpu_mean"] = rounded(l[gauge::target_cpu].mean(), 3);
    o["cpu_max"] = rounded(l[gauge::target_cpu].most, 3);
  }
  const auto whole = [&](std::string_view key, gauge g, double level::*which) {
    if (l[g].measured) o[key] = static_cast<std::uint64_t>(std::llround(l[g].*which));
  };
  whole("rss_first_bytes", gauge::target_rss, &level::first);
  whole("rss_last_bytes", gauge::target_rss, &level::last);
  whole("rss_max_bytes", gauge::target_rss, &level::most);
  whole("threads_max", gauge::target_threads, &level::most);
  whole("fds_max", gauge::target_fds, &level::most);
  whole("connections_max", gauge::target_connections, &level::most);
  return o;
}

}  // namespace lsrun::report
