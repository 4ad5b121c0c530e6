// Thresholds and alerts as text: `p95(response_time) < 5s`, `rate_limit_ratio <= 10%`,
// `p99(response_time{operation=chat, phase=steady}) < 8s`, `target.rss > 6GiB for 30s`. Parsing only; report/ judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "time/clock.hpp"

namespace lsrun::metrics {

enum class comparison : std::uint8_t { less, less_equal, greater, greater_equal };

// What a metric is measured in: the base unit of bounds and values, and what a bound's text must look like.
enum class quantity : std::uint8_t {
  time,        // seconds; "5s", "200ms"
  ratio,       // 0..1; "10%"
  bytes,       // "6GiB"
  per_second,  // "0.5", "30/min"
  cores,       // processor cores in use; "3.5" or "350%"
  count,       // "100"
  any,         // a scenario's metric whose kind is not known yet: time if the bound has a unit of time, else a number
};

struct expression {
  std::string text;       // as written
  std::string metric;     // "response_time", "rate_limit_ratio", "target.rss", a scenario metric ...
  std::string function;   // "p95", "mean", "max", "count" ... or "" for a plain figure
  std::string operation;  // {operation=...}; "": all
  std::string phase;      // {phase=...}; "": all
  std::string tenant;     // {tenant=...}; "": all
  comparison compare{};
  double bound = 0;               // in the metric's base unit: seconds, ratio 0..1, bytes, count, 1/s
  time::span for_at_least = 0;    // alerts: how long it must hold
  quantity unit = quantity::any;  // of the bound
};

// Parses an expression. Metrics that no scenario defines must be known (an unknown name is an error that names the
// nearest); `scenario_metrics` are known too. An alert may have `for`, a threshold may not. The error says at which
// character and what would be right.
model::result<expression> parse_expression(std::string_view text, bool alert,
                                           const std::vector<std::string>& scenario_metrics = {});

// A value of the expression's metric as people read it, in its unit: "6.21s", "3.1%", "655MiB", "0.56/s".
std::string format_value(quantity, double value);

// The share of values that a percentile function names: "p99.9" -> 99.9; nullopt for other functions.
std::optional<double> percent_of(std::string_view function);

}  // namespace lsrun::metrics
