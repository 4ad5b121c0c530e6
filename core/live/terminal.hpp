// The terminal while the full-screen view is on it: its own screen, no echo, no cursor; given back as it was found at
// any end, also when the process crashes. Plain ECMA-48 sequences that every terminal of today knows: what gives it
// back must be fit for a signal handler, and the view needs no more than rows of cells.
#pragma once

#include <termios.h>

#include <memory>

#include "live/screen.hpp"

namespace lsrun::live {

// Does the terminal's locale speak UTF-8? (LC_ALL, LC_CTYPE, LANG)
bool speaks_utf8();

class terminal {
 public:
  // The terminal on standard input and output, taken over; nullptr where there is none that a view can be shown on: no
  // terminal, TERM unset or "dumb", or this process is in its background. At most one at a time. [main-thread, as all]
  static std::unique_ptr<terminal> take();
  ~terminal();  // gives it back
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  extent size() const;
  // Non-blocking, for keys and pictures; of this object.
  int descriptor() const { return descriptor_; }
  // After the process was stopped and goes on: takes the terminal again, if it is in its foreground. False: it is not.
  bool take_again();

 private:
  explicit terminal(int descriptor) : descriptor_(descriptor) {}
  bool in_foreground() const;
  void enter();

  int descriptor_;
  termios found_{};
};

}  // namespace lsrun::live
