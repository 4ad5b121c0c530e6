// The end of a run on the terminal, from the report's document alone, so that `lsrun report DIR` prints the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace lsrun::report {

struct summary_options {
  bool colour = false;      // ANSI colours, always beside words
  std::string report_path;  // shown at the end: where to read on; "": not shown
  // lsrun's own where the document does not know it: a report could not be written.
  std::optional<int> exit_code = {};
};

// Text of some twenty lines with its last line end; an error when `document` is no run report.
model::result<std::string> summary(std::string_view document, const summary_options& = {});

}  // namespace lsrun::report
