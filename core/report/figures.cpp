// One function for each kind of metric; metrics/metric_table.cpp lists the names.
#include "report/figures.hpp"

#include <algorithm>
#include <array>

#include "metrics/metric_table.hpp"
#include "metrics/ratios.hpp"

namespace lsrun::report {
namespace {

using metrics::expression;
using metrics::histogram;
using metrics::interval;
using metrics::outcome_counts;

template <class Names>
std::optional<std::size_t> index_of(const Names& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

// The rows that an expression's labels choose, or nothing if there are no such rows.
struct chosen {
  const metrics::operation_figures* operation = nullptr;
  const metrics::tenant_figures* tenant = nullptr;
  bool missing = false;
};

chosen choose(const expression& e, const interval& i, const metrics::registry& names) {
  chosen c;
  if (!e.operation.empty()) {
    const auto at = index_of(names.operations(), e.operation);
    if (at && *at < i.operations.size()) c.operation = &i.operations[*at];
    c.missing = !c.operation;
  }
  if (!e.tenant.empty()) {
    const auto at = index_of(names.tenants, e.tenant);
    if (at && *at < i.tenants.size()) c.tenant = &i.tenants[*at];
    c.missing = c.missing || !c.tenant;
  }
  return c;
}

outcome_counts requests_of(const chosen& c, const interval& i) {
  if (c.operation) return c.operation->requests;
  if (c.tenant) return c.tenant->requests;
  return metrics::requests_of(i);
}

std::optional<double> time_of(const expression& e, const chosen& c, const interval& i) {
  const auto in_seconds = [&](const histogram& h) -> std::optional<double> {
    auto value = function_of(h, e.function);
    if (value && e.function != "count") *value /= 1e6;
    return value;
  };
  if (e.metric == "lag") return in_seconds(i.lag);
  if (e.metric == "throttle_wait") return in_seconds(i.throttle_wait);
  if (e.metric == "step_time") return in_seconds(i.step_time);
  if (e.metric == "service_time") {
    if (c.operation) return in_seconds(c.operation->service_time);
    histogram sum;
    for (const auto& o : i.operations) sum.add(o.service_time);
    return in_seconds(sum);
  }
  if (c.operation) return in_seconds(c.operation->response_time);
  if (c.tenant) return in_seconds(c.tenant->response_time);
  return in_seconds(metrics::response_times_of(i));
}

std::optional<double> count_of(const expression& e, const chosen& c, const span_figures& f) {
  const auto real = [](std::uint64_t n) { return std::optional<double>(static_cast<double>(n)); };
  if (e.metric == "sessions") return real(f.counts.sessions.opened);
  if (e.metric == "missed_turns") return real(f.counts.missed_turns);
  const outcome_counts requests = requests_of(c, f.counts);
  if (e.metric == "requests") return real(requests.total());
  if (e.metric == "failures") return real(metrics::failures(requests));
  if (const auto outcome = model::outcome_named(e.metric)) return real(requests[*outcome]);
  return std::nullopt;
}

std::optional<double> ratio_of(const expression& e, const chosen& c, const interval& i) {
  if (e.metric == "success_ratio") return metrics::success_ratio(c.tenant ? c.tenant->steps : i.steps.ended);
  const outcome_counts requests = requests_of(c, i);
  if (e.metric == "rate_limit_ratio") return metrics::rate_limit_ratio(requests);
  if (e.metric == "system_success_ratio") return metrics::system_success_ratio(requests);
  if (e.metric == "system_failure_ratio") return metrics::system_failure_ratio(requests);
  return std::nullopt;
}

constexpr std::array<std::string_view, gauge_count> gauge_names{"alive",          "target.rss",   "target.cpu",
                                                                "target.threads", "target.fds",   "target.connections",
                                                                "generator.cpu",  "generator.rss"};

std::optional<double> level_of(const expression& e, const level& l) {
  using enum metrics::comparison;
  if (!l.measured) return std::nullopt;
  if (e.function == "mean") return l.mean();
  if (e.function == "max") return l.most;
  if (e.function == "min") return l.least;
  return e.compare == less || e.compare == less_equal ? l.most : l.least;
}

std::optional<double> scenario_value(const expression& e, const interval& i, const metrics::registry& names) {
  const auto metrics = names.scenario_metrics();
  for (std::size_t id = 0; id < metrics.size() && id < i.scenario_metrics.size(); ++id) {
    if (metrics[id].name != e.metric) continue;
    const auto& figures = i.scenario_metrics[id];
    if (e.function.empty()) {
      if (metrics[id].kind != metrics::metric_kind::count && figures.values.empty()) return std::nullopt;
      return static_cast<double>(figures.sum) / (metrics[id].kind == metrics::metric_kind::time ? 1e6 : 1);
    }
    auto value = function_of(figures.values, e.function);
    if (value && metrics[id].kind == metrics::metric_kind::time && e.function != "count") *value /= 1e6;
    return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> function_of(const histogram& h, std::string_view function) {
  if (function == "count") return static_cast<double>(h.count());
  if (h.empty()) return std::nullopt;
  if (function == "mean") return h.mean();
  if (function == "min") return static_cast<double>(h.min());
  if (function == "max") return static_cast<double>(h.max());
  if (const auto percent = metrics::percent_of(function)) return static_cast<double>(h.percentile(*percent));
  return std::nullopt;
}

std::optional<double> sessions_created_per_s(const interval& i) {
  if (i.creating_s <= 0) return std::nullopt;
  return static_cast<double>(i.sessions.opened) / i.creating_s;
}

std::optional<double> value_of(const expression& e, const span_figures& f, const metrics::registry& names) {
  using enum metrics::quantity;
  const auto* known = metrics::find_metric(e.metric);
  if (!known) return scenario_value(e, f.counts, names);
  if (known->form == metrics::shape::gauge) {
    const auto at = index_of(gauge_names, e.metric);
    return level_of(e, f.sampled.by[*at]);
  }
  const chosen c = choose(e, f.counts, names);
  if (c.missing) return std::nullopt;
  if (known->unit == time) return time_of(e, c, f.counts);
  if (known->unit == ratio) return ratio_of(e, c, f.counts);
  if (e.metric == "sessions_created_per_s") return sessions_created_per_s(f.counts);
  if (e.metric == "requests_per_s") {
    if (f.span_s <= 0) return std::nullopt;
    return static_cast<double>(requests_of(c, f.counts).total()) / f.span_s;
  }
  return count_of(e, c, f);
}

metrics::quantity unit_of(const expression& e, const metrics::registry& names) {
  if (e.unit != metrics::quantity::any) return e.unit;
  for (const auto& m : names.scenario_metrics())
    if (m.name == e.metric && m.kind == metrics::metric_kind::time) return metrics::quantity::time;
  return metrics::quantity::any;
}

}  // namespace lsrun::report
