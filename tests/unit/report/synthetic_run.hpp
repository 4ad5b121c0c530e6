// An invented run in which everything occurs: four phases, tenants, every outcome, throttling, adjustments, a target
// that grows. The same numbers every time; counted by real shards, so that all sums hold.
#pragma once

#include <memory>
#include <vector>

#include "metrics/interval.hpp"
#include "metrics/registry.hpp"
#include "report/accumulator.hpp"

namespace lsrun::test {

struct synthetic_run {
  std::shared_ptr<metrics::registry> names;
  report::run_facts facts;
  std::vector<metrics::interval> seconds;
  report::ending end;
};

// `workers` shards share the load; `seconds` is the run's length.
synthetic_run make_synthetic_run(int seconds = 60, int workers = 2);

// The same run with nothing counted at all.
synthetic_run make_empty_run();

// Its document, made by an accumulator that was fed the seconds.
std::string document_of(const synthetic_run&, int& exit_code);

}  // namespace lsrun::test
