// Reads one value of a config by its row of the option table.
#pragma once

#include "config/option_table.hpp"
#include "config/value.hpp"

namespace lsrun::config {

// Reads `v` as `row` asks; false with a problem at the value's place if its type, unit, form or range is wrong.
bool read(const option_row& row, const value& v, reading& out, std::vector<problem>&);

// A rate of [limits]: "30/min", above 0, or "none".
bool read_limit(std::string_view key, const value& v, std::optional<limit>& out, std::vector<problem>&);

// A plugin's option table: strings, numbers and true or false, to be checked by the plugin's declarations.
bool read_options(const value& table, std::vector<option>& out, std::vector<problem>&);

// A row's default as a value of no place; nullopt if it has none.
std::optional<value> default_value(const option_row&);

}  // namespace lsrun::config
