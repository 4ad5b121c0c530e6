// The names behind the ids in intervals: operations, scenario metrics, client addresses, tenants, phases. One for the
// whole run, shared by all workers.
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
  static constexpr std::size_t most_operations = 64, most_metrics = 256;

  // The id of an operation, given now if it has none; nullopt when the table is full. [thread-safe]
  std::optional<std::uint32_t> operation(std::string_view name);
  // Defines a scenario's metric, or finds the one of that name; nullopt when full or when kind differs. [thread-safe]
  std::optional<std::uint32_t> metric(const scenario_metric&);
  std::vector<std::string> operations() const;            // by id [thread-safe]
  std::vector<scenario_metric> scenario_metrics() const;  // by id [thread-safe]
  scenario_metric metric_of(std::uint32_t id) const;      // [thread-safe]

  // Set before the workers start, constant afterwards.
  std::vector<std::string> addresses, tenants, phases;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> operations_;
  std::vector<scenario_metric> metrics_;
};

}  // namespace lsrun::metrics
