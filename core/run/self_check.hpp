// Was lsrun itself the limit? The parts of a run's validity that its own threads and its plan's sessions decide; lag
// has lag_check.hpp. Pure: told once a second what was measured, asked at the end.
#pragma once

#include <cstdint>
#include <string>

#include "time/clock.hpp"

namespace lsrun::run {

class self_check {
 public:
  // Seconds of the run that are above the limit before it counts: a tenth of them, and this many.
  static constexpr double least_saturated_s = 2, saturated_share = 0.1;
  // Shorter stops are left to lag.
  static constexpr time::span least_stop = time::second;

  // `cpu_limit`: share of a processor, above which a worker's thread is saturated.
  explicit self_check(double cpu_limit) : cpu_limit_(cpu_limit) {}

  struct second {
    double at_s = 0, span_s = 0;  // run time at its end, its length
    double busiest = 0;           // share of it that the busiest worker's thread was on a processor or waited
    time::span tick_late = 0;     // how late the main thread's tick came
    time::span silence = 0;       // the longest time in which no worker made a turn of its loop
  };
  void add(const second&);

  // Sentences; "" where there is nothing to say.
  std::string saturated() const;
  // All threads late together for a second or more: lsrun was suspended, or the whole machine was. One late thread is
  // not that: the main thread may wait for a disk, a worker for its plugin.
  std::string stood_still() const;

 private:
  const double cpu_limit_;
  double all_s_ = 0, saturated_s_ = 0, busiest_ = 0;
  double still_s_ = 0, first_still_s_ = 0;
  std::uint64_t stops_ = 0;
  time::span silence_before_ = 0;
};

// Why a run in whose open loop so many turns found no free session is not valid under run.missed_limit; "" if it may
// be. `started`: steps. Fewer than 20 are chance.
std::string missed_too_many(std::uint64_t missed, std::uint64_t started, double limit);

}  // namespace lsrun::run
