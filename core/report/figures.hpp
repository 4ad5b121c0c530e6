// The value of an expression's metric, from counts: what thresholds and alerts are judged by.
#pragma once

#include <optional>

#include "metrics/expression.hpp"
#include "metrics/interval.hpp"
#include "metrics/registry.hpp"
#include "report/moment.hpp"

namespace lsrun::report {

// A part of the run that is judged: the whole, a phase or a window.
struct span_figures {
  metrics::interval counts;
  levels sampled;
  double span_s = 0;  // seconds that were counted
};

// The value in the expression's base unit; nullopt if it was not measured. The expression's phase is the caller's to
// choose the figures by.
std::optional<double> value_of(const metrics::expression&, const span_figures&, const metrics::registry&);

// The unit of the value: that of the bound, and for scenario metrics that of their kind.
metrics::quantity unit_of(const metrics::expression&, const metrics::registry&);

// A function ("p95", "mean", "max" ...) of a histogram, in the histogram's unit; nullopt if it is empty.
std::optional<double> function_of(const metrics::histogram&, std::string_view function);

// Sessions opened per second in which sessions were being created.
std::optional<double> sessions_created_per_s(const metrics::interval&);

}  // namespace lsrun::report
