// The table behind expressions: a new metric is a line here and a case in report/figures.cpp.
#include "metrics/metric_table.hpp"

#include <algorithm>
#include <array>

#include "model/edit_distance.hpp"

namespace lsrun::metrics {
namespace {

using enum quantity;
using enum shape;

constexpr auto table = std::to_array<known_metric>({
    {"response_time", time, distribution, true, true},
    {"service_time", time, distribution, true, false},
    {"lag", time, distribution, false, false},
    {"throttle_wait", time, distribution, false, false},
    {"step_time", time, distribution, false, false},
    {"rate_limit_ratio", ratio, figure, true, true},
    {"success_ratio", ratio, figure, false, true},
    {"system_success_ratio", ratio, figure, true, true},
    {"system_failure_ratio", ratio, figure, true, true},
    {"requests_per_s", per_second, figure, true, true},
    {"sessions_created_per_s", per_second, figure, false, false},
    {"requests", count, figure, true, true},
    {"failures", count, figure, true, true},
    {"ok", count, figure, true, true},
    {"business_error", count, figure, true, true},
    {"rate_limited", count, figure, true, true},
    {"timeout", count, figure, true, true},
    {"connect_error", count, figure, true, true},
    {"server_error", count, figure, true, true},
    {"client_error", count, figure, true, true},
    {"protocol_error", count, figure, true, true},
    {"cancelled", count, figure, true, true},
    {"empty_poll", count, figure, true, true},
    {"sessions", count, figure, false, false},
    {"missed_turns", count, figure, false, false},
    {"alive", count, gauge, false, false},
    {"target.rss", bytes, gauge, false, false},
    {"target.cpu", cores, gauge, false, false},
    {"target.threads", count, gauge, false, false},
    {"target.fds", count, gauge, false, false},
    {"target.connections", count, gauge, false, false},
    {"generator.cpu", cores, gauge, false, false},
    {"generator.rss", bytes, gauge, false, false},
});

}  // namespace

std::span<const known_metric> known_metrics() { return table; }

const known_metric* find_metric(std::string_view name) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const known_metric& m) { return m.name == name; });
  return at == table.end() ? nullptr : &*at;
}

std::string nearest_metric(std::string_view name, const std::vector<std::string>& scenario_metrics) {
  std::string best;
  std::size_t least = SIZE_MAX;
  const auto consider = [&](std::string_view candidate) {
    if (const std::size_t d = model::edit_distance(name, candidate); d < least) {
      least = d;
      best = candidate;
    }
  };
  for (const known_metric& m : known_metrics()) consider(m.name);
  for (const std::string& m : scenario_metrics) consider(m);
  return best;
}

}  // namespace lsrun::metrics
