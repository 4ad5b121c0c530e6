// From the tree to the plan by the option table, and the checks that look at more than one value.
#pragma once

#include "config/load.hpp"
#include "config/value.hpp"

namespace lsrun::config {

// Reads every table; unknown tables and keys, wrong values and missing ones become problems. Defaults are put into the
// tree too, with an empty place, so that it shows what is in effect.
void build(value& root, plan&, std::vector<problem>&);

// Contradictions between values, each at the place of the one that is easiest to change. `root` tells the places.
void check_rules(const value& root, plan&, std::vector<problem>&);

// Divides what --time-scale shortens. Last.
void apply_time_scale(plan&);

}  // namespace lsrun::config
