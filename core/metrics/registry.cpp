// Names and ids: few, so a linear search under one lock does.
#include "metrics/registry.hpp"

#include <algorithm>

namespace lsrun::metrics {

std::optional<std::uint32_t> registry::operation(std::string_view name) {
  const std::lock_guard lock{mutex_};
  const auto at = std::find(operations_.begin(), operations_.end(), name);
  if (at != operations_.end()) return static_cast<std::uint32_t>(at - operations_.begin());
  if (operations_.size() >= most_operations) return std::nullopt;
  operations_.emplace_back(name);
  return static_cast<std::uint32_t>(operations_.size() - 1);
}

std::optional<std::uint32_t> registry::metric(const scenario_metric& wanted) {
  const std::lock_guard lock{mutex_};
  const auto at = std::find_if(metrics_.begin(), metrics_.end(), [&](const auto& m) { return m.name == wanted.name; });
  if (at != metrics_.end()) {
    if (at->kind != wanted.kind) return std::nullopt;
    return static_cast<std::uint32_t>(at - metrics_.begin());
  }
  if (metrics_.size() >= most_metrics) return std::nullopt;
  metrics_.push_back(wanted);
  return static_cast<std::uint32_t>(metrics_.size() - 1);
}

std::vector<std::string> registry::operations() const {
  const std::lock_guard lock{mutex_};
  return operations_;
}

std::vector<scenario_metric> registry::scenario_metrics() const {
  const std::lock_guard lock{mutex_};
  return metrics_;
}

scenario_metric registry::metric_of(std::uint32_t id) const {
  const std::lock_guard lock{mutex_};
  return id < metrics_.size() ? metrics_[id] : scenario_metric{};
}

}  // namespace lsrun::metrics
