// What is drawn with words: title, figures, notices, keys, help.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "live/draw_parts.hpp"
#include "time/units.hpp"

namespace lsrun::live {
namespace {

std::string duration(double seconds) { return time::format_duration(time::from_seconds(seconds)); }
std::string whole_percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }

// Writes pieces one after the other, two columns apart, and leaves out those that do not fit whole.
class line {
 public:
  line(screen& out, int row, const char* label) : out_(out), row_(row) {
    if (out.size().columns >= 30) out.put(row, 0, label, tone::dim);
    column_ = out.size().columns >= 30 ? 12 : 0;
  }
  line& add(const std::string& text, tone look = tone::plain) {
    if (full_ || text.empty()) return *this;
    full_ = column_ + width(text) > out_.size().columns;
    if (!full_) column_ = out_.put(row_, column_, text, look) + 2;
    return *this;
  }

 private:
  screen& out_;
  int row_, column_;
  bool full_ = false;
};

void requests(screen& out, int row, const state& s) {
  line l(out, row, "requests");
  l.add(time::format_count(s.requests), tone::strong);
  if (s.ok_ratio) l.add("ok " + time::format_ratio(*s.ok_ratio));
  l.add("429 " + time::format_count(s.refused), s.refused > 0 ? tone::warn : tone::plain);
  l.add("failed " + time::format_count(s.failed), s.failed > 0 ? tone::bad : tone::plain);
  l.add("in step " + time::format_count(s.in_step));
  if (s.missed_turns > 0) l.add("missed " + time::format_count(s.missed_turns), tone::warn);
}

void latency(screen& out, int row, const state& s) {
  line l(out, row, "latency");
  if (!s.p95_s) {
    l.add("nothing was answered in the last second", tone::dim);
    return;
  }
  l.add("p50 " + duration(*s.p50_s)).add("p95 " + duration(*s.p95_s)).add("p99 " + duration(*s.p99_s));
  if (s.throttle_wait_p95_s) l.add("throttle wait p95 " + duration(*s.throttle_wait_p95_s));
}

void pacing(screen& out, int row, const state& s) {
  line l(out, row, "pacing");
  l.add("x" + time::format_number(s.multiplier));
  if (s.by_hand != 1) l.add("of it by hand x" + time::format_number(s.by_hand), tone::warn);
  l.add("waiting " + time::format_count(s.throttled));
  l.add("opened " + time::format_count(s.opened) + ", " + time::format_number(s.opened_per_s) + "/s");
  l.add("wanted " + time::format_count(s.wanted) + " of " + time::format_count(s.most_wanted));
  l.add("peak " + time::format_count(s.peak_alive));
}

void machine(screen& out, int row, const state& s) {
  line l(out, row, "machine");
  if (s.lag_p99_s) l.add("lag p99 " + duration(*s.lag_p99_s));
  if (s.cpu) l.add("cpu " + whole_percent(*s.cpu));
  if (s.rss_bytes) l.add("rss " + time::format_size(*s.rss_bytes));
  std::string target;
  if (s.target_cpu) target += " cpu " + whole_percent(*s.target_cpu);
  if (s.target_rss_bytes) target += " rss " + time::format_size(*s.target_rss_bytes);
  if (!target.empty()) l.add("target" + target);
  if (s.target_healthy && !*s.target_healthy) l.add("target not healthy", tone::bad);
}

void own_metrics(screen& out, int row, const state& s) {
  line l(out, row, "target");
  for (const std::string& one : s.target_series) l.add(one);
}

}  // namespace

std::string run_clock(double seconds) {
  const auto whole = static_cast<long long>(std::max(seconds, 0.0) + 1e-6);
  char text[40];
  std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  return text;
}

void draw_title(screen& out, const state& s) {
  const int columns = out.size().columns;
  const std::string clock = run_clock(s.now_s) + (s.planned_s > 0 ? " of " + run_clock(s.planned_s) : "");
  const std::string within =
      s.ends_within_s > 0 ? " within " + time::format_number(std::ceil(s.ends_within_s)) + " s" : "";
  const std::string mark = s.ending ? "ENDING" + within : s.paused ? "PAUSED" : "";
  const int right = columns - width(clock);
  if (right > 0) out.put(0, right, clock);
  int left = std::max(right - 1, 0);
  if (!mark.empty() && left > width(mark)) {
    left -= width(mark) + 1;
    out.put(0, left + 1, mark, tone::warn);
  }
  const int column = out.put(0, 0, s.name, tone::strong, left);
  out.put(0, column + 2, s.target, tone::dim, left);
}

void draw_figures(screen& out, int top, int rows, const state& s) {
  constexpr std::array<void (*)(screen&, int, const state&), figure_rows> parts{requests, latency, pacing, machine,
                                                                                own_metrics};
  for (int i = 0; i < std::min(rows, figure_rows); ++i) parts[static_cast<std::size_t>(i)](out, top + i, s);
}

// The newest on top.
void draw_notices(screen& out, int top, int rows, const state& s) {
  int row = top;
  if (s.notices.empty() && rows > 0) out.put(row, 0, "no warnings", tone::dim);
  for (auto n = s.notices.rbegin(); n != s.notices.rend() && row < top + rows; ++n, ++row) {
    const int column = out.put(row, 0, run_clock(n->at_s), tone::dim);
    out.put(row, column + 1, n->text, n->by_hand ? tone::plain : tone::warn);
  }
}

void draw_keys(screen& out, int row, const state& s) {
  const std::string pause = s.paused ? "p go on opening" : "p pause opening";
  const std::string end = s.ending ? "q end at once" : "q end";
  std::string keys = pause + "   + - rate x" + time::format_number(s.by_hand) + "   " + end + "   ? help";
  if (width(keys) > out.size().columns) keys = "p + - q ?";
  out.put(row, 0, keys, tone::dim);
}

void draw_help(screen& out, int top, int end) {
  constexpr std::array<std::array<const char*, 2>, 14> words{{
      {"p", "no new sessions; those alive go on. Again: they are opened as planned"},
      {"+ -", "all rates times 1.25, or divided by it: limits and base rate (0.1 to 10)"},
      {"q", "end in order: steps under way get 5 s, then reports. Again: at once"},
      {"Ctrl-C", "the same as q"},
      {"Ctrl-L", "draw the screen anew"},
      {"?", "this help, or back"},
      {"", ""},
      {"", "What was done by hand is noted in the journal and the report."},
      {"", ""},
      {"p95", "response time of the last second, from the time it was planned"},
      {"429 share", "refused of those that ended as success, refusal or failure"},
      {"pacing", "x: the multiplier of the rates now; waiting: for a permit"},
      {"lag", "how late lsrun itself was: if it is large, the figures are not to be trusted"},
      {"addresses", "a cell's height: share refused lately, of the worst address in it"},
  }};
  for (std::size_t i = 0; i < words.size() && top < end; ++i, ++top) {
    out.put(top, 0, words[i][0], tone::strong);
    out.put(top, words[i][0][0] == '\0' ? 0 : 12, words[i][1]);
  }
}

}  // namespace lsrun::live
