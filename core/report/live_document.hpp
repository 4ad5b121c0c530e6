// The run so far as JSON, for whoever looks on (docs/live.md): fields as in the run report, without what is known only
// at the end, and without what would be too much to send again and again.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "report/run_view.hpp"

namespace lsrun::report {

struct live_progress {
  bool ending = false;  // nothing new is begun, steps under way may end
  std::string phase;
  double phase_progress = 0, run_progress = 0;  // 0..1
  std::uint64_t sessions_wanted = 0;            // alive, now
  std::uint64_t sessions_max = 0;               // the plan's largest number
  bool paused = false;                          // by hand: no new sessions
  double by_hand = 1;                           // by hand: factor of all rates
};

// So many addresses and kinds of failure are listed, those with the most, and so many changes of the multiplier, the
// last; the report lists more.
inline constexpr std::size_t live_addresses = 500, live_failures = 50, live_adjustments = 200;

// What changes with every second: progress, verdict so far, totals, ratios, rates, latency and thresholds, and `row`,
// the row that the timeline has of the last second, by itself.
boost::json::object live_second(const run_view&, const live_progress&);
// The longer tables: operations, turns, tenants, addresses, phases, failures, distribution, heat map and so on.
boost::json::object live_tables(const run_view&);
// Both, with the run's facts and the whole timeline instead of one row.
boost::json::object live_snapshot(const run_view&, const live_progress&);
// What replaces fields of the snapshot when the run is over: its verdict, alerts and advice.
boost::json::object live_end(const run_view&, const ending&);

// As text on one line, as server-sent events want it.
std::string one_line(const boost::json::value&);

}  // namespace lsrun::report
