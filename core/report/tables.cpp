// Tables of requests, latencies, operations, turns, tenants, addresses and phases.
#include "report/tables.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/ratios.hpp"
#include "metrics/shard.hpp"
#include "metrics/trace_id.hpp"

namespace lsrun::report {
namespace {

using metrics::histogram;
using metrics::interval;
using metrics::outcome_counts;

double ms(double microseconds) { return rounded(microseconds / 1e3, 3); }

void put(json::object& o, std::string_view key, const histogram& h) {
  if (!h.empty()) o[key] = latency_table(h);
}

json::object statuses_table(const metrics::status_counts& statuses, json::storage_ptr memory = {}) {
  json::object o(std::move(memory));
  for (const auto& [status, n] : statuses) o[std::to_string(status)] = n;
  return o;
}

json::object steps_by_outcome(const outcome_counts& steps) {
  std::uint64_t succeeded = 0;
  for (std::size_t i = 0; i < model::outcome_count; ++i)
    if (model::well(static_cast<model::outcome>(i))) succeeded += steps.by[i];
  return {{"ended", steps.total()}, {"succeeded", succeeded}, {"failed", steps.total() - succeeded}};
}

void put_rate(json::object& o, std::uint64_t requests, double span_s) {
  if (span_s > 0) o["requests_per_s"] = rounded(static_cast<double>(requests) / span_s, 6);
}

}  // namespace

double rounded(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(value * scale) / scale;
}

json::object requests_table(const outcome_counts& counts, json::storage_ptr memory) {
  json::object o(model::outcome_count, std::move(memory));
  o["sent"] = counts.total();
  for (std::size_t i = 0; i < model::outcome_count; ++i)
    if (static_cast<model::outcome>(i) != model::outcome::plugin_fault) o[model::outcome_names[i]] = counts.by[i];
  return o;
}

json::object latency_table(const histogram& h) {
  const auto at = [&](double percent) { return ms(static_cast<double>(h.percentile(percent))); };
  return {{"count", h.count()},      {"min_ms", ms(static_cast<double>(h.min()))},
          {"mean_ms", ms(h.mean())}, {"p50_ms", at(50)},
          {"p75_ms", at(75)},        {"p90_ms", at(90)},
          {"p95_ms", at(95)},        {"p99_ms", at(99)},
          {"p99_9_ms", at(99.9)},    {"max_ms", ms(static_cast<double>(h.max()))}};
}

json::object ratios_table(const outcome_counts& requests, const outcome_counts* steps) {
  json::object o;
  const auto put_ratio = [&](std::string_view key, std::optional<double> ratio) {
    if (ratio) o[key] = rounded(*ratio, 6);
  };
  put_ratio("rate_limit_ratio", metrics::rate_limit_ratio(requests));
  if (steps) put_ratio("success_ratio", metrics::success_ratio(*steps));
  put_ratio("system_success_ratio", metrics::system_success_ratio(requests));
  put_ratio("system_failure_ratio", metrics::system_failure_ratio(requests));
  return o;
}

json::object totals(const run_view& run) {
  const interval& t = run.whole.counts;
  return {{"requests", requests_table(metrics::requests_of(t))},
          {"steps",
           {{"started", t.steps.started},
            {"succeeded", t.steps.succeeded},
            {"failed", t.steps.failed},
            {"retried", t.steps.retried},
            {"cancelled", t.steps.ended[model::outcome::cancelled]},
            {"plugin_fault", t.steps.ended[model::outcome::plugin_fault]}}},
          {"sessions",
           {{"attempted", t.sessions.attempted},
            {"opened", t.sessions.opened},
            {"failed_to_open", t.sessions.failed_to_open},
            {"closed", t.sessions.closed},
            {"expired", t.sessions.expired},
            {"lost", t.sessions.lost},
            {"alive_at_end", t.sessions.alive},
            {"peak_alive", t.sessions.peak_alive}}},
          {"missed_turns", t.missed_turns},
          {"replaced_connections", t.replaced_connections}};
}

json::object latency(const run_view& run) {
  const interval& t = run.whole.counts;
  histogram service;
  for (const auto& o : t.operations) service.add(o.service_time);
  json::object o;
  put(o, "response_time", metrics::response_times_of(t));
  put(o, "service_time", service);
  put(o, "lag", t.lag);
  put(o, "throttle_wait", t.throttle_wait);
  put(o, "step_time", t.step_time);
  return o;
}

namespace {

json::array slowest(const run_view& run, const std::vector<metrics::slow_request>& list) {
  json::array rows;
  for (const metrics::slow_request& s : list) {
    json::object o{{"at_s", rounded(s.at_s, 3)},
                   {"response_time_ms", rounded(static_cast<double>(s.response_us) / 1e3, 3)},
                   {"address", address_name(run.names, s.address)},
                   {"session", s.session}};
    if (s.turn != metrics::no_turn) o["turn"] = s.turn;
    o["attempt"] = s.attempt;
    o["outcome"] = model::name(s.outcome);
    o["status"] = s.status;
    if (s.trace != 0) o["trace_id"] = trace_id(run, s.trace);
    rows.push_back(std::move(o));
  }
  return rows;
}

}  // namespace

std::string trace_id(const run_view& run, std::uint64_t request_half) {
  return metrics::trace_id_text(metrics::trace_half_of(run.facts.id), request_half);
}

json::array operations(const run_view& run) {
  json::array rows;
  const auto& all = run.whole.counts.operations;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].requests.total() == 0) continue;
    json::object o{{"operation", operation_name(run.names, i)},
                   {"requests", requests_table(all[i].requests)},
                   {"statuses", statuses_table(all[i].statuses)},
                   {"ratios", ratios_table(all[i].requests, nullptr)}};
    put_rate(o, all[i].requests.total(), run.whole.span_s);
    put(o, "response_time", all[i].response_time);
    put(o, "service_time", all[i].service_time);
    if (json::array slow = slowest(run, all[i].slowest); !slow.empty()) o["slowest"] = std::move(slow);
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array turns(const run_view& run) {
  json::array rows;
  const auto& all = run.whole.counts.turns;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].requests.total() + all[i].steps.total() == 0) continue;
    json::object o{{"turn", i + 1}};
    if (i + 1 == metrics::most_turns) o["and_later"] = true;
    o["requests"] = requests_table(all[i].requests);
    o["steps"] = steps_by_outcome(all[i].steps);
    put(o, "response_time", all[i].response_time);
    rows.push_back(std::move(o));
  }
  return rows;
}

