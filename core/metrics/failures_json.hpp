// The journal's rows of failures, each with the exchange that is its example.
#pragma once

#include "metrics/json_fields.hpp"

namespace lsrun::metrics::json_fields {

json::array failures(const interval&);
failure failure_from(const json::object&);

}  // namespace lsrun::metrics::json_fields
