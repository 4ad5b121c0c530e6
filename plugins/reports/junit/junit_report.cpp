// The report `junit`: for CI servers, which show each threshold as a test case.
#include <lsrun/report.hpp>

#include "junit/cases.hpp"

namespace {

struct junit_report {
  static constexpr auto name = "junit";
  static constexpr auto help = "junit.xml: each threshold as a test case, for CI servers (JUnit's XML)";

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    output.file("junit.xml",
                reports::junit_xml(reports::parse_document(input.document(), reports::operations_of_addresses)));
  }
};

}  // namespace

LSRUN_REPORT(junit_report, "1.0.0")
