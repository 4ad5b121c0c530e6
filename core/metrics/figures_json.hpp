// The journal's tables whose rows are found by their index: an object with the index as key, unused rows left out.
#pragma once

#include <vector>

#include "metrics/json_fields.hpp"

namespace lsrun::metrics::json_fields {

void write(json::object&, std::string_view key, const std::vector<operation_figures>&);
void read(const json::object&, std::string_view key, std::vector<operation_figures>& into);
void write(json::object&, std::string_view key, const std::vector<turn_figures>&);
void read(const json::object&, std::string_view key, std::vector<turn_figures>& into);
void write(json::object&, std::string_view key, const std::vector<tenant_figures>&);
void read(const json::object&, std::string_view key, std::vector<tenant_figures>& into);
void write(json::object&, std::string_view key, const std::vector<scenario_metric_figures>&);
void read(const json::object&, std::string_view key, std::vector<scenario_metric_figures>& into);

}  // namespace lsrun::metrics::json_fields
