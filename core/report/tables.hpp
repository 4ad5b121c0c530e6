// The parts of the report's document that are made of counts: JSON values for one row or one table each.
#pragma once

#include <boost/json.hpp>

#include "report/run_view.hpp"

namespace lsrun::report {

namespace json = boost::json;

// Rounds to a number of decimals: ratios and rates 6, milliseconds 3.
double rounded(double value, int decimals);

json::object requests_table(const metrics::outcome_counts&, json::storage_ptr memory = {});
json::object latency_table(const metrics::histogram& microseconds);
// The ratios that could be measured. `steps`: nullptr where steps are not counted.
json::object ratios_table(const metrics::outcome_counts& requests, const metrics::outcome_counts* steps);

// A request's trace id as it was sent.
std::string trace_id(const run_view&, std::uint64_t request_half);

json::object totals(const run_view&);
json::object latency(const run_view&);
json::array operations(const run_view&);
json::array turns(const run_view&);
json::array tenants(const run_view&);
// A client address as its rows in the run's table, and their sum.
struct address_span {
  std::size_t from = 0, end = 0;
  metrics::outcome_counts requests;
};
std::vector<address_span> address_spans(const run_view&);  // in the order of addresses
// Rows of the table of client addresses, one at a time: there may be tens of thousands. The view must outlive it.
class address_table {
 public:
  explicit address_table(const run_view&);
  json::object row(const address_span&, const json::storage_ptr& memory = {}) const;

 private:
  const run_view& run_;
  std::vector<std::string> operations_;
  std::uint64_t sent_;
};
json::array phases(const run_view&);
json::array scenario_metrics(const run_view&);
json::array failures(const run_view&);
json::array rate_adjustments(const run_view&);
json::array events(const run_view&);
json::object timeline_row(const run_view&, const point&);
json::array timeline_table(const run_view&);
// Values at HdrHistogram's percents (five to each halving of what is left), up to 99.999 and as far as the number of
// values tells them apart: of the run's times, of each operation, and of the scenario's own times.
json::object distribution(const run_view&);
// Answers by slot of time (at most 120) and range of response time (ten to a power of ten).
json::object heat_map(const run_view&);
json::object generator(const run_view&, const ending&);
json::object target(const levels&);
json::object target_series(const run_view&);  // empty where no metrics endpoint was asked
json::object definitions();

}  // namespace lsrun::report
