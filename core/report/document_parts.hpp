// Parts of the run report's document that the live documents have too.
#pragma once

#include <vector>

#include "report/advice.hpp"
#include "report/tables.hpp"
#include "report/thresholds.hpp"

namespace lsrun::report {

json::object run_part(const run_view&, const ending&);
json::array thresholds_part(const std::vector<threshold_result>&);
json::array alerts_part(const ending&);
json::array advice_part(const std::vector<advice>&);
json::object rates_part(const run_view&);
// Broken laws are among its reasons; sets the exit code that the verdict means.
json::object verdict_part(const ending&, const std::vector<threshold_result>&, const std::vector<std::string>& broken,
                          int& exit_code);

}  // namespace lsrun::report
