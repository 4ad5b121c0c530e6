// A plan as the numbers that its arithmetic looks at.
#pragma once

#include "config/config.hpp"
#include "load/arithmetic.hpp"

namespace lsrun::config {

// In the plan's own time: what the time scale shortened is lengthened again.
load::figures figures_of(const plan&);

}  // namespace lsrun::config
