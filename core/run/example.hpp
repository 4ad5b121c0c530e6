// The exchange that a report shows beside a kind of failure.
#pragma once

#include "metrics/shard.hpp"
#include "run/shared.hpp"
#include "run/step.hpp"

namespace lsrun::run {

// Request and answer as people read them: bodies and headers cut to some hundred bytes, secrets of the config masked,
// request headers and cookies left out. Allocates: for the first failure of a kind, not for each.
// `session`: its number; `address`: of all the run's.
metrics::exchange example_of(const shared&, const operation&, const transport::answer&, std::uint64_t session,
                             std::uint32_t address);

}  // namespace lsrun::run
