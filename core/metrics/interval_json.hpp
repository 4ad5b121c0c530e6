// An interval as a JSON object: what a line of the journal holds. Names that are empty or zero are left out.
#pragma once

#include <boost/json/fwd.hpp>

#include "metrics/interval.hpp"

namespace lsrun::metrics {

boost::json::object to_json(const interval&);
// The interval again; throws std::exception when the object is not one. Real numbers come back rounded to a millionth.
interval interval_from_json(const boost::json::object&);

}  // namespace lsrun::metrics
