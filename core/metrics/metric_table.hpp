// The metrics that every run has, with what expressions may ask of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/expression.hpp"

namespace lsrun::metrics {

enum class shape : std::uint8_t {
  distribution,  // a function is needed: p95(...), mean(...)
  figure,        // one number: a ratio, a rate, a sum
  gauge,         // a level over time: mean, min or max; without one, that which is hardest for the bound
};

struct known_metric {
  std::string_view name;
  quantity unit;
  shape form;
  bool by_operation, by_tenant;  // the labels that it is counted by; every metric is counted by phase
};

std::span<const known_metric> known_metrics();
// The metric of that name, or nullptr.
const known_metric* find_metric(std::string_view name);
// The name nearest to `name` among these and the scenario's: what was probably meant.
std::string nearest_metric(std::string_view name, const std::vector<std::string>& scenario_metrics);

}  // namespace lsrun::metrics
