#include "run/self_check.hpp"

#include <algorithm>

#include "time/units.hpp"

namespace lsrun::run {
namespace {

constexpr double least_span_s = 0.2;  // shorter intervals say nothing about a share of time
constexpr double same_stop = 0.7;     // of the tick's lateness that the workers must have been silent for
constexpr std::uint64_t chance = 20;  // turns

std::string seconds(double s) { return time::format_duration(time::from_seconds(s)); }

}  // namespace

void self_check::add(const second& now) {
  if (now.span_s >= least_span_s) {
    all_s_ += now.span_s;
    if (now.busiest > cpu_limit_) saturated_s_ += now.span_s;
    busiest_ = std::max(busiest_, now.busiest);
  }
  // A stop that began while the workers were being asked shows in their answer, and only then in the tick.
  const time::span silence = std::max(now.silence, silence_before_);
  silence_before_ = now.silence;
  const bool all_late = static_cast<double>(silence) >= same_stop * static_cast<double>(now.tick_late);
  if (now.tick_late < least_stop || !all_late) return;
  const double still_s = time::seconds(std::min(now.tick_late, silence));
  if (stops_++ == 0) first_still_s_ = std::max(0.0, now.at_s - still_s);
  still_s_ += still_s;
  silence_before_ = 0;
}

std::string self_check::saturated() const {
  if (saturated_s_ < least_saturated_s || saturated_s_ < saturated_share * all_s_) return {};
  return "lsrun's own processors were saturated: in " + seconds(saturated_s_) + " of " + seconds(all_s_) +
         " a worker thread used, or waited for, more than run.cpu_limit " + time::format_ratio(cpu_limit_) +
         " of one (at most " + time::format_ratio(busiest_) +
         "): give it more threads ([run] threads) and processors, or lower the load";
}

std::string self_check::stood_still() const {
  if (stops_ == 0) return {};
  return "lsrun was suspended for " + seconds(still_s_) + (stops_ > 1 ? " in all, first" : "") + " at " +
         seconds(first_still_s_) +
         " of the run (stopped by a signal, or with its machine): nothing was sent or read meanwhile, and the times "
         "around it are not the target's";
}

std::string missed_too_many(std::uint64_t missed, std::uint64_t started, double limit) {
  const double planned = static_cast<double>(missed) + static_cast<double>(started);
  if (missed < chance || static_cast<double>(missed) <= limit * planned) return {};
  return time::format_count(missed) + " of " + time::format_count(missed + started) + " planned turns (" +
         time::format_ratio(static_cast<double>(missed) / planned) +
         ") found no free session, more than run.missed_limit " + time::format_ratio(limit) +
         ": the load was lighter than planned, and what they would have waited is in no figure; plan more sessions, or "
         "lower rate.base";
}

}  // namespace lsrun::run
