// Names and ids: few, so a linear search under one lock does.
#include "metrics/registry.hpp"

#include <algorithm>

namespace lsrun::metrics {
namespace {

// Its place in the list, at whose end it is put now if it is not there; nullopt when the list is full.
std::optional<std::uint32_t> id_in(std::vector<std::string>& list, std::string_view name, std::size_t most) {
  const auto at = std::find(list.begin(), list.end(), name);
  if (at != list.end()) return static_cast<std::uint32_t>(at - list.begin());
  if (list.size() >= most) return std::nullopt;
  list.emplace_back(name);
  return static_cast<std::uint32_t>(list.size() - 1);
}

}  // namespace

std::optional<std::uint32_t> registry::operation(std::string_view name) {
  const std::lock_guard lock{mutex_};
  return id_in(operations_, name, most_operations);
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

std::optional<std::uint32_t> registry::target_series(std::string_view text) {
  const std::lock_guard lock{mutex_};
  return id_in(target_series_, text, most_target_series);
}

std::vector<std::string> registry::target_series() const {
  const std::lock_guard lock{mutex_};
  return target_series_;
}

scenario_metric registry::metric_of(std::uint32_t id) const {
  const std::lock_guard lock{mutex_};
  return id < metrics_.size() ? metrics_[id] : scenario_metric{};
}

}  // namespace lsrun::metrics
