#include "run/lag_check.hpp"

#include "time/units.hpp"

namespace lsrun::run {

std::string late_generator(const metrics::histogram& lag, time::span limit) {
  if (lag.empty()) return {};
  const bool many = lag.count() >= requests_for_p99;
  const auto observed = static_cast<time::span>(lag.percentile(many ? 99 : 50)) * time::microsecond;
  if (observed <= limit) return {};
  return std::string("lag ") + (many ? "p99" : "p50") + " was " + time::format_duration(observed) +
         ", more than run.lag_limit " + time::format_duration(limit) +
         ": requests left late by lsrun's own doing or for want of a free connection";
}

}  // namespace lsrun::run
