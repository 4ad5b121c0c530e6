#include "report/leak.hpp"

#include <algorithm>
#include <cmath>

#include "report/run_view.hpp"

namespace lsrun::report {
namespace {

constexpr double warm_up = 0.2, least_span_s = 20, normal_975 = 1.959964;
constexpr double least_growth = 256.0 * 1024, least_share = 0.005, uncertain_share = 0.1, quarter_share = 0.05;
constexpr double above_noise = 3,
                 deviation_of_median = 1.4826;  // the latter makes a normal distribution's deviation of it
constexpr std::size_t least_samples = 20, most_windows = 40, samples_a_window = 3;

struct window {
  double t_s = 0, bytes = 0;
};

// The least sample of each of n spans of equal length; spans without a sample are left out.
std::vector<window> lower_envelope(const std::vector<memory_sample>& samples, std::size_t n) {
  std::vector<window> envelope;
  const double from = samples.front().t_s, span = (samples.back().t_s - from) / static_cast<double>(n);
  std::size_t last = n;
  for (const memory_sample& s : samples) {
    const std::size_t index = std::min(n - 1, static_cast<std::size_t>((s.t_s - from) / span));
    if (index != last) {
      envelope.push_back({s.t_s, s.rss_bytes});
      last = index;
    } else if (s.rss_bytes <= envelope.back().bytes) {
      envelope.back() = {s.t_s, s.rss_bytes};
    }
  }
  return envelope;
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct fit {
  double slope = 0, least = 0, most = 0;  // bytes a second
  double at_start = 0, noise = 0;         // bytes; noise: how far the windows lie off the line, a deviation
};

fit theil_sen(const std::vector<window>& points, double from_s) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t k = i + 1; k < points.size(); ++k)
      if (points[k].t_s > points[i].t_s)
        slopes.push_back((points[k].bytes - points[i].bytes) / (points[k].t_s - points[i].t_s));
  std::sort(slopes.begin(), slopes.end());
  const auto n = static_cast<double>(points.size()), all = static_cast<double>(slopes.size());
  const double spread = normal_975 * std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
  const auto place = [&](double at) {
    return slopes[static_cast<std::size_t>(std::clamp(std::floor(at), 0.0, all - 1))];
  };
  fit f;
  f.slope = (place((all - 1) / 2) + place(all / 2)) / 2;
  f.least = place((all - spread) / 2 - 1);
  f.most = place((all + spread) / 2);
  std::vector<double> starts;
  for (const window& p : points) starts.push_back(p.bytes - f.slope * (p.t_s - from_s));
  f.at_start = median(starts);
  for (double& s : starts) s = std::abs(s - f.at_start);
  f.noise = deviation_of_median * median(starts);
  return f;
}

// Does it grow all along, or by single leaps? Each quarter's median is above the one before by a twentieth at least of
// what lies between the first and the last.
bool grows_throughout(const std::vector<window>& envelope) {
  double medians[4];
  for (std::size_t q = 0; q < 4; ++q) {
    std::vector<double> values;
    for (std::size_t i = envelope.size() * q / 4; i < envelope.size() * (q + 1) / 4; ++i)
      values.push_back(envelope[i].bytes);
    if (values.empty()) return false;
    medians[q] = median(values);
  }
  const double least = (medians[3] - medians[0]) * quarter_share;
  return medians[1] - medians[0] > least && medians[2] - medians[1] > least && medians[3] - medians[2] > least;
}

leak_verdict too_short(std::string why) {
  leak_verdict v;
  v.why = std::move(why);
  return v;
}

// Of neighbouring phases that hold their number of sessions: where the longest stretch begins and ends.
struct stretch {
  double from_s = 0, to_s = 0;
};
std::optional<stretch> steady_stretch(const std::vector<run_facts::phase>& phases) {
  std::optional<stretch> longest, now;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const bool holds = i > 0 && phases[i].sessions > 0 && phases[i].sessions == phases[i - 1].sessions;
    if (!holds) {
      now.reset();
      continue;
    }
    now = stretch{now ? now->from_s : phases[i].start_s, phases[i].end_s};
    if (!longest || now->to_s - now->from_s > longest->to_s - longest->from_s) longest = now;
  }
  return longest;
}

}  // namespace

leak_verdict judge_leak(const std::vector<memory_sample>& steady) {
  if (steady.empty()) return too_short("the target's memory was not measured in the steady span");
  const double begin = steady.front().t_s + (steady.back().t_s - steady.front().t_s) * warm_up;
  std::vector<memory_sample> judged;
  for (const memory_sample& s : steady)
    if (s.t_s >= begin) judged.push_back(s);
  // A journal may say of any time that it was one, and of several that they are no numbers apart.
  const double span = judged.empty() ? 0 : judged.back().t_s - judged.front().t_s;
  if (judged.size() < least_samples || !(span >= least_span_s) || !std::isfinite(span))
    return too_short("fewer than 20 samples, or less than 20 s, after the warm-up");
  const auto envelope = lower_envelope(judged, std::min(most_windows, judged.size() / samples_a_window));
  const fit f = theil_sen(envelope, judged.front().t_s);

  leak_verdict v;
  v.from_s = judged.front().t_s;
  v.to_s = judged.back().t_s;
  v.bytes_per_hour = f.slope * 3600;
  v.least = f.least * 3600;
  v.most = f.most * 3600;
  v.start_bytes = f.at_start;
  for (const window& w : envelope) v.envelope.push_back({w.t_s, w.bytes, 0});
  std::uint64_t opened = 0;
  for (const memory_sample& s : judged) opened += s.opened;
  if (opened > 0) v.bytes_per_session = f.slope * span / static_cast<double>(opened);

  const double worth_a_word = std::max(least_growth, f.at_start * least_share);
  v.word = leak_word::not_suspected;
  const bool beyond_chance = f.least > 0 && f.slope * span > above_noise * f.noise;
  if (beyond_chance && f.slope * span > worth_a_word && grows_throughout(envelope)) {
    v.word = leak_word::suspected;
  } else if (f.most * span > std::max(worth_a_word, f.at_start * uncertain_share)) {
    v.word = leak_word::too_short_to_tell;
    v.why = "the memory moves too much for its slope to be told";
  }
  return v;
}

std::optional<leak_verdict> leak_of(const run_view& run) {
  const auto steady = steady_stretch(run.facts.phases);
  if (!steady || !run.whole.sampled[gauge::target_rss].measured) return std::nullopt;
  std::vector<memory_sample> samples;
  for (const point& p : run.course.points()) {
    const level& rss = p.sampled[gauge::target_rss];
    if (rss.measured && p.start_s >= steady->from_s && p.end_s <= steady->to_s + 1e-6)
      samples.push_back({(p.start_s + p.end_s) / 2, rss.least, p.opened});
  }
  return judge_leak(samples);
}

const char* name(leak_word w) {
  switch (w) {
    case leak_word::suspected:
      return "suspected";
    case leak_word::not_suspected:
      return "not_suspected";
    default:
      return "too_short_to_tell";
  }
}

}  // namespace lsrun::report
