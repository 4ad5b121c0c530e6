// The names behind the ids in intervals: operations, scenario metrics, series of the target's own metrics, client
// addresses, tenants, phases. One for the whole run, shared by all workers.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun::metrics {

enum class metric_kind : std::uint8_t { time, count, number };  // as in abi.h

struct scenario_metric {
  std::string name, unit, help;
  metric_kind kind{};
};

class registry {
 public:
  static constexpr std::size_t most_operations = 64, most_metrics = 256, most_target_series = 64;

  // The id of an operation, given now if it has none; nullopt when the table is full. [thread-safe]
  std::optional<std::uint32_t> operation(std::string_view name);
  // Defines a scenario's metric, or finds the one of that name; nullopt when full or when kind differs. [thread-safe]
  std::optional<std::uint32_t> metric(const scenario_metric&);
  std::vector<std::string> operations() const;            // by id [thread-safe]
  std::vector<scenario_metric> scenario_metrics() const;  // by id [thread-safe]
  scenario_metric metric_of(std::uint32_t id) const;      // [thread-safe]

  // The id of a series of the target's own metrics, by its selector's text; nullopt when full. [thread-safe]
  std::optional<std::uint32_t> target_series(std::string_view text);
  std::vector<std::string> target_series() const;  // by id [thread-safe]

  // Set before the workers start, constant afterwards.
  std::vector<std::string> addresses, tenants, phases;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> operations_;
  std::vector<scenario_metric> metrics_;
  std::vector<std::string> target_series_;
};

}  // namespace lsrun::metrics
