// What ran and how it ended as JSON: the first and the last line of the journal.
#pragma once

#include <string>
#include <string_view>

#include "model/result.hpp"
#include "report/accumulator.hpp"

namespace lsrun::report {

std::string to_json(const run_facts&);
std::string to_json(const ending&);
model::result<run_facts> run_facts_from_json(std::string_view);
model::result<ending> ending_from_json(std::string_view);

// "valid", "generator_limited", "target_lost", "interrupted"
std::string_view name(validity);

}  // namespace lsrun::report
