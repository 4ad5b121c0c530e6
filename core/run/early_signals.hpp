// SIGINT, SIGTERM and SIGHUP while a run is made ready: remembered, so that it can take back what it has made so far.
#pragma once

#include <csignal>

namespace lsrun::run {

// As long as it lives a signal is only remembered, and system calls that it interrupts end with EINTR; then the
// handlers that were there before are in place again. One at a time. [main-thread]
class early_signals {
 public:
  early_signals();
  ~early_signals();
  early_signals(const early_signals&) = delete;
  early_signals& operator=(const early_signals&) = delete;

  // The number of the signal that came last; 0: none.
  static int came();

 private:
  struct sigaction before_[3];
};

// "SIGINT" and so on.
const char* signal_name(int number);

}  // namespace lsrun::run
