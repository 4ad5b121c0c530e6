// How long a worker's loop sleeps at least. Each sleep costs some microseconds of processor time beside the work; where
// turns are planned a few microseconds apart, a worker that wakes for each of them spends half of its core on waking.
// So a worker whose core is nearly full sleeps a little longer than it must, and handles in one wake-up what came due
// and what was answered meanwhile. One that has time to spare wakes at once. Pure: told what was used, a few times a
// millisecond at most.
#pragma once

#include "time/clock.hpp"

namespace lsrun::run {

class wake_pause {
 public:
  // What a planned request or an answer may wait for the worker's sake at most.
  static constexpr time::span longest = 40 * time::microsecond;
  static constexpr time::span step = 2 * time::microsecond;
  // Shares of the time that the thread used a processor or waited for one: above the first the pause grows by a step,
  // below the second it shrinks by one.
  static constexpr double full = 0.85, easy = 0.80;
  // It is judged once in so many turns of the loop. Where they take longer than this on average, waking is not what
  // the worker's time is spent on: there is no pause, and nothing need be measured.
  static constexpr int turns_judged = 64;
  static constexpr time::span slow_turn = 50 * time::microsecond, slow_turn_with_pause = 200 * time::microsecond;

  // The loop has made a turn that ended at `now`. True: it wants to be told by used().
  bool turned(time::instant now);
  // `busy`: for how long the thread was on a processor, or waited for one, since any instant, always the same.
  void used(time::instant now, time::span busy);
  // A sleep that ends earlier than so from its beginning is to last so long. 0: each ends when it must.
  time::span least_sleep() const { return pause_; }

 private:
  time::span pause_ = 0;
  int turns_ = 0;
  time::instant judged_at_ = 0, told_at_ = 0;  // told_at_ 0: not told since turns were slow
  time::span busy_then_ = 0;
};

}  // namespace lsrun::run
