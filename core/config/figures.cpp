// Copies; the only thought is the time scale.
#include "config/figures.hpp"

#include <cmath>

#include "metrics/expression.hpp"

namespace lsrun::config {
namespace {

void read_thresholds(const plan& p, load::figures& f) {
  for (const auto& check : p.thresholds) {
    const auto e = metrics::parse_expression(check.expression, false);
    if (!e || !e->operation.empty() || !e->phase.empty() || !e->tenant.empty()) continue;
    const bool at_least =
        e->compare == metrics::comparison::greater || e->compare == metrics::comparison::greater_equal;
    if (e->metric == "sessions_created_per_s" && at_least) f.created_at_least = e->bound;
    if (e->metric == "rate_limit_ratio" && !at_least && e->bound == 0) f.no_refusals = true;
  }
}

}  // namespace

load::figures figures_of(const plan& p) {
  const double scale = p.time_scale;
  const auto lengthened = [scale](span s) { return static_cast<span>(std::llround(static_cast<double>(s) * scale)); };
  load::figures f;
  f.addresses = p.pool.count;
  f.headroom = p.limits.headroom;
  for (const auto& [name, limit] : p.limits.by_operation) {
    if (limit)
      f.budgets.push_back({name, limit->per_second() / scale});
    else
      f.unlimited.push_back(name);
  }
  if (p.rate.base) f.base = p.rate.base->per_second() / scale;
  for (const auto& one : p.phases) {
    f.phases.push_back({one.name, lengthened(one.duration), one.sessions, one.shape});
  }
  f.max_sessions = p.sessions.max;
  if (p.load.arrivals != load_shape::arrivals_kind::closed) f.arrivals = p.load.per_second / scale;
  f.think = p.sessions.think_time;
  f.think.a *= scale;
  if (f.think.what != load::distribution::kind::lognormal) f.think.b *= scale;
  f.turns = p.sessions.turns;
  if (p.sessions.expire_after) f.expire_after = lengthened(*p.sessions.expire_after);
  f.connections_per_address = p.target.connections_per_address;
  f.time_scale = scale;
  read_thresholds(p, f);
  return f;
}

}  // namespace lsrun::config
