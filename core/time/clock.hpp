// The one monotonic source of time. Decisions take an instant as a parameter; only what acts reads the clock.
#pragma once

#include <cstdint>
#include <ctime>

namespace lsrun::time {

using instant = std::int64_t;  // nanoseconds on CLOCK_MONOTONIC
using span = std::int64_t;     // nanoseconds

inline constexpr span microsecond = 1'000;
inline constexpr span millisecond = 1'000'000;
inline constexpr span second = 1'000'000'000;
inline constexpr span minute = 60 * second;
inline constexpr span hour = 60 * minute;
inline constexpr instant never = INT64_MAX;

inline instant now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<instant>(t.tv_sec) * second + t.tv_nsec;
}

constexpr double seconds(span s) { return static_cast<double>(s) / 1e9; }
// Rounded; what no span can hold (also what is no number) becomes the nearest that one can, or 0.
constexpr span from_seconds(double s) {
  constexpr double most = 9.2e9;  // seconds: some 290 years
  if (!(s > -most)) return s < 0 ? INT64_MIN : 0;
  if (s >= most) return INT64_MAX;
  return static_cast<span>(s * 1e9 + (s < 0 ? -0.5 : 0.5));
}

}  // namespace lsrun::time
