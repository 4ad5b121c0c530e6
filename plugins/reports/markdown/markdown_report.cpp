// The report `markdown`: for pull requests and the summaries of CI steps.
#include <lsrun/report.hpp>

#include "markdown/page.hpp"

namespace {

struct markdown_report {
  static constexpr auto name = "markdown";
  static constexpr auto help = "summary.md: verdict, thresholds and findings for a pull request or a CI step's summary";

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    output.file("summary.md",
                reports::markdown_page(reports::parse_document(input.document(), reports::operations_of_addresses)));
  }
};

}  // namespace

LSRUN_REPORT(markdown_report, "1.0.0")
