// How many sessions are to be alive at each moment of the run. Pure: run time is a parameter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "time/clock.hpp"

namespace lsrun::load {

enum class ramp : std::uint8_t {
  linear,  // from the last phase's number to this one's, evenly over the phase
  step,    // at once, at the phase's start
  hold,    // stays at the last phase's number
};

struct phase {
  std::string name;
  time::span duration = 0;
  std::uint64_t sessions = 0;  // alive at the phase's end; not looked at by hold
  ramp shape = ramp::linear;
};

class phases {
 public:
  explicit phases(std::vector<phase>);

  time::span end() const { return starts_.back(); }  // of the last phase
  std::size_t at(time::span run_time) const;         // index of the phase; the last one after the end
  time::span start_of(std::size_t index) const { return starts_[index]; }
  const std::vector<phase>& list() const { return phases_; }
  std::uint64_t sessions_at_end_of(std::size_t index) const { return ends_[index]; }
  std::uint64_t largest() const;  // the most sessions wanted at any time

  // Sessions wanted alive at this time. A linear ramp from a to b wants its n-th further session at
  // start + (n - a) / (b - a) * duration (n counted from a + 1 upward, or its mirror downward), so b at the very end.
  std::uint64_t wanted(time::span run_time) const;
  // The next time after run_time at which wanted() or the phase changes; time::never after the end.
  time::span next_change(time::span run_time) const;

 private:
  std::uint64_t from_of(std::size_t index) const { return index == 0 ? 0 : ends_[index - 1]; }

  std::vector<phase> phases_;
  std::vector<time::span> starts_;   // one more than phases: the end
  std::vector<std::uint64_t> ends_;  // sessions at each phase's end
};

// The share of `total` sessions that falls to one of `workers` workers, when session n belongs to address n modulo
// `addresses`, and address a to worker a modulo `workers`. Shares add up to total.
std::uint64_t share_of(std::uint64_t total, std::uint32_t addresses, std::uint32_t worker, std::uint32_t workers);

}  // namespace lsrun::load
