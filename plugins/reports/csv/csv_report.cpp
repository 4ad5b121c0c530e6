// The run report's lists as CSV files, one table a file, for spreadsheets and databases.
#include <boost/json.hpp>
#include <lsrun/report.hpp>

#include "table.hpp"

namespace {

namespace json = boost::json;

// A list of the document and the file that it becomes. `always`: written, header alone, when the list is empty.
struct source {
  const char* list;
  const char* file;
  bool always;
  std::vector<std::string> columns;
};

const std::vector<source>& sources() {
  static const std::vector<source> list{
      {"timeline", "requests_by_second", true, {"t_s", "span_s", "phase", "requests_sent", "requests_ok"}},
      {"operations", "operations", true, {"operation", "requests_sent", "requests_ok"}},
      {"addresses", "addresses", true, {"address", "requests_sent", "requests_ok", "share"}},
      {"phases", "phases", true, {"name", "start_s", "end_s", "requests_sent", "requests_ok"}},
      {"failures", "failures", true, {"outcome", "status", "message", "operation", "count", "first_s", "last_s", "example_session"}},
      {"thresholds", "thresholds", true, {"expression", "observed", "holds"}},
      {"turns", "turns", false, {"turn"}},
      {"tenants", "tenants", false, {"tenant"}},
      {"rate_adjustments", "rate_adjustments", false, {"at_s", "address", "operation", "window_ratio", "from", "to"}},
      {"scenario_metrics", "scenario_metrics", false, {"name", "unit"}},
      {"alerts", "alerts", false, {"expression", "from_s", "to_s", "worst"}},
      {"advice", "advice", false, {"finding", "evidence", "advice"}},
  };
  return list;
}

const json::array* list_of(const json::object& document, std::string_view name) {
  const json::value* v = document.if_contains(name);
  return v == nullptr ? nullptr : v->if_array();
}

// Requests of each address by operation, out of the addresses' own lists.
std::string operations_by_address(const json::array& addresses) {
  csv_report::table t({"address", "operation", "requests_sent", "requests_ok"});
  for (const json::value& a : addresses) {
    const json::object* address = a.if_object();
    const json::array* operations = address == nullptr ? nullptr : list_of(*address, "operations");
    if (operations == nullptr) continue;
    for (const json::value& o : *operations) {
      json::object row;
      row["address"] = address->at("address");
      if (o.is_object())
        for (const auto& member : o.get_object()) row[member.key()] = member.value();
      t.add(row);
    }
  }
  return t.text();
}

struct csv_writer {
  static constexpr auto name = "csv";
  static constexpr auto help = "tables for spreadsheets and databases (RFC 4180), one a file in csv/";

  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    const json::value parsed = json::parse(in.document());
    const json::object& document = parsed.as_object();
    for (const source& s : sources()) {
      const json::array* list = list_of(document, s.list);
      if ((list == nullptr || list->empty()) && !s.always) continue;
      csv_report::table t(s.columns);
      if (list != nullptr)
        for (const json::value& record : *list)
          if (record.is_object()) t.add(record.get_object(), s.list == std::string_view("addresses") ? "operations" : "");
      out.file(std::string("csv/") + s.file + ".csv", t.text());
    }
    if (const json::array* addresses = list_of(document, "addresses"); addresses != nullptr && !addresses->empty())
      out.file("csv/address_operations.csv", operations_by_address(*addresses));
  }
};

}  // namespace

LSRUN_REPORT(csv_writer, "1.0.0")
