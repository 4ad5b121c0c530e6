// An interval as a JSON object: what a line of the journal holds. Names that are empty or zero are left out.
#pragma once

#include <boost/json/fwd.hpp>

#include "metrics/interval.hpp"

namespace lsrun::metrics {

boost::json::object to_json(const interval&);
// The interval again; throws std::exception when the object is not one. Real numbers come back rounded to a millionth.
interval interval_from_json(const boost::json::object&);

// A real number as the journal keeps it: rounded to a millionth.
double to_millionth(double);
// The same of a target's own figure, which may be of any size: nine digits; whole numbers, such as bytes, stay.
double to_nine_digits(double);
// Every real number of the interval so, that what is made from it and from its journal is the same.
void round_to_millionths(interval&);

}  // namespace lsrun::metrics
