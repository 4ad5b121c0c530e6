// What was sampled of lsrun's own process and of the target, and what the target's own metrics said, in the journal.
#pragma once

#include "metrics/json_fields.hpp"

namespace lsrun::metrics::json_fields {

json::object sample(const generator_sample&);
generator_sample generator_from(const json::object&);
json::object sample(const target_sample&);
target_sample target_from(const json::object&);
json::object readings(const series_readings&);
series_readings readings_from(const json::object&);

}  // namespace lsrun::metrics::json_fields
