// From a TOML file and the command line to a plan, or to all that is wrong with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"

namespace lsrun::config {

// What the command line changes; what is absent or empty changes nothing.
struct overrides {
  std::optional<std::uint64_t> sessions;  // the largest number of sessions alive; all phases in proportion
  std::optional<std::string> duration;    // the whole run's, "10m"; all phases in proportion; before time scale
  std::optional<std::uint32_t> ip_count;
  std::vector<std::string> reports;  // instead of [reports] write
  std::vector<std::string> set;      // "table.key=value", the value as in TOML; a bare word is a string
  std::optional<double> time_scale;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> target;  // URL
  std::optional<std::string> output;  // [reports] directory
};

struct loaded {
  std::optional<config::plan> plan;  // present if nothing is wrong
  std::vector<problem> problems;     // sorted when rendered
  sources texts;                     // for render()
  explicit operator bool() const { return plan.has_value(); }
};

// Looks up an environment variable; nullptr if it is not set.
using environment = std::function<const char*(const char*)>;

// Reads, checks and scales. Never throws but for memory. Message files are read once to check them; nothing else is
// touched. [main-thread]
loaded load(const std::filesystem::path& file, const overrides& = {});
// The same of a text; `name` is what messages call it.
loaded load_text(std::string_view text, const std::string& name, const overrides& = {}, const environment& = {});

// Thresholds, abort conditions and alerts with the metrics that only the loaded scenarios define.
std::vector<problem> check_expressions(const plan&, const std::vector<std::string>& scenario_metric_names);

}  // namespace lsrun::config
