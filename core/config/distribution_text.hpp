// Distributions as text: "uniform(2s, 8s)", "constant(20)", "lognormal(2s, 0.5)".
#pragma once

#include <string_view>

#include "load/distribution.hpp"
#include "model/result.hpp"

namespace lsrun::config {

// `times`: arguments are durations and become nanoseconds; else they are plain numbers. A duration or number alone is
// constant. "none" is the distribution that draws nothing.
model::result<load::distribution> parse_distribution(std::string_view text, bool times);

}  // namespace lsrun::config
