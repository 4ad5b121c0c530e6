// Preloaded into a program, lets its clocks (CLOCK_MONOTONIC, CLOCK_REALTIME) go slower by LSRUN_SLOW_CLOCK from its
// first look at each: under valgrind, which makes it some fifty times as slow, a second then holds about as many
// requests as ever, and what comes once a second is not counted as theirs. Waits for a moment of such a clock are as
// much longer.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

using clock_function = int (*)(clockid_t, timespec*);
using wait_function = int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*);
constexpr std::int64_t second = 1'000'000'000;

clock_function real_clock() {
  static const auto found = reinterpret_cast<clock_function>(dlsym(RTLD_NEXT, "clock_gettime"));
  return found;
}

std::int64_t slower_by() {
  static const char* const words = std::getenv("LSRUN_SLOW_CLOCK");
  static const std::int64_t times = words == nullptr ? 1 : std::atol(words);
  return times;
}

std::atomic<std::int64_t> first[2];  // looks at CLOCK_REALTIME and CLOCK_MONOTONIC

bool slowed(clockid_t which) { return which == CLOCK_REALTIME || which == CLOCK_MONOTONIC; }

std::int64_t nanoseconds(const timespec& t) { return t.tv_sec * second + t.tv_nsec; }

timespec as_timespec(std::int64_t nanoseconds) { return {nanoseconds / second, nanoseconds % second}; }

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* t) noexcept {
  const int result = real_clock()(which, t);
  if (result != 0 || !slowed(which)) return result;
  const std::int64_t now = nanoseconds(*t);
  std::int64_t from = 0;
  if (first[which].compare_exchange_strong(from, now)) from = now;
  *t = as_timespec(from + (now - from) / slower_by());
  return 0;
}

extern "C" int pthread_cond_clockwait(pthread_cond_t* what, pthread_mutex_t* held, clockid_t which,
                                      const timespec* until) {
  static const auto found = reinterpret_cast<wait_function>(dlsym(RTLD_NEXT, "pthread_cond_clockwait"));
  if (!slowed(which)) return found(what, held, which, until);
  timespec now{};
  clock_gettime(which, &now);  // has looked at it by now
  const std::int64_t from = first[which];
  const timespec later = as_timespec(from + (nanoseconds(*until) - from) * slower_by());
  return found(what, held, which, &later);
}
