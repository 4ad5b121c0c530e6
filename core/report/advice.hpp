// What to do about what was found: the table that turns figures into advice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/leak.hpp"
#include "report/recovery.hpp"
#include "report/run_view.hpp"
#include "report/thresholds.hpp"

namespace lsrun::report {

// One part of the evidence: which sentence it is, and this run's figures in it, so that a report can say it in another
// language.
struct clause {
  std::string_view id;
  std::vector<std::pair<std::string_view, std::string>> values;
};

struct advice {
  std::string_view id;   // which finding it is
  std::string finding;   // what is the matter, in a few words
  std::string evidence;  // this run's figures: the clauses in English
  std::string what;      // what to do
  std::string chart;     // where a report shows it: requests, latency, turns, sessions, rate, addresses,
                         // generator, target
  std::vector<clause> clauses;
};

// The English words of a finding, its evidence filled in. Throws std::logic_error for an id without words.
advice in_words(std::string_view id, std::vector<clause> evidence);

std::vector<advice> advise(const run_view&, const std::vector<threshold_result>&, const ending&,
                           const std::optional<leak_verdict>&, const std::optional<recovery_verdict>&);

}  // namespace lsrun::report