json::array tenants(const run_view& run) {
  json::array rows;
  if (run.names.tenants.empty()) return rows;
  const auto& all = run.whole.counts.tenants;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].requests.total() + all[i].steps.total() == 0) continue;
    json::object o{{"tenant", tenant_name(run.names, i)},
                   {"requests", requests_table(all[i].requests)},
                   {"steps", steps_by_outcome(all[i].steps)},
                   {"ratios", ratios_table(all[i].requests, &all[i].steps)}};
    put(o, "response_time", all[i].response_time);
    rows.push_back(std::move(o));
  }
  return rows;
}

std::vector<address_span> address_spans(const run_view& run) {
  std::vector<address_span> spans;
  const auto& all = run.whole.counts.addresses;  // sorted by address, then operation
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (spans.empty() || all[spans.back().from].address != all[at].address) spans.push_back({at, at, {}});
    spans.back().end = at + 1;
    spans.back().requests.add(all[at].requests);
  }
  return spans;
}

address_table::address_table(const run_view& run)
    : run_(run), operations_(run.names.operations()), sent_(metrics::requests_of(run.whole.counts).total()) {}

json::object address_table::row(const address_span& span, const json::storage_ptr& memory) const {
  const auto& all = run_.whole.counts.addresses;
  json::array by_operation(memory);
  by_operation.reserve(span.end - span.from);
  for (std::size_t at = span.from; at < span.end; ++at) {
    json::object o(3, memory);
    o["operation"] = all[at].operation < operations_.size() ? operations_[all[at].operation]
                                                            : operation_name(run_.names, all[at].operation);
    o["requests"] = requests_table(all[at].requests, memory);
    o["statuses"] = statuses_table(all[at].statuses, memory);
    by_operation.push_back(std::move(o));
  }
  const double sent = static_cast<double>(std::max<std::uint64_t>(1, sent_));
  json::object o(5, memory);
  o["address"] = address_name(run_.names, all[span.from].address);
  o["requests"] = requests_table(span.requests, memory);
  o["share"] = rounded(static_cast<double>(span.requests.total()) / sent, 6);
  if (const auto ratio = metrics::rate_limit_ratio(span.requests)) o["rate_limit_ratio"] = rounded(*ratio, 6);
  o["operations"] = std::move(by_operation);
  return o;
}

json::array phases(const run_view& run) {
  json::array rows;
  for (std::uint32_t i = 0; i < run.phases.size(); ++i) {
    const span_figures& p = run.phases[i];
    if (p.span_s <= 0) continue;
    const outcome_counts requests = metrics::requests_of(p.counts);
    json::object o{
        {"name", phase_name(run, i)}, {"start_s", rounded(p.counts.start_s, 3)}, {"end_s", rounded(p.counts.end_s, 3)}};
    if (i < run.facts.phases.size()) o["sessions_planned"] = run.facts.phases[i].sessions;
    o["requests"] = requests_table(requests);
    o["steps"] = steps_by_outcome(p.counts.steps.ended);
    o["ratios"] = ratios_table(requests, &p.counts.steps.ended);
    put_rate(o, requests.total(), p.span_s);
    put(o, "response_time", metrics::response_times_of(p.counts));
    put(o, "throttle_wait", p.counts.throttle_wait);
    o["sessions_opened"] = p.counts.sessions.opened;
    o["alive_at_end"] = p.counts.sessions.alive;
    o["peak_alive"] = p.counts.sessions.peak_alive;
    if (json::object t = target(p.sampled); !t.empty()) o["target"] = std::move(t);
    rows.push_back(std::move(o));
  }
  return rows;
}

}  // namespace lsrun::report
