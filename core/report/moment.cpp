// Packing and unpacking; all of it is exact.
#include "report/moment.hpp"

#include <algorithm>

namespace lsrun::report {

packed_histogram::packed_histogram(const metrics::histogram& h) {
  if (h.empty()) return;
  counts_ = h.encode();
  counts_.shrink_to_fit();
  sum_ = h.sum();
  min_ = h.min();
  max_ = h.max();
}

void packed_histogram::add_to(metrics::histogram& sum) const {
  if (counts_.empty()) return;
  thread_local metrics::histogram h;
  h.decode(counts_);
  h.set_exact(sum_, min_, max_);
  sum.add(h);
}

void packed_histogram::add(const packed_histogram& other) {
  if (other.counts_.empty()) return;
  metrics::histogram sum;
  add_to(sum);
  other.add_to(sum);
  *this = packed_histogram(sum);
}

void level::add(double value, double span_s) {
  least = measured ? std::min(least, value) : value;
  most = measured ? std::max(most, value) : value;
  if (!measured) first = value;
  last = value;
  weighted += value * span_s;
  span += span_s;
  measured = true;
}

void level::add(const level& later) {
  if (!later.measured) return;
  if (!measured) {
    *this = later;
    return;
  }
  least = std::min(least, later.least);
  most = std::max(most, later.most);
  last = later.last;
  weighted += later.weighted;
  span += later.span;
}

void series_level::add(double value, double span_s) {
  most = measured() ? std::max(most, value) : value;
  weighted += value * span_s;
  span += span_s;
}

void series_level::add(const series_level& later) {
  if (!later.measured()) return;
  most = measured() ? std::max(most, later.most) : later.most;
  weighted += later.weighted;
  span += later.span;
}

void levels::add(const metrics::interval& i) {
  const double span = i.end_s - i.start_s;
  const auto take = [&](gauge g, const auto& value) {
    if (value) (*this)[g].add(static_cast<double>(*value), span);
  };
  (*this)[gauge::alive].add(static_cast<double>(i.sessions.alive), span);
  if (i.target) {
    take(gauge::target_rss, i.target->rss_bytes);
    take(gauge::target_cpu, i.target->cpu);
    take(gauge::target_threads, i.target->threads);
    take(gauge::target_fds, i.target->fds);
    take(gauge::target_connections, i.target->connections);
  }
  if (i.generator) {
    (*this)[gauge::generator_cpu].add(i.generator->cpu, span);
    (*this)[gauge::generator_rss].add(static_cast<double>(i.generator->rss_bytes), span);
  }
}

void levels::add(const levels& later) {
  for (std::size_t i = 0; i < gauge_count; ++i) by[i].add(later.by[i]);
}

moment::moment(const metrics::interval& i) : lag{i.lag}, throttle_wait{i.throttle_wait}, step_time{i.step_time} {
  counts.start_s = i.start_s;
  counts.end_s = i.end_s;
  counts.phase = i.phase;
  counts.steps = i.steps;
  counts.sessions = i.sessions;
  counts.missed_turns = i.missed_turns;
  counts.creating_s = i.creating_s;
  for (const auto& o : i.operations)
    operations.push_back({o.requests, packed_histogram(o.response_time), packed_histogram(o.service_time)});
  for (const auto& t : i.tenants) tenants.push_back({t.requests, t.steps, packed_histogram(t.response_time)});
  for (const auto& m : i.scenario_metrics) scenario_metrics.push_back({m.sum, packed_histogram(m.values)});
  sampled.add(i);
}

void moment::add_to(metrics::interval& sum) const {
  sum.add_later(counts);
  lag.add_to(sum.lag);
  throttle_wait.add_to(sum.throttle_wait);
  step_time.add_to(sum.step_time);
  const auto at_least = [](auto& rows, std::size_t n) {
    if (rows.size() < n) rows.resize(n);
  };
  at_least(sum.operations, operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    sum.operations[i].requests.add(operations[i].requests);
    operations[i].response_time.add_to(sum.operations[i].response_time);
    operations[i].service_time.add_to(sum.operations[i].service_time);
  }
  at_least(sum.tenants, tenants.size());
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    sum.tenants[i].requests.add(tenants[i].requests);
    sum.tenants[i].steps.add(tenants[i].steps);
    tenants[i].response_time.add_to(sum.tenants[i].response_time);
  }
  at_least(sum.scenario_metrics, scenario_metrics.size());
  for (std::size_t i = 0; i < scenario_metrics.size(); ++i) {
    sum.scenario_metrics[i].sum += scenario_metrics[i].sum;
    scenario_metrics[i].values.add_to(sum.scenario_metrics[i].values);
  }
}

