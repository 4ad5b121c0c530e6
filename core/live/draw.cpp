// From top to bottom: what runs and how far it is, the course of the four figures that matter, this second's figures,
// the addresses, what was noticed, the keys.
#include "live/draw.hpp"

#include <algorithm>
#include <cmath>

#include "live/draw_parts.hpp"

namespace lsrun::live {
namespace {

// How many rows each part gets.
struct shares {
  int phases = 0, sparkline = 0, figures = 0, heat = 0, notices = 0, blanks = 0;
};

// The parts in the order of what a reader misses most; sparklines get higher when all else has its place.
shares share_out(int rows, bool has_addresses, bool has_series) {
  shares s;
  const auto take = [&rows](int& part, int wanted) {
    const int got = std::clamp(wanted, 0, std::max(rows, 0));
    part += got;
    rows -= got;
  };
  take(s.phases, 1);
  if (rows >= sparkline_count) {
    s.sparkline = 1;
    rows -= sparkline_count;
  }
  take(s.figures, 2);
  take(s.notices, 1);
  take(s.figures, figure_rows - 3);
  if (has_series) take(s.figures, 1);
  take(s.phases, 1);
  if (has_addresses && rows >= 2) take(s.heat, 2);
  take(s.blanks, 4);
  take(s.notices, 5);
  while (rows >= sparkline_count && s.sparkline > 0 && s.sparkline < 4) {
    ++s.sparkline;
    rows -= sparkline_count;
  }
  take(s.notices, rows);
  return s;
}

}  // namespace

screen draw(const state& s, extent wanted, bool ascii) {
  screen out(wanted);
  const int rows = out.size().rows;
  draw_title(out, s);
  if (rows < 2) return out;
  draw_keys(out, rows - 1, s);
  if (s.help) {
    draw_help(out, 1, rows - 1);
    return out;
  }
  const shares part = share_out(rows - 2, s.has_addresses, !s.target_series.empty());
  int row = 1, blanks = part.blanks;
  const auto gap = [&row, &blanks] {
    if (blanks > 0) --blanks, ++row;
  };
  draw_phases(out, row, part.phases, s, ascii);
  row += part.phases;
  gap();
  if (part.sparkline > 0) row = draw_sparklines(out, row, part.sparkline, s, ascii);
  gap();
  draw_figures(out, row, part.figures, s);
  row += part.figures;
  gap();
  draw_heat(out, row, part.heat, s, ascii);
  row += part.heat;
  if (part.heat > 0) gap();
  draw_notices(out, row, part.notices, s);
  return out;
}

}  // namespace lsrun::live
