#include "report/recovery.hpp"

#include <algorithm>

#include "metrics/ratios.hpp"
#include "report/run_view.hpp"

namespace lsrun::report {
namespace {

constexpr double success_within = 0.8, p95_within = 1.2, p95_slack_s = 0.05;
constexpr std::size_t in_a_row = 3;

service_sample sample_of(const point& p) {
  service_sample s{p.start_s, p.end_s, {}, {}};
  if (const auto judged = metrics::judged(p.requests); judged > 0)
    s.success = static_cast<double>(p.requests[model::outcome::ok] + p.requests[model::outcome::business_error]) /
                static_cast<double>(judged);
  metrics::histogram h;
  p.response_time.add_to(h);
  if (!h.empty()) s.p95_s = static_cast<double>(h.percentile(95)) / 1e6;
  return s;
}

// Where the burst begins to rise, where its height ends, and where what follows ends.
struct burst_span {
  std::string name;
  double before_from_s = 0, rise_s = 0, end_s = 0;
};
std::optional<burst_span> burst_of(const run_view& run) {
  const auto& phases = run.facts.phases;
  std::size_t height = 0;
  for (std::size_t i = 1; i < phases.size(); ++i)
    if (phases[i].sessions > phases[height].sessions) height = i;
  if (height == 0 || phases[height - 1].sessions * 2 > phases[height].sessions || phases[height - 1].sessions == 0)
    return std::nullopt;
  std::size_t last = height;
  while (last + 1 < phases.size() && phases[last + 1].sessions == phases[height].sessions) ++last;
  if (last + 1 >= phases.size() || phases[last + 1].sessions * 2 > phases[height].sessions ||
      phases[last + 1].sessions == 0)
    return std::nullopt;
  // What it was before: the phase before the rise; that is where the sessions stood still, or the last of their rise.
  return burst_span{phase_name(run, static_cast<std::uint32_t>(last)), phases[height - 1].start_s,
                    phases[height].start_s, phases[last].end_s};
}

}  // namespace

std::optional<recovery_verdict> judge_recovery(const std::vector<service_sample>& before,
                                               const std::vector<service_sample>& after, double burst_end_s) {
  recovery_verdict v;
  v.burst_end_s = burst_end_s;
  double success = 0, asked = 0;
  std::vector<double> p95s;
  for (const service_sample& s : before) {
    if (s.success) success += *s.success, ++asked;
    if (s.p95_s) p95s.push_back(*s.p95_s);
  }
  if (asked == 0 || p95s.empty() || after.empty()) return std::nullopt;
  v.success_before = success / asked;
  std::nth_element(p95s.begin(), p95s.begin() + static_cast<std::ptrdiff_t>(p95s.size() / 2), p95s.end());
  v.p95_before_s = p95s[p95s.size() / 2];
  const double most_p95 = std::max(v.p95_before_s * p95_within, v.p95_before_s + p95_slack_s);
  std::size_t well = 0;
  double since = 0;
  for (const service_sample& s : after) {
    if (!s.success) continue;
    const bool back = *s.success >= v.success_before * success_within && (!s.p95_s || *s.p95_s <= most_p95);
    if (!back) {
      well = 0;
      continue;
    }
    if (well++ == 0) since = s.start_s;
    if (well == in_a_row) {
      v.seconds = std::max(0.0, since - burst_end_s);
      break;
    }
  }
  return v;
}

std::optional<recovery_verdict> recovery_of(const run_view& run) {
  const auto burst = burst_of(run);
  if (!burst) return std::nullopt;
  std::vector<service_sample> before, after;
  for (const point& p : run.course.points()) {
    if (p.start_s >= burst->before_from_s && p.end_s <= burst->rise_s + 1e-6) before.push_back(sample_of(p));
    if (p.start_s >= burst->end_s - 1e-6) after.push_back(sample_of(p));
  }
  auto v = judge_recovery(before, after, burst->end_s);
  if (v) v->burst = burst->name;
  return v;
}

}  // namespace lsrun::report
