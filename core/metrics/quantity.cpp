// Values of metrics as people read them.
#include <algorithm>
#include <cmath>

#include "metrics/expression.hpp"
#include "model/whole.hpp"
#include "time/units.hpp"

namespace lsrun::metrics {

std::string format_value(quantity unit, double value) {
  switch (unit) {
    case quantity::time:
      return time::format_duration(time::from_seconds(value));
    case quantity::ratio:
      return time::format_ratio(value);
    case quantity::bytes:
      return time::format_size(model::whole(value));
    case quantity::per_second:
      return time::format_number(value) + "/s";
    case quantity::cores:
      return time::format_ratio(value);
    case quantity::count:
      if (value >= 0 && value == std::floor(value)) return time::format_count(model::whole(value));
      break;
    case quantity::any:
      break;
  }
  return time::format_number(value);
}

}  // namespace lsrun::metrics
