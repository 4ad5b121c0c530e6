// How soon did the target recover from a burst? Judged second by second against what it was before the burst.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lsrun::report {

struct run_view;

struct service_sample {
  double start_s = 0, end_s = 0;  // of run time
  std::optional<double> success;  // share of its requests that the system answered well; none: nothing was asked
  std::optional<double> p95_s;    // of its response times
};

struct recovery_verdict {
  std::string burst;       // the phase whose end is the burst's end
  double burst_end_s = 0;  // of run time
  double success_before = 0, p95_before_s = 0;
  std::optional<double> seconds;  // from the burst's end until it was back; none: it was not, to the run's end
};

// `before` and `after` the burst, in order of time. Back: from there on three samples in a row have a success of at
// least 80 % and a p95 of at most 120 % of what they were before (both weighted over all of `before`: the mean success,
// the median p95); samples in which nothing was asked do not count. 50 ms of p95 more than before are always well.
std::optional<recovery_verdict> judge_recovery(const std::vector<service_sample>& before,
                                               const std::vector<service_sample>& after, double burst_end_s);

// The burst of this run: the planned phases at the greatest number of sessions, if at least twice as many as in the
// phase before they began to rise and followed by a phase with at most half as many. nullopt: no burst was planned, or
// one of its sides was not reached.
std::optional<recovery_verdict> recovery_of(const run_view&);

}  // namespace lsrun::report
