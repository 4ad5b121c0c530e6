// A config as JSON Schema (draft 7, which editors of TOML know), from the option table that also checks configs.
#pragma once

#include <string>
#include <vector>

#include "config/option_table.hpp"
#include "config/value.hpp"

namespace lsrun::config {

// What a scenario or a report brings to the schema.
struct plugin_schema {
  std::string name, help;
  value options;  // options_schema() of its rows
};

// A table with these keys and no others. Ranges of quantities with units are left to `lsrun --check`: a schema sees
// only their form. Any string may hold "${NAME}" instead.
value options_schema(const std::vector<option_row>&);

// The whole schema as a JSON document. Plugins that are not named may be used, with any options.
std::string config_schema(const std::vector<plugin_schema>& scenarios, const std::vector<plugin_schema>& reports);

}  // namespace lsrun::config
