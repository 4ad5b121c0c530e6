// How intervals add up.
#include "metrics/interval.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>

namespace lsrun::metrics {
namespace {

void add(status_counts& to, const status_counts& from) {
  for (const auto& [status, n] : from) to[status] += n;
}

void add(operation_figures& to, const operation_figures& from) {
  to.requests.add(from.requests);
  add(to.statuses, from.statuses);
  to.response_time.add(from.response_time);
  to.service_time.add(from.service_time);
  for (const slow_request& one : from.slowest) keep_slowest(to.slowest, one);
}

template <class Figures>  // turn_figures, tenant_figures
void add(Figures& to, const Figures& from) {
  to.requests.add(from.requests);
  to.steps.add(from.steps);
  to.response_time.add(from.response_time);
}

void add(scenario_metric_figures& to, const scenario_metric_figures& from) {
  to.sum += from.sum;
  to.values.add(from.values);
}

template <class Figures>
void add_rows(std::vector<Figures>& to, const std::vector<Figures>& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) add(to[i], from[i]);
}

bool before(const address_figures& a, const address_figures& b) {
  return a.address != b.address ? a.address < b.address : a.operation < b.operation;
}

void add_addresses(std::vector<address_figures>& to, const std::vector<address_figures>& from) {
  if (!std::is_sorted(to.begin(), to.end(), before)) std::sort(to.begin(), to.end(), before);
  const std::size_t sorted = to.size();
  for (const address_figures& row : from) {
    const auto end = to.begin() + static_cast<std::ptrdiff_t>(sorted);
    const auto at = std::lower_bound(to.begin(), end, row, before);
    if (at == end || before(row, *at)) {
      to.push_back(row);
    } else {
      at->requests.add(row.requests);
      add(at->statuses, row.statuses);
    }
  }
  std::sort(to.begin() + static_cast<std::ptrdiff_t>(sorted), to.end(), before);
  std::inplace_merge(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(sorted), to.end(), before);
}

bool before(const failure& a, const failure& b) {
  if (a.outcome != b.outcome) return a.outcome < b.outcome;
  if (a.status != b.status) return a.status < b.status;
  if (a.operation != b.operation) return a.operation < b.operation;
  return a.message < b.message;
}

void add_failures(std::vector<failure>& to, const std::vector<failure>& from) {
  if (from.empty()) return;
  std::sort(to.begin(), to.end(), [](const failure& a, const failure& b) { return before(a, b); });
  const auto kinds = [&] {
    return static_cast<std::size_t>(
        std::count_if(to.begin(), to.end(), [](const failure& f) { return f.operation != no_operation; }));
  };
  std::size_t kept = kinds();
  for (failure row : from) {
    auto at = std::lower_bound(to.begin(), to.end(), row, [](const auto& a, const auto& b) { return before(a, b); });
    bool known = at != to.end() && at->alike(row);
    if (!known && row.operation != no_operation && kept >= most_failure_kinds) {
      row.status = 0;
      row.operation = no_operation;
      row.message = other_failures;
      at = std::lower_bound(to.begin(), to.end(), row, [](const auto& a, const auto& b) { return before(a, b); });
      known = at != to.end() && at->alike(row);
    }
    if (known) {
      at->add(row);
    } else {
      kept += row.operation != no_operation;
      to.insert(at, std::move(row));
    }
  }
}

// Puts `from` into `to` in the order of `key`. A run's seconds come one after another, each in order: they are
// appended. Only what comes out of order is sorted, and only rows of the same time (other workers') are merged.
template <class Row, class Key>
void merge_in_order(std::vector<Row>& to, const std::vector<Row>& from, Key key) {
  if (from.empty()) return;
  const auto less = [&](const Row& a, const Row& b) { return key(a) < key(b); };
  const auto in_order = [&](auto first, auto last) {
    if (!std::is_sorted(first, last, less)) std::sort(first, last, less);
  };
  in_order(to.begin(), to.end());
  const auto before = static_cast<std::ptrdiff_t>(to.size());
  to.insert(to.end(), from.begin(), from.end());
  const auto middle = to.begin() + before;
  in_order(middle, to.end());
  if (before > 0 && less(*middle, *std::prev(middle))) std::inplace_merge(to.begin(), middle, to.end(), less);
}

void add_counts(interval& to, const interval& from) {
  add_rows(to.operations, from.operations);
  to.lag.add(from.lag);
  to.throttle_wait.add(from.throttle_wait);
  to.step_time.add(from.step_time);
  add_rows(to.turns, from.turns);
  add_rows(to.tenants, from.tenants);
  add_addresses(to.addresses, from.addresses);
  to.steps.add(from.steps);
  session_figures& s = to.sessions;
  s.attempted += from.sessions.attempted;
  s.opened += from.sessions.opened;
  s.failed_to_open += from.sessions.failed_to_open;
  s.closed += from.sessions.closed;
  s.expired += from.sessions.expired;
  s.lost += from.sessions.lost;
  add_failures(to.failures, from.failures);
  add_rows(to.scenario_metrics, from.scenario_metrics);
  to.missed_turns += from.missed_turns;
  to.replaced_connections += from.replaced_connections;

  merge_in_order(to.events, from.events, [](const run_event& e) { return std::tie(e.at_s, e.what, e.text, e.value); });
  merge_in_order(to.adjustments, from.adjustments, [](const rate_adjustment& a) {
    return std::tie(a.at_s, a.address, a.operation, a.window_ratio, a.from, a.to);
  });
}

bool no_time(const interval& i) { return i.start_s == 0 && i.end_s == 0; }

void add_span(interval& to, const interval& from) {
  if (no_time(from)) return;
  to.start_s = no_time(to) ? from.start_s : std::min(to.start_s, from.start_s);
  to.end_s = std::max(to.end_s, from.end_s);
}

// The mean over all pairs of address and operation; an interval without time has nothing to say.
void add_multiplier(interval& to, const interval& from) {
  const double ours = no_time(to) ? 0 : to.multiplier_weight, theirs = no_time(from) ? 0 : from.multiplier_weight;
  if (theirs <= 0) return;
  to.multiplier = (to.multiplier * ours + from.multiplier * theirs) / (ours + theirs);
  to.multiplier_weight = ours + theirs;
}

}  // namespace

