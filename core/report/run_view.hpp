// What the parts of the report are made from: the accumulated run, read only.
#pragma once

#include <string>
#include <vector>

#include "report/accumulator.hpp"
#include "report/figures.hpp"
#include "report/moment.hpp"

namespace lsrun::report {

struct run_view {
  const run_facts& facts;
  const metrics::registry& names;
  const span_figures& whole;
  const std::vector<span_figures>& phases;  // by index in the plan; those that were reached
  const timeline& course;
  const std::vector<level>& series;        // of the target's own metrics over the run, by id of the registry
  std::uint64_t adjustments_left_out = 0;  // more than the report lists
};

// The names behind ids; a made-up one where there is none.
std::string operation_name(const metrics::registry&, std::uint32_t id);
std::string address_name(const metrics::registry&, std::uint32_t id);
std::string phase_name(const run_view&, std::uint32_t index);
std::string tenant_name(const metrics::registry&, std::size_t index);

}  // namespace lsrun::report
