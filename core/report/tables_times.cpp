// How response times are distributed: over percents, and over the run's course.
#include <algorithm>
#include <cmath>

#include "report/tables.hpp"

namespace lsrun::report {
namespace {

using metrics::histogram;

constexpr double last_percent = 99.999;
constexpr int ticks_each_half = 5;
constexpr std::size_t most_slots = 120;
constexpr int ranges_each_decade = 10;

// As HdrHistogram's percentile iterator has them: 0, 10, .. 50, 55, .. 75, 77.5 ..; with the ones people ask for.
std::vector<double> percents() {
  std::vector<double> all{90, 95, 99, 99.9, 99.99, last_percent};
  for (double left = 100; left > (100 - last_percent) / 2; left /= 2)
    for (int tick = 0; tick < ticks_each_half; ++tick) {
      const double percent = 100 - left + left / 2 * tick / ticks_each_half;
      if (percent < last_percent) all.push_back(rounded(percent, 6));
    }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// Ends where a further percent would lie between the last value and none.
json::array values_at(const histogram& h, const std::vector<double>& at) {
  json::array values;
  for (const double percent : at) {
    const double above = static_cast<double>(h.count()) * (100 - percent) / 100;
    values.push_back(rounded(static_cast<double>(h.percentile(percent)) / 1e3, 3));
    if (above < 1) break;
  }
  return values;
}

std::int64_t range_end(int index) { return std::llround(std::pow(10.0, double(index) / ranges_each_decade)); }

int range_of(std::int64_t microseconds) {
  int index = 0;
  while (range_end(index) < microseconds) ++index;
  return index;
}

}  // namespace

json::object distribution(const run_view& run) {
  const auto at = percents();
  const auto& t = run.whole.counts;
  json::array rows;
  const auto add = [&](std::string_view of, const std::string& operation, const histogram& h) {
    if (h.empty()) return;
    json::object o{{"of", of}};
    if (!operation.empty()) o["operation"] = operation;
    o["ms"] = values_at(h, at);
    rows.push_back(std::move(o));
  };
  histogram service;
  for (const auto& o : t.operations) service.add(o.service_time);
  add("response_time", "", metrics::response_times_of(t));
  add("service_time", "", service);
  add("throttle_wait", "", t.throttle_wait);
  add("lag", "", t.lag);
  add("step_time", "", t.step_time);
  for (std::uint32_t i = 0; i < t.operations.size(); ++i)
    add("response_time", operation_name(run.names, i), t.operations[i].response_time);
  const auto named = run.names.scenario_metrics();
  for (std::size_t i = 0; i < named.size() && i < t.scenario_metrics.size(); ++i)
    if (named[i].kind == metrics::metric_kind::time) add(named[i].name, "", t.scenario_metrics[i].values);
  return {{"percents", json::array(at.begin(), at.end())}, {"rows", std::move(rows)}};
}

json::object heat_map(const run_view& run) {
  const auto& points = run.course.points();
  const histogram all = metrics::response_times_of(run.whole.counts);
  if (all.empty() || points.empty()) return {};
  const int from = range_of(all.min()), to = range_of(all.max());
  json::array ends, slots;
  for (int i = from; i <= to; ++i) ends.push_back(static_cast<double>(range_end(i)) / 1e3);
  const std::size_t each = (points.size() + most_slots - 1) / most_slots;
  for (std::size_t first = 0; first < points.size(); first += each) {
    const std::size_t end = std::min(points.size(), first + each);
    histogram sum;
    for (std::size_t i = first; i < end; ++i) points[i].response_time.add_to(sum);
    json::array counts;
    std::uint64_t below = 0;
    for (int i = from; i <= to && below < sum.count(); ++i) {
      const std::uint64_t now = i == to ? sum.count() : sum.count_at_or_below(range_end(i));
      counts.push_back(now - below);
      below = now;
    }
    slots.push_back({{"t_s", rounded(points[first].start_s, 3)},
                     {"end_s", rounded(points[end - 1].end_s, 3)},
                     {"counts", std::move(counts)}});
  }
  return {{"range_ends_ms", std::move(ends)}, {"slots", std::move(slots)}};
}

}  // namespace lsrun::report
