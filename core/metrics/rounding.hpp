// How exactly the journal keeps real numbers, so that a report made from it is the same as the run's own.
#pragma once

#include "metrics/interval.hpp"

namespace lsrun::metrics {

// A real number as the journal keeps it: rounded to a millionth.
double to_millionth(double);
// The same of a target's own figure, which may be of any size: nine digits; whole numbers, such as bytes, stay.
double to_nine_digits(double);
// Every real number of the interval so, that what is made from it and from its journal is the same.
void round_to_millionths(interval&);

}  // namespace lsrun::metrics
