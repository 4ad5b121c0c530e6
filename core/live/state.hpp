// What the live view shows: the figures of the last second and the run so far, as they were at one moment. Filled by
// live::course, drawn by live::draw(); a value, so that a test can make one up.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace lsrun::live {

// The figures over which sparklines are drawn, of one second.
struct second {
  double requests_per_s = 0;
  std::optional<double> p95_s;             // response time; nothing was answered
  std::optional<double> rate_limit_ratio;  // nothing was judged
  double alive = 0;
};

struct phase_span {
  std::string name;
  double start_s = 0, end_s = 0;
};

// One client address, lately: each second the sums lose a fifth, so that five seconds back a third is left.
struct address_heat {
  double judged = 0, refused = 0;
};

// Something that happened, newest last in the list.
struct notice {
  double at_s = 0;  // run time
  std::string text;
  bool by_hand = false;   // asked for by a key, else a warning
  std::string kind = {};  // a later notice of the same kind takes its place; "": it stays
};

struct state {
  std::string name, target;
  double now_s = 0, planned_s = 0;  // planned_s 0: no end planned
  std::vector<phase_span> phases;
  std::size_t phase = 0;
  double phase_progress = 0;  // 0..1

  std::deque<second> seconds;  // oldest first, most_seconds at most
  std::vector<address_heat> addresses;
  std::deque<notice> notices;  // most_notices at most

  // Of the last second
  double requests_per_s = 0, opened_per_s = 0;
  std::optional<double> ok_ratio, rate_limit_ratio;
  std::optional<double> p50_s, p95_s, p99_s, throttle_wait_p95_s, lag_p99_s;
  std::optional<double> cpu, target_cpu;  // cores
  std::optional<std::uint64_t> rss_bytes, target_rss_bytes;
  std::optional<bool> target_healthy;
  std::vector<std::string> target_series;  // of the target's own metrics: name and value, as last read
  double multiplier = 1;
  std::uint64_t alive = 0, wanted = 0, most_wanted = 0, in_step = 0, throttled = 0;
  // Of the run so far
  std::uint64_t requests = 0, refused = 0, failed = 0, opened = 0, peak_alive = 0, missed_turns = 0;

  bool paused = false;         // no new sessions, by hand
  double by_hand = 1;          // factor of all rates, by hand
  bool ending = false;         // nothing new is begun
  double ends_within_s = 0;    // then: what is under way is given so long; 0: unknown
  bool help = false;           // keys are explained
  bool has_addresses = false;  // there is more than one
};

inline constexpr std::size_t most_seconds = 600, most_notices = 50;

}  // namespace lsrun::live
