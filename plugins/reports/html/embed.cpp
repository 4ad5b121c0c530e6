// Which tables become columns, and which figures they have.
#include "html/embed.hpp"

#include <utility>

#include "html/columns.hpp"
#include "html/inert_json.hpp"

namespace reports {
namespace {

constexpr std::size_t most_series = 16;  // as many as lsrun follows of the target's own metrics

void put_timeline(std::string& out, const json::array& rows) {
  columns c(out, rows);
  for (const char* n : {"t_s", "span_s"}) c.numbers(n, n, true);
  c.words("phase", "phase");
  c.requests();
  for (const char* n :
       {"p50_ms", "p95_ms", "p99_ms", "p99_most_ms", "max_ms", "requests_per_s_most", "alive", "opened", "multiplier",
        "throttled", "throttle_wait_p95_ms", "retried", "lowered", "raised", "missed_turns"})
    c.numbers(n, n);
  for (const char* n : {"cpu", "lag_p99_ms", "rss_bytes"})
    c.numbers(std::string("generator_") + n, std::string("generator/") + n);
  for (const char* n : {"cpu", "rss_bytes", "threads", "fds", "connections"})
    c.numbers(std::string("target_") + n, std::string("target/") + n);
  for (const std::string n : {"series", "series_most"})
    for (std::size_t i = 0; i < most_series; ++i)
      c.numbers("target_" + n + "_" + std::to_string(i), "target/" + n + "/" + std::to_string(i));
}

void put_addresses(std::string& out, const json::array& rows) {
  columns c(out, rows);
  c.alike("address", "address");
  c.packed_requests();
}

void put_adjustments(std::string& out, const json::array& rows) {
  columns c(out, rows);
  c.numbers("at_s", "at_s");
  c.words("address", "address");
  c.words("operation", "operation");
  for (const char* n : {"window_ratio", "from", "to"}) c.numbers(n, n);
}

}  // namespace

std::string embedded(const json::value& document) {
  std::string out = "{";
  for (bool first = true; const auto& [name, part] : table(document, "")) {
    if (!std::exchange(first, false)) out += ",\n";
    put_string(out, {name.data(), name.size()});
    out += ':';
    if (part.is_array() && name == "timeline")
      put_timeline(out, part.get_array());
    else if (part.is_array() && name == "addresses")
      put_addresses(out, part.get_array());
    else if (part.is_array() && name == "rate_adjustments")
      put_adjustments(out, part.get_array());
    else
      put(out, part);
  }
  return out + "}";
}

}  // namespace reports
