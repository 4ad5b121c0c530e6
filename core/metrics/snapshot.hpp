// One second of the run as every sink gets it.
#pragma once

#include <string>

#include "metrics/interval.hpp"
#include "metrics/registry.hpp"

namespace lsrun::metrics {

struct snapshot {
  const interval& last;   // the second that just ended, all workers merged
  const interval& total;  // the run so far
  const registry& names;
  std::string phase;                  // the current phase's name
  double phase_progress = 0;          // 0..1
  double run_progress = 0;            // 0..1
  std::uint64_t sessions_target = 0;  // wanted alive now
  std::uint64_t sessions_max = 0;     // the plan's largest number
  bool paused = false;                // by hand: no new sessions
  double by_hand = 1;                 // by hand: factor of all rates
  bool ending = false;                // nothing new is begun
  double ends_within_s = 0;           // when ending: what is under way is given so long; 0: unknown
};

// Something that is told of every snapshot, in order, on the runner's thread. It must not block for long: a second
// later the next one comes. Never called concurrently.
class sink {
 public:
  virtual ~sink() = default;
  virtual void on_snapshot(const snapshot&) = 0;
  // What keeps it from doing more, e.g. a full disk; "" while all is well. After a failure it is told of nothing more.
  virtual std::string error() const { return {}; }
};

}  // namespace lsrun::metrics
