// A second of the run in little memory: what windows are judged by and what the timeline is made of.
#pragma once

#include <array>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "metrics/interval.hpp"

namespace lsrun::report {

// A histogram as its encoding: some ten bytes for each value range that was seen.
class packed_histogram {
 public:
  packed_histogram() = default;
  explicit packed_histogram(const metrics::histogram&);
  void add_to(metrics::histogram&) const;
  void add(const packed_histogram&);
  bool empty() const { return counts_.empty(); }
  std::int64_t max() const { return max_; }
  std::size_t bytes() const { return counts_.capacity(); }  // beside the object itself

 private:
  std::string counts_;
  std::uint64_t sum_ = 0;
  std::int64_t min_ = 0, max_ = 0;
};

// The levels that are sampled once a second.
enum class gauge {
  alive,
  target_rss,
  target_cpu,
  target_threads,
  target_fds,
  target_connections,
  generator_cpu,
  generator_rss
};
inline constexpr std::size_t gauge_count = 8;

// A level over time: extremes, first and last sample, mean weighted by the spans that the samples stand for.
struct level {
  double least = 0, most = 0, first = 0, last = 0, weighted = 0, span = 0;
  bool measured = false;
  void add(double value, double span_s);
  void add(const level& later);
  double mean() const { return span > 0 ? weighted / span : last; }
};

struct levels {
  std::array<level, gauge_count> by{};
  level& operator[](gauge g) { return by[static_cast<std::size_t>(g)]; }
  const level& operator[](gauge g) const { return by[static_cast<std::size_t>(g)]; }
  void add(const metrics::interval&);
  void add(const levels& later);
};

// A series of the target's own metrics over a point of the timeline: its mean, and its peak, which outlives merging.
struct series_level {
  double weighted = 0, span = 0, most = 0;
  void add(double value, double span_s);
  void add(const series_level& later);
  bool measured() const { return span > 0; }
  double mean() const { return weighted / span; }
};

// One second for windows: all that an expression can ask of, without addresses, turns and failures.
struct moment {
  explicit moment(const metrics::interval&);
  void add_to(metrics::interval&) const;

  struct operation {
    metrics::outcome_counts requests;
    packed_histogram response_time, service_time;
  };
  struct tenant {
    metrics::outcome_counts requests, steps;
    packed_histogram response_time;
  };
  struct scenario_metric {
    std::int64_t sum = 0;
    packed_histogram values;
  };
  metrics::interval counts;  // tables and histograms empty
  std::vector<operation> operations;
  std::vector<tenant> tenants;
  std::vector<scenario_metric> scenario_metrics;
  packed_histogram lag, throttle_wait, step_time;
  levels sampled;
};

struct quantiles {  // microseconds; 0 when nothing was recorded
  std::int64_t p50 = 0, p95 = 0, p99 = 0;
};

// One point of the timeline: a second, or several when the run is long. An hour has 3600 of them: their histograms are
// coarse. Percentiles are exact in a point of one interval, within 2 % in one of several.
struct point {
  explicit point(const metrics::interval&);
  void add(const point& later);

  double start_s = 0, end_s = 0;
  std::uint32_t phase = 0;
  std::uint32_t seconds = 1;  // intervals in it
  metrics::outcome_counts requests;
  packed_histogram response_time, lag, throttle_wait;
  quantiles response_times, lags, throttle_waits;
  std::uint64_t opened = 0, missed_turns = 0, throttled = 0, retried = 0;
  std::uint32_t lowered = 0, raised = 0;  // changes of the multiplier
  // The highest of its seconds: a peak outlives the merging of neighbours.
  std::int64_t p99_most = 0;  // microseconds
  double requests_per_s_most = 0;
  double multiplier = 1;
  levels sampled;
  std::vector<series_level> series;  // by id of the registry
  bool healthy = true, health_known = false;
  std::uint16_t wake_pause_us = 0;  // the longest of its seconds; 0: none
};

// The run's course in at most `most` points: when there are more, neighbours are merged, and later points hold as many
// seconds from the start.
class timeline {
 public:
  static constexpr std::size_t most = 3600;
  void add(const metrics::interval&);
  const std::deque<point>& points() const { return points_; }
  const std::optional<point>& last() const { return last_; }  // the second that was added last, by itself
  std::size_t bytes() const;                                  // held

 private:
  std::deque<point> points_;
  std::optional<point> last_;
  std::uint32_t width_ = 1;
};

}  // namespace lsrun::report
