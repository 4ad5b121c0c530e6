// What is still to be done when the process dies of a fatal signal: one list for the whole program, so that the
// terminal is given back before the last words are written, whoever asked for either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace lsrun::crash {

// In the order in which they are done; each holds one action.
enum class place {
  terminal,  // give the terminal back as it was found: before anything is written to it
  words,     // say on standard error what crashed
};
inline constexpr int place_count = 2;

// Called from a signal handler, on whichever thread crashed: it may call only what is async-signal-safe
// (signal-safety(7)).
using action = void (*)(int signal);

// From now on `what` is done at this place; nullptr: nothing. While there is anything to be done, SIGSEGV, SIGBUS,
// SIGILL, SIGFPE, SIGABRT and SIGQUIT do the list and then take their course (the default action, or the handler that
// was there before the first action); when the last action is taken back, that handler is in place again. Returns what
// was to be done before. [main-thread]
action set(place, action what);

// Within an action: where the thread was when the signal came, an address of code; 0 if that is not known.
std::uintptr_t instruction();

// A stack of its own for the handlers of the thread that makes it, as long as it lives: a thread whose stack ran out
// can still do the list. The main thread gets one with the first action. [the thread it is for]
class handler_stack {
 public:
  handler_stack();
  ~handler_stack();
  handler_stack(const handler_stack&) = delete;
  handler_stack& operator=(const handler_stack&) = delete;

 private:
  static constexpr std::size_t size = 64u << 10u;
  std::unique_ptr<char[]> room_;  // nullptr: the thread had one
};

// Does the list, as a handler would; for other ways to die (std::atexit). Each action is done once.
void run(int signal);

}  // namespace lsrun::crash
