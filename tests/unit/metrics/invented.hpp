// Intervals with invented contents for tests of what adds up and what is written.
#pragma once

#include <random>
#include <string>

#include "metrics/interval.hpp"

namespace lsrun::test {

// Everything filled by chance; at most 40 kinds of failure and 60 addresses occur. Seconds are those of `at`.
metrics::interval invented_interval(std::mt19937_64& random, int at);

// All contents as text: equal texts mean equal intervals (real numbers to a millionth).
std::string text_of(const metrics::interval&);

}  // namespace lsrun::test
