// The report `json`: the run report's document and its schema, as files.
#include <lsrun/report.hpp>

#include "json/layout.hpp"

namespace {

struct json_report {
  static constexpr auto name = "json";
  static constexpr auto help = "report.json, the whole run report, and report.schema.json, its JSON Schema";
  static constexpr lsrun::option options[] = {
      {"pretty", "true", "laid out over lines for people; false: as few bytes as can be", lsrun::type::boolean}};

  explicit json_report(const lsrun::setup& setup) : pretty_(setup.boolean("pretty")) {}

  void write(const lsrun::report_input& input, lsrun::report_output& output) {
    auto report = output.open("report.json");
    reports::lay_out(input.document(), pretty_, [&](std::string_view bytes) { report.write(bytes); });
    report.close();
    if (!input.schema().empty()) output.file("report.schema.json", input.schema());
  }

 private:
  bool pretty_;
};

}  // namespace

LSRUN_REPORT(json_report, "1.0.0")
