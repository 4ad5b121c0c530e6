#include "metrics/rounding.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace lsrun::metrics {

double to_millionth(double x) { return std::round(x * 1e6) / 1e6; }

double to_nine_digits(double x) {
  if (!std::isfinite(x) || (x == std::trunc(x) && std::abs(x) < 9e15)) return x;
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", x);
  return std::strtod(text, nullptr);
}

void round_to_millionths(interval& i) {
  const auto round = [](double& x) { x = to_millionth(x); };
  for (double* x : {&i.start_s, &i.end_s, &i.creating_s, &i.multiplier, &i.multiplier_weight}) round(*x);
  for (failure& f : i.failures) {
    round(f.first_s);
    round(f.last_s);
    if (f.example) round(f.example->at_s);
  }
  for (operation_figures& o : i.operations)
    for (slow_request& s : o.slowest) round(s.at_s);
  for (rate_adjustment& a : i.adjustments)
    for (double* x : {&a.at_s, &a.window_ratio, &a.from, &a.to}) round(*x);
  for (run_event& e : i.events) {
    round(e.at_s);
    if (e.value) round(*e.value);
  }
  if (i.generator) round(i.generator->cpu);
  if (i.target && i.target->cpu) round(*i.target->cpu);
  for (auto& v : i.series.values)
    if (v) v = to_nine_digits(*v);
}

}  // namespace lsrun::metrics
