// What is drawn with blocks: the phases' bar, sparklines, the addresses' strip.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "live/draw_parts.hpp"
#include "time/units.hpp"

namespace lsrun::live {
namespace {

// From nothing to full; the ASCII ones grow in ink.
constexpr std::array<char32_t, 9> blocks{U' ', U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'█'};
constexpr std::array<char32_t, 9> letters{U' ', U'.', U':', U'-', U'=', U'+', U'*', U'%', U'#'};
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int label_columns = 12;

struct curve {
  const char* label;
  std::vector<double> values;
  std::string now, most;
  double top;
  tone look;
};

std::string duration(double seconds) { return time::format_duration(time::from_seconds(seconds)); }

template <class Value>
curve curve_of(const state& s, const char* label, std::size_t shown, Value value, std::string (*format)(double),
               tone look) {
  curve c{label, {}, "-", "", 0, look};
  const std::size_t first = s.seconds.size() > shown ? s.seconds.size() - shown : 0;
  for (std::size_t i = first; i < s.seconds.size(); ++i) {
    const std::optional<double> v = value(s.seconds[i]);
    c.values.push_back(v.value_or(none));
    if (v) c.top = std::max(c.top, *v);
  }
  if (!c.values.empty() && !std::isnan(c.values.back())) c.now = format(c.values.back());
  if (c.top > 0) c.most = "most " + format(c.top);
  return c;
}

std::vector<curve> curves_of(const state& s, std::size_t shown) {
  const auto whole = +[](double v) { return time::format_count(static_cast<std::uint64_t>(v)); };
  return {curve_of(
              s, "requests/s", shown, [](const second& x) { return std::optional(x.requests_per_s); },
              +[](double v) { return time::format_number(v); }, tone::plain),
          curve_of(
              s, "p95", shown, [](const second& x) { return x.p95_s; }, duration, tone::plain),
          curve_of(
              s, "429 share", shown, [](const second& x) { return x.rate_limit_ratio; },
              +[](double v) { return time::format_ratio(v); }, tone::warn),
          curve_of(
              s, "sessions", shown, [](const second& x) { return std::optional(x.alive); }, whole, tone::plain)};
}

// How hot: 0 nothing sent lately, 1 none refused, 8 more than half refused.
int level_of(double judged, double refused) {
  constexpr std::array<double, 7> bounds{0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
  if (judged < 0.01) return 0;  // half a minute after its last request
  const double share = refused / judged;
  int level = 1;
  for (const double bound : bounds)
    if (share > bound + 1e-9) ++level;
  return level;
}

}  // namespace

void draw_sparkline(screen& out, int top, int rows, int from, int to, const std::vector<double>& values, double most,
                    bool ascii) {
  const auto& glyphs = ascii ? letters : blocks;
  const auto shown = std::min<std::size_t>(values.size(), static_cast<std::size_t>(std::max(to - from, 0)));
  for (std::size_t i = 0; i < shown; ++i) {
    const double value = values[values.size() - 1 - i];
    if (std::isnan(value)) continue;
    const int column = to - 1 - static_cast<int>(i);
    const double share = most > 0 ? std::clamp(value / most, 0.0, 1.0) : 0;
    // What is above nothing shows, if by the smallest block.
    const int height = value > 0 ? std::max(1, static_cast<int>(std::lround(share * 8 * rows))) : 0;
    for (int r = 0; r < rows; ++r) {
      const int part = std::clamp(height - 8 * (rows - 1 - r), 0, 8);
      if (part > 0) out.put(top + r, column, glyphs[static_cast<std::size_t>(part)]);
    }
    if (height == 0) out.put(top + rows - 1, column, ascii ? U'_' : U'·', tone::dim);
  }
}

int draw_sparklines(screen& out, int top, int rows_each, const state& s, bool ascii) {
  const int columns = out.size().columns;
  const int numbers = columns >= 60 ? 24 : columns >= 36 ? 11 : 0;
  const int from = columns >= 30 ? label_columns : 0, to = std::max(from, columns - numbers);
  for (const curve& c : curves_of(s, static_cast<std::size_t>(to - from))) {
    const int base = top + rows_each - 1;
    if (from > 0) out.put(base, 0, c.label, tone::dim, from - 1);
    draw_sparkline(out, top, rows_each, from, to, c.values, c.top, ascii);
    const bool marked = c.look == tone::warn && c.top > 0 && c.now != "0%" && c.now != "-";
    if (numbers > 0) out.put(base, to + 1, c.now, marked ? tone::warn : tone::strong);
    if (numbers > 12 && !c.most.empty()) out.put(base, to + 11, c.most, tone::dim);
    top += rows_each;
  }
  return top;
}

void draw_phases(screen& out, int top, int rows, const state& s, bool ascii) {
  if (rows <= 0 || s.phases.empty()) return;
  const std::size_t now = std::min(s.phase, s.phases.size() - 1);
  const std::string here = s.phases[now].name + " " + std::to_string(std::lround(s.phase_progress * 100)) + "%";
  if (rows == 1 || s.planned_s <= 0) {
    int column = out.put(top, 0, here, tone::strong);
    const auto count = s.phases.size();
    column = out.put(top, column, "  phase " + std::to_string(now + 1) + " of " + std::to_string(count), tone::dim);
    if (now + 1 < count) out.put(top, column, ", next " + s.phases[now + 1].name, tone::dim);
    return;
  }
  const int columns = out.size().columns;
  const auto place = [&](double at_s) {
    return static_cast<int>(std::lround(std::clamp(at_s / s.planned_s, 0.0, 1.0) * columns));
  };
  const int done = place(s.now_s);
  for (int c = 0; c < columns; ++c) out.put(top, c, c < done ? (ascii ? U'#' : U'█') : (ascii ? U'-' : U'─'));
  for (std::size_t i = 0; i < s.phases.size(); ++i) {
    const int from = place(s.phases[i].start_s), to = place(s.phases[i].end_s);
    if (i > 0 && from < columns) out.put(top, from, U'|', tone::strong);
    const std::string name = i == now ? here : s.phases[i].name;
    // The phase that goes on is named always: over its neighbours where its own place is too small.
    if (i != now && width(name) < to - from) out.put(top + 1, from + (i > 0), name, tone::dim, to);
  }
  const int from = place(s.phases[now].start_s) + (now > 0 ? 1 : 0), needed = width(here) + 1;
  const int begin = std::max(0, std::min(from, columns - needed));
  for (int c = begin; c < std::min(columns, begin + needed); ++c) out.put(top + 1, c, U' ');
  out.put(top + 1, begin, here, tone::strong);
}

void draw_heat(screen& out, int top, int rows, const state& s, bool ascii) {
  if (rows < 2 || s.addresses.empty()) return;
  const auto count = s.addresses.size(), columns = static_cast<std::size_t>(out.size().columns);
  const std::size_t cells = std::min(count, columns);
  std::size_t refused_at = 0;
  for (std::size_t c = 0; c < cells; ++c) {
    int level = 0;  // of the cell's worst address
    for (std::size_t a = c * count / cells; a < (c + 1) * count / cells; ++a) {
      const int own = level_of(s.addresses[a].judged, s.addresses[a].refused);
      refused_at += own > 1;
      level = std::max(level, own);
    }
    const char32_t glyph =
        level == 0 ? (ascii ? U' ' : U'·') : (ascii ? letters : blocks)[static_cast<std::size_t>(level)];
    const tone look = level <= 0 ? tone::dim : level == 1 ? tone::good : level <= 5 ? tone::warn : tone::bad;
    out.put(top + 1, static_cast<int>(c), glyph, look);
  }
  std::string words = time::format_count(count) + " addresses";
  if (count > cells) words += ", " + std::to_string((count + cells - 1) / cells) + " to a cell, the worst shown";
  const int column = out.put(top, 0, words, tone::dim);
  out.put(top, column,
          refused_at == 0 ? "; none refused lately"
                          : "; " + time::format_count(refused_at) + " refused lately (low: few, full: over 50%)",
          refused_at == 0 ? tone::dim : tone::warn);
}

}  // namespace lsrun::live
