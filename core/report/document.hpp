// The run report's document, schema lsrun-report/1 (report.schema.json, docs/report-fields.md).
#pragma once

#include <string>

#include "report/run_view.hpp"

namespace lsrun::report {

// The document as JSON text; sets the exit code that the verdict means.
std::string make_document(const run_view&, const ending&, int& exit_code);

// The first that applies: 70 a law is broken, 130 interrupted, 5 target lost, 6 the generator was the limit, 99 a
// threshold is crossed, 0.
int exit_code_of(validity, bool laws_hold, bool thresholds_hold);

}  // namespace lsrun::report
