#include "run/clock_watch.hpp"

#include "time/units.hpp"

namespace lsrun::run {

std::string clock_watch::look(time::instant monotonic, std::int64_t wall, double at) {
  const time::span apart = wall - monotonic;
  const time::span step = apart - apart_.value_or(apart);
  apart_ = apart;
  if (step > -time::second && step < time::second) return {};
  return std::string("the system's clock was set ") + (step > 0 ? "forward" : "back") + " by " +
         time::format_duration((step > 0 ? step : -step) / time::second * time::second) + ", " +
         time::format_duration(time::from_seconds(at)) +
         " into the run: the dates of its start and end do not fit its length; all figures come from another clock, "
         "which nobody sets";
}

}  // namespace lsrun::run
