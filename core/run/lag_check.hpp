// Was lsrun itself late? The part of a run's validity that lag decides.
#pragma once

#include <cstdint>
#include <string>

#include "metrics/histogram.hpp"
#include "time/clock.hpp"

namespace lsrun::run {

// From so many requests on the 99th percentile of lag is judged. Of fewer, ten or less lie above it, and a single slow
// moment of the machine may hold them all: then the median is judged, which is late only if lsrun is late throughout.
constexpr std::uint64_t requests_for_p99 = 1000;

// The sentence that says why a run with this lag (microseconds, one value a request) is not valid under run.lag_limit;
// "" if it may be, and if nothing was sent.
std::string late_generator(const metrics::histogram& lag, time::span limit);

}  // namespace lsrun::run
