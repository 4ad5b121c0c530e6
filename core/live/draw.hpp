// The live view's picture: what is shown where, for any size of terminal. A pure function.
#pragma once

#include "live/screen.hpp"
#include "live/state.hpp"

namespace lsrun::live {

// The whole view at this size. What does not fit is left out, the least important first. `ascii`: only ASCII characters
// (names from the plan and the target excepted).
screen draw(const state&, extent, bool ascii = false);

// A sparkline: `values` (NaN: not measured) as blocks from 0 to `most`, the last at the right edge, `rows` high from
// row `top` on, over the columns [from, to).
void draw_sparkline(screen&, int top, int rows, int from, int to, const std::vector<double>& values, double most,
                    bool ascii);

// "0:41:10"; "12:04:31" from ten hours on.
std::string run_clock(double seconds);

}  // namespace lsrun::live
