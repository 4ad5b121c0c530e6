// Everything that was counted in a span of the run (one second): what workers hand in, what the journal keeps, what
// reports are made of. Intervals add up: a run is the sum of its intervals, in any order and grouping.
#pragma once

#include <array>
#include <boost/container/flat_map.hpp>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/histogram.hpp"
#include "model/outcome.hpp"
#include "time/clock.hpp"

namespace lsrun::metrics {

struct outcome_counts {
  std::array<std::uint64_t, model::outcome_count> by{};
  std::uint64_t& operator[](model::outcome o) { return by[static_cast<std::size_t>(o)]; }
  std::uint64_t operator[](model::outcome o) const { return by[static_cast<std::size_t>(o)]; }
  std::uint64_t total() const;
  void add(const outcome_counts& other);
  bool operator==(const outcome_counts&) const = default;
};

// HTTP status -> requests; 0: no answer. Sorted; room for a few without allocation.
using status_counts =
    boost::container::flat_map<std::uint16_t, std::uint64_t, std::less<std::uint16_t>,
                               boost::container::small_vector<std::pair<std::uint16_t, std::uint64_t>, 4>>;

// One of an operation's slowest requests, of those whose response time counts.
struct slow_request {
  std::int64_t response_us = 0;  // response time
  double at_s = 0;               // run time it was planned for
  std::uint64_t session = 0;
  std::uint32_t address = 0, turn = 0, attempt = 1;  // turn: as in request_record (metrics/shard.hpp)
  model::outcome outcome{};
  std::uint16_t status = 0;
  std::uint64_t trace = 0;  // its half of the trace id (metrics/trace_id.hpp); 0: none was sent
};
inline constexpr std::size_t most_slowest = 5;
// The slowest so far, slowest first: this one is put in its place, if it has one.
void keep_slowest(std::vector<slow_request>& list, const slow_request& one);

struct operation_figures {  // index: operation id of the registry
  outcome_counts requests;
  status_counts statuses;
  histogram response_time, service_time;  // of requests that were answered and are no long polls
  std::vector<slow_request> slowest;      // those of a span that may be among the run's
};

struct turn_figures {  // index: turn - 1; the last holds all later turns
  outcome_counts requests;
  outcome_counts steps;  // the turn steps that ended
  histogram response_time;
};
inline constexpr std::size_t most_turns = 50;

struct tenant_figures {
  outcome_counts requests;
  outcome_counts steps;
  histogram response_time;
};

struct address_figures {  // one client address and operation; only those with requests are listed
  std::uint32_t address = 0;
  std::uint32_t operation = 0;
  outcome_counts requests;
  status_counts statuses;
};

struct step_figures {
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t retried = 0;  // steps in which at least one request was sent again
  outcome_counts ended;       // succeeded + failed, by outcome
  void add(const step_figures& other);
};

struct session_figures {
  std::uint64_t attempted = 0, opened = 0, failed_to_open = 0, closed = 0, expired = 0, lost = 0;
  // Gauges, at the interval's end (peak: within it). Sums over workers, not over time.
  std::uint64_t alive = 0, in_step = 0, peak_alive = 0;
};

// At most this many kinds of failure are kept apart; what comes later is counted in one row for each outcome, with
// status 0, operation no_operation and the message other_failures.
inline constexpr std::size_t most_failure_kinds = 200;
inline constexpr std::uint32_t no_operation = 0xffffffff;
inline constexpr std::string_view other_failures = "(further kinds of failure)";
// Within a failure this many addresses and attempts are kept apart; the rest is counted under the number below.
inline constexpr std::size_t most_failure_addresses = 32, most_failure_attempts = 16;
inline constexpr std::uint32_t other_addresses = 0xffffffff;

// One exchange as it went, for whoever looks into a failure. Texts are clean, cut, and without the config's secrets.
struct exchange {
  std::uint64_t session = 0;
  std::uint32_t address = 0, attempt = 0;
  double at_s = 0;                                             // run time it was planned for
  std::int64_t sent_us = -1, first_byte_us = -1, end_us = -1;  // after that, microseconds; -1: did not happen
  std::string request, request_body;                           // "POST /chat"
  std::string answer_headers, answer_body;                     // a header a line; empty if none came
  std::string error;                                           // lsrun's words, where no whole answer came
  std::uint64_t trace = 0;                                     // as in slow_request
};

struct failure {  // failures that are alike, counted together
  model::outcome outcome{};
  std::uint16_t status = 0;
  std::uint32_t operation = 0;
  std::string message;
  std::uint64_t count = 0;
  double first_s = 0, last_s = 0;  // run time
  std::uint64_t example_session = 0;
  std::map<std::uint32_t, std::uint64_t>
      attempts;  // which attempt it was (1: the first; the last: or later; 0: of a step) -> count
  std::map<std::uint32_t, std::uint64_t> addresses;  // address, or other_addresses -> count
  std::optional<exchange> example;                   // the earliest that was kept
  bool alike(const failure& other) const;
  void add(const failure& other);
};

struct rate_adjustment {
  double at_s = 0;
  std::uint32_t address = 0, operation = 0;
  double window_ratio = 0, from = 0, to = 0;
};

// Something that a user did to the run while it went on; figures after it are read with it in mind.
struct run_event {
  double at_s = 0;              // run time
  std::string what;             // pause, resume, multiplier, end: a word for programs
  std::string text;             // the same as a sentence
  std::optional<double> value;  // multiplier: the factor of all rates from now on
  bool operator==(const run_event&) const = default;
};

struct scenario_metric_figures {  // index: metric id of the registry
  std::int64_t sum = 0;
  histogram values;  // us for TIME, whole numbers for NUMBER; unused for COUNT
};

struct generator_sample {  // lsrun itself
  double cpu = 0;          // cores used over the interval
  std::uint64_t rss_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t connections = 0;
  std::uint64_t wake_pause_us = 0;  // the longest sleep that a worker whose core was nearly full kept to at least
};

struct target_sample {        // the watched process; absent fields could not be read
  std::optional<double> cpu;  // cores
  std::optional<std::uint64_t> rss_bytes, threads, fds, connections;
  std::optional<bool> healthy;
};

// What the target's metrics endpoint said. Readings are sampled as levels are; how often it was asked adds up.
struct series_readings {
  std::vector<std::optional<double>> values;  // index: series of the registry; nullopt: not there
  std::uint64_t answered = 0, failed = 0;     // readings that came in the span, and those that did not
  void add(const series_readings& other, bool later);
};

struct interval {
  double start_s = 0, end_s = 0;  // run time, seconds since the start
  std::uint32_t phase = 0;        // index in the plan
  std::vector<operation_figures> operations;
  histogram lag, throttle_wait;
  histogram step_time;  // of steps that ended well and made requests
  std::vector<turn_figures> turns;
  std::vector<tenant_figures> tenants;
  std::vector<address_figures> addresses;
  step_figures steps;
  session_figures sessions;
  std::vector<failure> failures;
  std::vector<rate_adjustment> adjustments;
  std::vector<run_event> events;
  std::vector<scenario_metric_figures> scenario_metrics;
  std::uint64_t missed_turns = 0;  // planned turns that found no free session (open loop)
  std::uint64_t throttled = 0;     // steps and requests that are waiting for a permit at the end
  std::uint64_t replaced_connections = 0;
  double creating_s = 0;         // of this span, seconds in which sessions were being created
  double multiplier = 1;         // mean over addresses and operations, at the end
  double multiplier_weight = 1;  // how many pairs of address and operation stand behind that mean
  std::optional<generator_sample> generator;
  std::optional<target_sample> target;
  series_readings series;

  // Adds another worker's interval of the same time, or another one of the same run: counts and histograms add, gauges
  // add (same time) or are taken from the one that ends later. Both are associative and commutative, as long as there
  // are no more kinds of failure than most_failure_kinds (which of them are kept apart depends on the order) and the
  // rounding of the multiplier's mean does not matter. A default interval changes nothing.
  void add_same_time(const interval& other);
  void add_later(const interval& other);
  // Everything back to nothing, but memory and the lengths of the tables are kept for the next use.
  void clear();
};

// Sums over all operations.
outcome_counts requests_of(const interval&);
histogram response_times_of(const interval&);

}  // namespace lsrun::metrics
