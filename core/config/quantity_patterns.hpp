// Quantities with units as regular expressions: what time/units.hpp and distribution_text.hpp read, as far as a pattern
// can say it (not that units go from large to small, nor any range).
#pragma once

#include <string>

#include "config/option_table.hpp"

namespace lsrun::config {

// A string that has a part from the environment can be anything.
inline constexpr const char* from_environment = "\\$\\{";

// An expression of ECMA 262 that strings of this form match: duration, rate, ratio, size, distributions, arrivals.
std::string quantity_pattern(form, bool none_allowed);

}  // namespace lsrun::config
