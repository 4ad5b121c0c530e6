// Tables that unfold what is nested: the whole run's figures, statuses, and failures by attempt and by address.
#include "common/document.hpp"
#include "csv/tables.hpp"

namespace reports {
namespace {

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

// Every single figure below `v` as one row: its path and its value.
void figures_below(const json::value& v, const std::string& path, const std::string& validity, rows_out& out) {
  if (const json::object* o = v.if_object()) {
    for (const auto& [key, part] : *o) figures_below(part, joined(path, {key.data(), key.size()}), validity, out);
    return;
  }
  if (v.is_array()) return;
  out.text(path);
  out.value(&v);
  out.text(validity);
  out.end_row();
}

void run_figures(const json::value& document, const std::string& validity, rows_out& out) {
  for (const char* part :
       {"verdict", "totals", "ratios", "rates", "latency", "generator", "target", "leak", "recovery"})
    if (const json::value* v = find(document, part)) figures_below(*v, part, validity, out);
}

void statuses(const json::value& document, const std::string& validity, rows_out& out) {
  for (const json::value& row : rows(document, "operations"))
    for (const auto& [status, n] : table(row, "statuses")) {
      out.text(text(row, "operation"));
      out.text({status.data(), status.size()});
      out.value(&n);
      out.text(validity);
      out.end_row();
    }
}

// Requests of each address by operation: where each limit of the target was met.
void address_operations(const json::value& document, const std::string& validity, rows_out& out) {
  for (const json::value& row : rows(document, "addresses"))
    for (const json::value& operation : rows(row, "operations")) {
      out.text(text(row, "address"));
      out.text(text(operation, "operation"));
      for (const char* outcome : {"sent", "ok", "business_error", "rate_limited", "timeout", "connect_error",
                                  "server_error", "client_error", "protocol_error", "cancelled", "empty_poll"})
        out.value(find(operation, std::string("requests/") + outcome));
      out.text(validity);
      out.end_row();
    }
}

// The failures' rows by their number, from 1 in the order of failures.csv.
template <class Row>
void each_of_failures(const json::value& document, const char* part, Row row) {
  std::uint64_t number_of_row = 0;
  for (const json::value& failure : rows(document, "failures")) {
    ++number_of_row;
    for (const json::value& inner : rows(failure, part)) row(number_of_row, inner);
  }
}

template <const char* part, const char* key>
void failures_by(const json::value& document, const std::string& validity, rows_out& out) {
  each_of_failures(document, part, [&](std::uint64_t failure, const json::value& inner) {
    out.whole(failure);
    out.value(find(inner, key));
    out.value(find(inner, "count"));
    out.text(validity);
    out.end_row();
  });
}

// The target's own metrics: a row a point of the timeline and series.
void target_series(const json::value& document, const std::string& validity, rows_out& out) {
  const json::array& series = rows(document, "target_series/series");
  for (const json::value& point : rows(document, "timeline"))
    for (std::size_t i = 0; i < series.size(); ++i) {
      const std::string place = std::to_string(i);
      const json::value* value = find(point, "target/series/" + place);
      if (value == nullptr || value->is_null()) continue;
      out.value(find(point, "t_s"));
      out.value(find(point, "span_s"));
      out.text(text(series[i], "series"));
      out.text(text(series[i], "unit"));
      out.value(value);
      const json::value* most = find(point, "target/series_most/" + place);
      out.value(most != nullptr ? most : value);
      out.text(validity);
      out.end_row();
    }
}

// The slowest requests, by the operation they are of.
void slowest(const json::value& document, const std::string& validity, rows_out& out) {
  for (const json::value& operation : rows(document, "operations"))
    for (const json::value& one : rows(operation, "slowest")) {
      out.text(text(operation, "operation"));
      for (const char* part :
           {"at_s", "response_time_ms", "address", "session", "turn", "attempt", "outcome", "status", "trace_id"})
        out.value(find(one, part));
      out.text(validity);
      out.end_row();
    }
}

constexpr char attempts[] = "attempts", attempt[] = "attempt", by_address[] = "addresses", address[] = "address";

}  // namespace

std::vector<detail_table> detail_tables() {
  return {
      {"run", {"figure", "value"}, &run_figures},
      {"statuses", {"operation", "status", "requests"}, &statuses},
      {"address_operations",
       {"address", "operation", "requests", "ok", "business_error", "rate_limited", "timeout", "connect_error",
        "server_error", "client_error", "protocol_error", "cancelled", "empty_poll"},
       &address_operations},
      {"slowest",
       {"operation", "at_s", "response_time_ms", "address", "session", "turn", "attempt", "outcome", "status",
        "trace_id"},
       &slowest},
      {"target_series", {"t_s", "span_s", "series", "unit", "value", "most"}, &target_series, "target_series"},
      {"failure_attempts", {"failure_row", "attempt", "requests"}, &failures_by<attempts, attempt>},
      {"failure_addresses", {"failure_row", "address", "requests"}, &failures_by<by_address, address>},
  };
}

}  // namespace reports
