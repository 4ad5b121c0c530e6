#include "live/course.hpp"

#include <algorithm>

#include "metrics/expression.hpp"
#include "metrics/ratios.hpp"
#include "metrics/target_series.hpp"
#include "time/units.hpp"

namespace lsrun::live {
namespace {

constexpr double kept_each_second = 0.8, shortest_second_s = 0.1;
constexpr std::size_t failures_shown_at_once = 3;

std::optional<double> percentile(const metrics::histogram& h, double p) {
  if (h.empty()) return std::nullopt;
  return static_cast<double>(h.percentile(p)) / 1e6;
}

std::optional<double> ok_ratio(const metrics::outcome_counts& c) {
  const std::uint64_t of = metrics::judged(c);
  if (of == 0) return std::nullopt;
  return static_cast<double>(c[model::outcome::ok] + c[model::outcome::business_error]) / static_cast<double>(of);
}

std::string series_value(std::string_view unit, double value) {
  using metrics::quantity;
  if (unit == "bytes/s") return metrics::format_value(quantity::bytes, value) + "/s";
  return metrics::format_value(unit == "bytes"   ? quantity::bytes
                               : unit == "cores" ? quantity::cores
                               : unit == "s"     ? quantity::time
                               : unit == "ratio" ? quantity::ratio
                               : unit == "1/s"   ? quantity::per_second
                                                 : quantity::any,
                               value);
}

void target_series(state& s, const metrics::snapshot& from) {
  const auto& values = from.last.series.values;
  if (values.empty()) return;
  const auto names = from.names.target_series();
  s.target_series.clear();
  for (std::size_t i = 0; i < std::min(values.size(), names.size()); ++i) {
    const auto selector = metrics::parse_series(names[i]);
    if (values[i] && selector)
      s.target_series.push_back(names[i] + " " + series_value(metrics::unit_of(*selector), *values[i]));
  }
}

void last_second(state& s, const metrics::snapshot& from, double span_s) {
  const metrics::interval& i = from.last;
  const metrics::outcome_counts now = metrics::requests_of(i);
  const metrics::histogram times = metrics::response_times_of(i);
  s.requests_per_s = static_cast<double>(now.total()) / span_s;
  s.opened_per_s = static_cast<double>(i.sessions.opened) / span_s;
  s.ok_ratio = ok_ratio(now);
  s.rate_limit_ratio = metrics::rate_limit_ratio(now);
  s.p50_s = percentile(times, 50);
  s.p95_s = percentile(times, 95);
  s.p99_s = percentile(times, 99);
  s.throttle_wait_p95_s = percentile(i.throttle_wait, 95);
  s.lag_p99_s = percentile(i.lag, 99);
  s.cpu = i.generator ? std::optional(i.generator->cpu) : std::nullopt;
  s.rss_bytes = i.generator ? std::optional(i.generator->rss_bytes) : std::nullopt;
  s.target_cpu = i.target ? i.target->cpu : std::nullopt;
  s.target_rss_bytes = i.target ? i.target->rss_bytes : std::nullopt;
  target_series(s, from);
  s.target_healthy = i.target ? i.target->healthy : std::nullopt;
  s.seconds.push_back({s.requests_per_s, s.p95_s, s.rate_limit_ratio, static_cast<double>(i.sessions.alive)});
  if (s.seconds.size() > most_seconds) s.seconds.pop_front();
}

}  // namespace

course::course(std::string name, std::string target, std::vector<phase_span> phases, double planned_s,
               std::size_t addresses) {
  state_.name = std::move(name);
  state_.target = std::move(target);
  state_.phases = std::move(phases);
  state_.planned_s = planned_s;
  state_.has_addresses = addresses > 1;
  state_.addresses.resize(addresses);
}

void course::add(const metrics::snapshot& from) {
  live::state& s = state_;
  s.ending = s.ending || from.ending;
  s.ends_within_s = from.ends_within_s;
  const metrics::interval &i = from.last, &all = from.total;
  const double span_s = i.end_s - i.start_s;
  s.now_s = i.end_s;
  if (span_s >= shortest_second_s) last_second(s, from, span_s);  // a rate over less says nothing
  s.phase = i.phase;
  s.phase_progress = from.phase_progress;
  s.multiplier = i.multiplier;
  s.alive = i.sessions.alive;
  s.wanted = from.sessions_target;
  s.most_wanted = from.sessions_max;
  s.in_step = i.sessions.in_step;
  s.throttled = i.throttled;
  const metrics::outcome_counts counts = metrics::requests_of(all);
  s.requests = counts.total();
  s.refused = counts[model::outcome::rate_limited];
  s.failed = metrics::failures(counts);
  s.opened = all.sessions.opened;
  s.peak_alive = all.sessions.peak_alive;
  s.missed_turns = all.missed_turns;
  add_heat(i);
  add_failures(from);
}

void course::add_heat(const metrics::interval& i) {
  for (address_heat& a : state_.addresses) {
    a.judged *= kept_each_second;
    a.refused *= kept_each_second;
  }
  for (const metrics::address_figures& row : i.addresses) {
    if (row.address >= state_.addresses.size()) continue;
    address_heat& a = state_.addresses[row.address];
    a.judged += static_cast<double>(metrics::judged(row.requests));
    a.refused += static_cast<double>(row.requests[model::outcome::rate_limited]);
  }
}

// What failed in this second, the most frequent first; a line each, with the number of the run so far.
void course::add_failures(const metrics::snapshot& from) {
  std::vector<const metrics::failure*> worst;
  for (const metrics::failure& f : from.last.failures) worst.push_back(&f);
  std::sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) { return a->count > b->count; });
  if (worst.size() > failures_shown_at_once) worst.resize(failures_shown_at_once);
  const auto operations = from.names.operations();
  for (const metrics::failure* f : worst) {
    std::string text(model::name(f->outcome));
    if (f->operation < operations.size()) text = operations[f->operation] + ": " + text;
    if (f->status != 0) text += " " + std::to_string(f->status);
    if (!f->message.empty()) text += ", " + f->message;
    const auto same = std::find_if(from.total.failures.begin(), from.total.failures.end(),
                                   [f](const metrics::failure& g) { return g.alike(*f); });
    const std::uint64_t count = same == from.total.failures.end() ? f->count : same->count;
    note(time::format_count(count) + (count == 1 ? " time " : " times ") + text, false, "failure " + text);
  }
}

void course::note(std::string text, bool by_hand, const std::string& kind) {
  auto& list = state_.notices;
  if (!kind.empty()) std::erase_if(list, [&kind](const notice& n) { return n.kind == kind; });
  list.push_back({state_.now_s, std::move(text), by_hand, kind});
  if (list.size() > most_notices) list.pop_front();
}

}  // namespace lsrun::live
