// The parts of the live view, each drawn into rows that live::draw() chose for it.
#pragma once

#include "live/draw.hpp"

namespace lsrun::live {

inline constexpr int sparkline_count = 4, figure_rows = 5;  // the last only with the target's own metrics

void draw_title(screen&, const state&);
void draw_phases(screen&, int top, int rows, const state&, bool ascii);
int draw_sparklines(screen&, int top, int rows_each, const state&, bool ascii);  // returns the row below
void draw_figures(screen&, int top, int rows, const state&);
void draw_heat(screen&, int top, int rows, const state&, bool ascii);
void draw_notices(screen&, int top, int rows, const state&);
void draw_keys(screen&, int row, const state&);
void draw_help(screen&, int top, int end);

}  // namespace lsrun::live
