// An instant as a point of std::chrono's steady clock, which is CLOCK_MONOTONIC, and back.
#pragma once

#include <chrono>

#include "time/clock.hpp"

namespace lsrun::time {

inline std::chrono::steady_clock::time_point steady_point(instant at) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at));
}

inline instant instant_of(std::chrono::steady_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

}  // namespace lsrun::time
