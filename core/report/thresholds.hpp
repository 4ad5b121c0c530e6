// The run's thresholds, judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run_view.hpp"

namespace lsrun::report {

struct threshold_result {
  metrics::expression asked;  // text alone if it could not be read
  metrics::quantity unit = metrics::quantity::any;
  std::optional<double> observed;  // in the unit; nullopt: not measured
  bool holds = false;
  std::string note;  // why it does not hold though nothing was observed, or where it was worst; "" if neither
};

bool holds(const metrics::expression&, double observed);
// A threshold on something that was not measured does not hold, and says so.
std::vector<threshold_result> judge(const run_view&);

}  // namespace lsrun::report
