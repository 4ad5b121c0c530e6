// Is the target's memory growing without end? Judged on the phases in which the number of sessions stands still, by an
// estimator that garbage collectors and single leaps do not move.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lsrun::report {

struct run_view;

struct memory_sample {
  double t_s = 0;            // of run time
  double rss_bytes = 0;      // the least seen in this sample's span
  std::uint64_t opened = 0;  // sessions opened in its span
};

enum class leak_word { suspected, not_suspected, too_short_to_tell };

struct leak_verdict {
  leak_word word = leak_word::too_short_to_tell;
  std::string why;                                 // words, for too_short_to_tell
  double from_s = 0, to_s = 0;                     // what was judged, warm-up cut off
  double bytes_per_hour = 0, least = 0, most = 0;  // slope and its 95 % confidence interval, bytes an hour
  double start_bytes = 0;                          // the fitted line at from_s
  std::vector<memory_sample> envelope;             // the windows' least values, which the line is fitted to
  std::optional<double> bytes_per_session;         // slope for each session opened meanwhile, if any was
};

// `steady`: samples of the steady span in order of time. The first fifth is taken for warm-up. The rest is cut into at
// most 40 windows, of which the least value counts (the lower envelope); the slope is the median of the slopes between
// all pairs of windows (Theil 1950, Sen 1968), its interval from Kendall's variance n(n-1)(2n+5)/18 (Hollander &
// Wolfe). Suspected: the whole interval lies above 0, and the growth over the span is more than 256 KiB, 0.5 % of the
// memory and three times what the windows deviate from the line (of a hundred runs without a leak a 95 % interval alone
// would accuse two), and goes on throughout (single leaps are no leak). Too short: less than 20 s or 20 samples; or so
// uncertain that a growth of a tenth lies in the interval.
leak_verdict judge_leak(const std::vector<memory_sample>& steady);

// The longest steady span of this run: neighbouring phases that hold the number of sessions of the phase before, as
// planned. nullopt: the target's memory was not watched, or no phase holds.
std::optional<leak_verdict> leak_of(const run_view&);

const char* name(leak_word);

}  // namespace lsrun::report
