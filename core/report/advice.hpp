// What to do about what was found: the table that turns figures into advice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/leak.hpp"
#include "report/recovery.hpp"
#include "report/run_view.hpp"
#include "report/thresholds.hpp"

namespace lsrun::report {

struct advice {
  std::string finding;   // what is the matter, in a few words
  std::string evidence;  // this run's figures
  std::string what;      // what to do
  std::string chart;  // where a report shows it: requests, latency, turns, sessions, rate, addresses, generator, target
};

std::vector<advice> advise(const run_view&, const std::vector<threshold_result>&, const ending&,
                           const std::optional<leak_verdict>&, const std::optional<recovery_verdict>&);

}  // namespace lsrun::report
