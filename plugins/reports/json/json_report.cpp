// The run report as it is, for programs; and its schema, for those who check it.
#include <lsrun/report.hpp>

namespace {

struct json_report {
  static constexpr auto name = "json";
  static constexpr auto help = "the run report as JSON, with its schema";

  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    out.file("report.json", in.document());
    out.file("report.schema.json", in.schema());
  }
};

}  // namespace

LSRUN_REPORT(json_report, "1.0.0")
