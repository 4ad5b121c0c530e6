// The line's parts in the order in which a reader asks: where are we, how many, how well, how fast, what holds us back,
// can the figures be trusted, how is the target.
#include "metrics/console.hpp"

#include <cmath>

#include "metrics/ratios.hpp"
#include "time/units.hpp"

namespace lsrun::metrics {
namespace {

using time::format_count;
using time::format_number;
using time::format_ratio;

std::string micros(std::int64_t us) { return time::format_duration(us * time::microsecond); }
std::string whole_percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }
std::string marked(std::string text, bool mark, const char* code) {
  return mark ? std::string(code) + text + "\x1b[0m" : text;
}
constexpr const char *red = "\x1b[31m", *yellow = "\x1b[33m";

std::string ending_part(const snapshot& s) {
  std::string text = "ending, " + format_count(s.last.sessions.in_step) + " in a step";
  if (s.ends_within_s > 0) text += ", at most " + format_number(std::ceil(s.ends_within_s)) + "s more";
  return text;
}

std::string sessions_part(const snapshot& s, double span) {
  std::string text = " | alive " + format_count(s.last.sessions.alive) + "/" + format_count(s.sessions_max);
  text += " peak " + format_count(s.total.sessions.peak_alive) + " opened " + format_count(s.total.sessions.opened);
  return text + " " + format_number(static_cast<double>(s.last.sessions.opened) / span) + "/s";
}

std::string requests_part(const snapshot& s, double span, bool colour) {
  const outcome_counts now = requests_of(s.last), all = requests_of(s.total);
  std::string text =
      " | " + format_number(static_cast<double>(now.total()) / span) + " req/s (" + format_count(all.total()) + ")";
  if (const auto limited = rate_limit_ratio(now)) {
    const double well = static_cast<double>(now[model::outcome::ok] + now[model::outcome::business_error]) /
                        static_cast<double>(judged(now));
    text += " ok " + format_ratio(well);
    text += " " + marked("429 " + format_ratio(*limited), colour && *limited > 0, yellow);
  }
  const std::uint64_t failed = failures(all);
  return text + " " + marked("fail " + format_count(failed), colour && failed > 0, red);
}

std::string latency_part(const snapshot& s) {
  const histogram h = response_times_of(s.last);
  if (h.empty()) return "";
  return " | p50 " + micros(h.percentile(50)) + " p95 " + micros(h.percentile(95)) + " p99 " + micros(h.percentile(99));
}

std::string pacing_part(const snapshot& s) {
  std::string text = " | x" + format_number(s.last.multiplier);
  if (!s.last.throttle_wait.empty()) text += " wait " + micros(s.last.throttle_wait.percentile(95));
  if (s.total.missed_turns > 0) text += " missed " + format_count(s.total.missed_turns);
  return text;
}

std::string generator_part(const snapshot& s) {
  std::string text;
  if (!s.last.lag.empty()) text += " lag " + micros(s.last.lag.percentile(99));
  if (s.last.generator) {
    text += " cpu " + whole_percent(s.last.generator->cpu);
    if (s.last.generator->rss_bytes > 0) text += " rss " + time::format_size(s.last.generator->rss_bytes);
  }
  return text.empty() ? "" : " |" + text;
}

std::string target_part(const snapshot& s, bool colour) {
  if (!s.last.target) return "";
  const target_sample& t = *s.last.target;
  std::string text;
  if (t.healthy && !*t.healthy) text += " " + marked("not healthy", colour, red);
  if (t.cpu) text += " cpu " + whole_percent(*t.cpu);
  if (t.rss_bytes) text += " rss " + time::format_size(*t.rss_bytes);
  return text.empty() ? "" : " | target" + text;
}

}  // namespace

std::string line(const snapshot& s, std::string_view time_of_day, bool colour) {
  const double span = s.last.end_s > s.last.start_s ? s.last.end_s - s.last.start_s : 1;
  std::string text(time_of_day);
  text += " " + (s.ending ? ending_part(s) : s.phase + " " + whole_percent(s.phase_progress));
  text += sessions_part(s, span) + requests_part(s, span, colour) + latency_part(s);
  return text + pacing_part(s) + generator_part(s) + target_part(s, colour);
}

namespace {
constexpr double shortest_line_s = 0.1;
}

console::console(std::FILE* out, std::function<std::string()> time_of_day, bool colour)
    : out_{out}, time_of_day_{std::move(time_of_day)}, colour_{colour} {}

void console::on_snapshot(const snapshot& s) {
  if (s.last.end_s - s.last.start_s < shortest_line_s) return;  // a rate over less says nothing
  const std::string text = line(s, time_of_day_(), colour_) + "\n";
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

}  // namespace lsrun::metrics
