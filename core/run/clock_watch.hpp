// Was the system's clock set while a run goes on? No figure depends on it, but the dates in the report do, and whoever
// compares them with the run's length should know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "time/clock.hpp"

namespace lsrun::run {

class clock_watch {
 public:
  // One reading of both clocks, ns; `at`: run time in seconds, for the words. The sentence for a step of a second or
  // more since the reading before; "" if there is none. Slewing (NTP, at most 0.05 %) is no step between readings that
  // are a second or so apart.
  std::string look(time::instant monotonic, std::int64_t wall, double at);

 private:
  std::optional<time::span> apart_;  // wall - monotonic
};

}  // namespace lsrun::run
