// Which columns each table has. Names are those of report.json; where the place in the document gave the unit or the
// meaning, the name carries it.
#include "csv/tables.hpp"

#include <array>

namespace reports {
namespace {

using columns = std::vector<column>;

constexpr std::array outcomes{"sent",          "ok",           "business_error", "rate_limited",   "timeout",
                              "connect_error", "server_error", "client_error",   "protocol_error", "cancelled",
                              "empty_poll"};

columns operator+(columns a, const columns& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
// Fields that bear the same name in the document.
columns same(std::initializer_list<const char*> names) {
  columns c;
  for (const char* n : names) c.push_back({n, n});
  return c;
}
// Fields of a nested table: its name is put in front.
columns nested(const std::string& table, std::initializer_list<const char*> names) {
  columns c;
  for (const char* n : names) c.push_back({table + "_" + n, table + "/" + n});
  return c;
}
columns requests() {
  columns c;
  for (const char* n : outcomes)
    c.push_back({n == std::string_view("sent") ? "requests" : n, std::string("requests/") + n});
  return c;
}
columns ratios() {
  columns c;
  for (const char* n : {"rate_limit_ratio", "success_ratio", "system_success_ratio", "system_failure_ratio"})
    c.push_back({n, std::string("ratios/") + n});
  return c;
}
columns steps() { return nested("steps", {"ended", "succeeded", "failed"}); }
columns times(const std::string& of) {
  return nested(of,
                {"count", "min_ms", "mean_ms", "p50_ms", "p75_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", "max_ms"});
}
columns target() {
  return {{"target_cpu_mean_cores", "target/cpu_mean"},
          {"target_cpu_max_cores", "target/cpu_max"},
          {"target_rss_first_bytes", "target/rss_first_bytes"},
          {"target_rss_last_bytes", "target/rss_last_bytes"},
          {"target_rss_max_bytes", "target/rss_max_bytes"},
          {"target_threads_max", "target/threads_max"},
          {"target_fds_max", "target/fds_max"},
          {"target_connections_max", "target/connections_max"}};
}

columns second() {
  return same({"t_s", "span_s", "phase"}) + requests() +
         same({"p50_ms", "p95_ms", "p99_ms", "max_ms", "rate_limit_ratio", "alive", "opened", "multiplier", "throttled",
               "missed_turns"}) +
         columns{{"generator_cpu_cores", "generator/cpu"},
                 {"generator_lag_p99_ms", "generator/lag_p99_ms"},
                 {"generator_rss_bytes", "generator/rss_bytes"},
                 {"target_cpu_cores", "target/cpu"},
                 {"target_rss_bytes", "target/rss_bytes"},
                 {"target_threads", "target/threads"},
                 {"target_fds", "target/fds"},
                 {"target_connections", "target/connections"},
                 {"target_healthy", "target/healthy"}};
}

columns scenario_values() {
  columns c = same({"name", "kind", "unit", "help", "sum"});
  for (const char* n : {"count", "min", "mean", "p50", "p75", "p90", "p95", "p99", "p99_9", "max"})
    c.push_back({n, std::string("values/") + n});  // times: the writer falls back to NAME_ms
  return c;
}

}  // namespace

std::vector<table_of_rows> row_tables() {
  return {
      {"requests_by_second", "timeline", true, second()},
      {"operations", "operations", true,
       same({"operation"}) + requests() + ratios() + same({"requests_per_s"}) + times("response_time") +
           times("service_time")},
      {"addresses", "addresses", true,
       same({"address"}) + requests() + columns{{"share_ratio", "share"}} + same({"rate_limit_ratio"})},
      {"phases", "phases", true,
       same({"name", "start_s", "end_s", "sessions_planned", "sessions_opened", "alive_at_end", "peak_alive"}) +
           requests() + steps() + ratios() + same({"requests_per_s"}) + times("response_time") +
           times("throttle_wait") + target()},
      {"failures", "failures", true,
       columns{{"failure_row", std::string(row_number_path)}} +
           same({"outcome", "status", "message", "operation", "count", "first_s", "last_s", "example_session"})},
      {"thresholds", "thresholds", true,
       same({"expression", "holds", "observed", "comparison", "bound", "unit", "observed_text", "bound_text", "note"})},
      {"turns", "turns", false, same({"turn", "and_later"}) + requests() + steps() + times("response_time")},
      {"tenants", "tenants", false, same({"tenant"}) + requests() + steps() + ratios() + times("response_time")},
      {"rate_adjustments", "rate_adjustments", false,
       same({"at_s", "address", "operation", "window_ratio"}) +
           columns{{"multiplier_from", "from"}, {"multiplier_to", "to"}}},
      {"scenario_metrics", "scenario_metrics", false, scenario_values()},
      {"alerts", "alerts", false, same({"expression", "from_s", "to_s", "worst"})},
      {"advice", "advice", false, same({"finding", "evidence", "advice", "chart"})},
  };
}

}  // namespace reports