namespace {

quantiles quantiles_of(const metrics::histogram& h) { return {h.percentile(50), h.percentile(95), h.percentile(99)}; }

// Of what the point's histogram holds, after it has grown.
quantiles quantiles_of(const packed_histogram& packed) {
  metrics::histogram h;
  packed.add_to(h);
  return quantiles_of(h);
}

}  // namespace

point::point(const metrics::interval& i)
    : start_s{i.start_s},
      end_s{i.end_s},
      phase{i.phase},
      requests{metrics::requests_of(i)},
      lag{i.lag.coarse()},
      throttle_wait{i.throttle_wait.coarse()},
      lags{quantiles_of(i.lag)},
      throttle_waits{quantiles_of(i.throttle_wait)},
      opened{i.sessions.opened},
      missed_turns{i.missed_turns},
      throttled{i.throttled},
      retried{i.steps.retried},
      multiplier{i.multiplier} {
  const metrics::histogram answers = metrics::response_times_of(i);
  response_time = packed_histogram(answers.coarse());
  response_times = quantiles_of(answers);
  p99_most = response_times.p99;
  if (end_s > start_s) requests_per_s_most = static_cast<double>(requests.total()) / (end_s - start_s);
  for (const auto& a : i.adjustments) ++(a.to < a.from ? lowered : raised);
  sampled.add(i);
  series.resize(i.series.values.size());
  for (std::size_t k = 0; k < series.size(); ++k)
    if (i.series.values[k] && end_s > start_s) series[k].add(*i.series.values[k], end_s - start_s);
  if (i.generator)
    wake_pause_us = static_cast<std::uint16_t>(std::min<std::uint64_t>(i.generator->wake_pause_us, UINT16_MAX));
  if (i.target && i.target->healthy) {
    health_known = true;
    healthy = *i.target->healthy;
  }
}

void point::add(const point& later) {
  end_s = later.end_s;
  seconds += later.seconds;
  requests.add(later.requests);
  response_time.add(later.response_time);
  lag.add(later.lag);
  throttle_wait.add(later.throttle_wait);
  response_times = quantiles_of(response_time);
  lags = quantiles_of(lag);
  throttle_waits = quantiles_of(throttle_wait);
  p99_most = std::max(p99_most, later.p99_most);
  wake_pause_us = std::max(wake_pause_us, later.wake_pause_us);
  requests_per_s_most = std::max(requests_per_s_most, later.requests_per_s_most);
  opened += later.opened;
  missed_turns += later.missed_turns;
  throttled = later.throttled;
  retried += later.retried;
  lowered += later.lowered;
  raised += later.raised;
  multiplier = later.multiplier;
  sampled.add(later.sampled);
  if (series.size() < later.series.size()) series.resize(later.series.size());
  for (std::size_t k = 0; k < later.series.size(); ++k) series[k].add(later.series[k]);
  healthy = healthy && later.healthy;
  health_known = health_known || later.health_known;
}

std::size_t timeline::bytes() const {
  std::size_t sum = points_.size() * sizeof(point);
  for (const point& p : points_)
    sum +=
        p.response_time.bytes() + p.lag.bytes() + p.throttle_wait.bytes() + p.series.capacity() * sizeof(series_level);
  return sum;
}

void timeline::add(const metrics::interval& i) {
  last_.emplace(i);
  if (!points_.empty() && points_.back().seconds < width_) {
    points_.back().add(*last_);
    return;
  }
  points_.push_back(*last_);
  if (points_.size() <= most) return;
  // The newest point stands alone if their number is odd; it is filled up by what comes next.
  std::size_t kept = 0;
  for (std::size_t at = 0; at < points_.size(); at += 2, ++kept) {
    point merged = std::move(points_[at]);
    if (at + 1 < points_.size()) merged.add(points_[at + 1]);
    points_[kept] = std::move(merged);
  }
  points_.erase(points_.begin() + static_cast<std::ptrdiff_t>(kept), points_.end());
  width_ *= 2;
}

}  // namespace lsrun::report