std::uint64_t outcome_counts::total() const { return std::accumulate(by.begin(), by.end(), std::uint64_t{0}); }

void outcome_counts::add(const outcome_counts& other) {
  for (std::size_t i = 0; i < by.size(); ++i) by[i] += other.by[i];
}

void step_figures::add(const step_figures& other) {
  started += other.started;
  succeeded += other.succeeded;
  failed += other.failed;
  retried += other.retried;
  ended.add(other.ended);
}

void keep_slowest(std::vector<slow_request>& list, const slow_request& one) {
  const auto key = [](const slow_request& s) { return std::tuple{-s.response_us, s.at_s, s.session, s.attempt}; };
  const auto at = std::upper_bound(list.begin(), list.end(), one,
                                   [&](const slow_request& a, const slow_request& b) { return key(a) < key(b); });
  if (at == list.end() && list.size() >= most_slowest) return;
  list.insert(at, one);
  if (list.size() > most_slowest) list.pop_back();
}

void series_readings::add(const series_readings& other, bool later) {
  if (!other.values.empty() && (later || values.empty())) values = other.values;
  answered += other.answered;
  failed += other.failed;
}

bool failure::alike(const failure& other) const { return !before(*this, other) && !before(other, *this); }

void failure::add(const failure& other) {
  if (other.first_s < first_s || (other.first_s == first_s && other.example_session < example_session))
    example_session = other.example_session;
  if (other.example && (!example || other.example->at_s < example->at_s)) example = other.example;
  first_s = std::min(first_s, other.first_s);
  last_s = std::max(last_s, other.last_s);
  count += other.count;
  for (const auto& [attempt, n] : other.attempts) attempts[attempt] += n;
  for (const auto& [address, n] : other.addresses) {
    const bool room = addresses.contains(address) || addresses.size() < most_failure_addresses;
    addresses[room ? address : other_addresses] += n;
  }
}

void interval::add_same_time(const interval& other) {
  add_multiplier(*this, other);
  add_span(*this, other);
  add_counts(*this, other);
  phase = std::max(phase, other.phase);
  sessions.alive += other.sessions.alive;
  sessions.in_step += other.sessions.in_step;
  sessions.peak_alive += other.sessions.peak_alive;
  throttled += other.throttled;
  creating_s = std::max(creating_s, other.creating_s);
  if (other.generator) generator = other.generator;
  if (other.target) target = other.target;
  series.add(other.series, true);
}

void interval::add_later(const interval& other) {
  const bool later = other.end_s >= end_s && !no_time(other);
  add_span(*this, other);
  add_counts(*this, other);
  sessions.peak_alive = std::max(sessions.peak_alive, other.sessions.peak_alive);
  creating_s += other.creating_s;
  if (later) {
    phase = other.phase;
    sessions.alive = other.sessions.alive;
    sessions.in_step = other.sessions.in_step;
    throttled = other.throttled;
    multiplier = other.multiplier;
    multiplier_weight = other.multiplier_weight;
  }
  if (other.generator && (later || !generator)) generator = other.generator;
  if (other.target && (later || !target)) target = other.target;
  series.add(other.series, later);
}

void interval::clear() {
  start_s = end_s = 0;
  phase = 0;
  for (auto& o : operations) {
    o.requests = {};
    o.statuses.clear();
    o.response_time.clear();
    o.service_time.clear();
    o.slowest.clear();
  }
  lag.clear();
  throttle_wait.clear();
  step_time.clear();
  const auto clear_rows = [](auto& rows) {
    for (auto& r : rows) {
      r.requests = {};
      r.steps = {};
      r.response_time.clear();
    }
  };
  clear_rows(turns);
  clear_rows(tenants);
  addresses.clear();
  steps = {};
  sessions = {};
  failures.clear();
  adjustments.clear();
  events.clear();
  for (auto& m : scenario_metrics) {
    m.sum = 0;
    m.values.clear();
  }
  missed_turns = throttled = replaced_connections = 0;
  creating_s = 0;
  multiplier = multiplier_weight = 1;
  generator.reset();
  target.reset();
  series = {};
}

outcome_counts requests_of(const interval& i) {
  outcome_counts sum;
  for (const auto& o : i.operations) sum.add(o.requests);
  return sum;
}

histogram response_times_of(const interval& i) {
  histogram sum;
  for (const auto& o : i.operations) sum.add(o.response_time);
  return sum;
}

}  // namespace lsrun::metrics
