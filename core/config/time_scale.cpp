// A rehearsal: what is as long as a person waits is shortened, what a machine or network takes is not.
#include <algorithm>
#include <cmath>

#include "config/build.hpp"

namespace lsrun::config {

void apply_time_scale(plan& p) {
  const double by = p.time_scale;
  if (by == 1) return;
  // Never 0: an interval of nothing would be another thing than a short one.
  const auto shorten = [by](span& s) {
    if (s > 0) s = std::max<span>(1, std::llround(static_cast<double>(s) / by));
  };
  for (auto& phase : p.phases) shorten(phase.duration);
  for (auto& [name, limit] : p.limits.by_operation)
    if (limit) shorten(limit->window);
  if (p.rate.base) shorten(p.rate.base->window);
  shorten(p.rate.adapt_every);
  p.load.per_second *= by;
  if (p.sessions.expire_after) shorten(*p.sessions.expire_after);
  if (p.sessions.cleanup_every) shorten(*p.sessions.cleanup_every);
  auto& think = p.sessions.think_time;
  think.a /= by;
  if (think.what != load::distribution::kind::lognormal) think.b /= by;  // its sigma has no unit
  shorten(p.retry.first);
  shorten(p.retry.most);
}

}  // namespace lsrun::config
