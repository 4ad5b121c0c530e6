// What a run is told to do, as plain structs with the defaults in place. config/load.hpp fills them from TOML.
// Times are nanoseconds; time_scale is already applied to what it shortens (docs/architecture.md).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "load/distribution.hpp"
#include "load/phases.hpp"
#include "time/clock.hpp"

namespace lsrun::config {

using time::span;
struct value;  // config/value.hpp

// Where a value was written, for messages.
struct place {
  std::string file;  // "--set run.seed", "--sessions 20" for a value from the command line, "" for a default
  int line = 0;      // from 1; 0: of no file
  int column = 0;    // from 1, in characters
};

// "30/min": so many in any window of this length.
struct limit {
  double count = 0;
  span window = 0;
  double per_second() const { return count * 1e9 / static_cast<double>(window); }
};

struct header {
  std::string name, value;
};

struct target_tls {
  std::string ca;           // file of certificates to trust; "": the system's
  bool insecure = false;    // true: accept any certificate
  std::string server_name;  // SNI and the name checked; "": the URL's host
};

// An expression as text, of a threshold, an alert or a series.
struct check {
  std::string expression;
  place where;
};

// A URL taken apart.
struct http_place {
  std::string scheme, host;  // host without the brackets of an IPv6 address
  std::uint16_t port = 0;
  std::string path;  // with its query
};

struct target {
  std::string url;                      // as written
  std::string scheme, host, base_path;  // parts of url; base_path without a closing slash
  std::uint16_t port = 0;
  std::string launch;                 // a command that starts the target; "": it runs already
  std::string health = "/health";     // asked before the first request; "none": not asked
  bool authorized = false;            // leave to load a public address
  std::string metrics = "none";       // a Prometheus endpoint as written; "none": not asked
  http_place metrics_at;              // its parts, if there is one
  std::vector<check> metrics_series;  // selectors (metrics/target_series.hpp); empty: chosen at the first reading
  std::int64_t pid = 0;               // a process of this machine to watch; 0: the launched one, if any
  bool keep_alive = true;
  std::optional<std::uint32_t> connections_per_address;  // none: as many as requests are in flight
  span connect_timeout = 5 * time::second;
  span request_timeout = 60 * time::second;
  target_tls tls;
  std::vector<header> headers;
  bool traceparent = false;  // a trace id of its own with every request
};

// An option's value as TOML gave it; checked against what the plugin declares.
using option_value = std::variant<std::string, std::int64_t, double, bool>;
struct option {
  std::string key;
  option_value value;
  place where;
};

struct scenario {
  std::string plugin;  // a name that is looked for, or a path that ends in .so
  double weight = 1;   // share of the sessions, against the other scenarios
  std::vector<option> options;
  place where;
};

enum class pool_mode : std::uint8_t {
  bind,       // the source address of the socket
  forwarded,  // the value of a header
  both,
};
struct pool {
  std::uint32_t count = 1;
  std::vector<std::string> from{"127.0.0.1"};  // addresses, CIDR ranges, "a-b" ranges
  pool_mode mode = pool_mode::forwarded;
  std::string header = "X-Forwarded-For";
  place where;
};

struct limits {
  std::map<std::string, std::optional<limit>> by_operation;  // "default" among them; nullopt: "none"
  double headroom = 0.05;  // 0..1: share of each limit left unused, against window edges and clock skew
};

struct rate {
  std::optional<limit> base;  // turns over the whole pool; none: as fast as the limits and the sessions allow
  span adapt_every = 30 * time::second;
  double lower_above = 0.10, lower_by = 0.8;
  double raise_below = 0.01, raise_by = 1.1;
  double least = 0.1, most = 1.0;
};

struct sessions {
  std::uint64_t max = 100;                        // never more alive at once
  std::optional<span> expire_after = time::hour;  // without activity
  std::optional<span> cleanup_every = 5 * time::minute;
  load::distribution think_time;               // ns
  load::distribution turns;                    // none: as many as the run has time for
  std::optional<std::uint64_t> own_memory;     // bytes of lsrun's RSS above which sessions are cleaned up early
  std::optional<std::uint64_t> target_memory;  // the same of the target's RSS
};

using load::ramp;
struct phase {
  std::string name;
  span duration = 0;
  std::uint64_t sessions = 0;  // alive at the phase's end
  ramp shape = ramp::linear;
  place where;
};

struct load_shape {
  enum class arrivals_kind : std::uint8_t { closed, constant, poisson };
  arrivals_kind arrivals = arrivals_kind::closed;  // closed: follow the phases' session numbers
  double per_second = 0;                           // open: sessions that arrive a second
};

struct retry {
  std::uint32_t attempts = 5;  // of one step's request, the first included
  span first = time::second;
  span most = 60 * time::second;
  enum class jitter_kind : std::uint8_t { full, none } jitter = jitter_kind::full;
};

struct messages {
  std::string file;                // "": the built-in corpus
  std::string column = "message";  // of CSV and JSONL
  bool random = true;              // else in order
  place where;
};

struct tenant {
  std::string name;
  double weight = 1;
  std::map<std::string, std::string> values;  // tenant_id, chatbot_id and whatever else the entry has
};

struct report {
  std::string plugin;
  std::vector<option> options;  // [reports.NAME]
  place where;
};

struct plan {
  std::string name;
  std::string description;  // one line, shown by --list
  std::string file;         // the config's path
  config::target target;
  std::vector<scenario> scenarios;
  config::pool pool;
  config::limits limits;
  config::rate rate;
  config::sessions sessions;
  std::vector<phase> phases;
  load_shape load;
  config::retry retry;
  config::messages messages;
  std::vector<tenant> tenants;
  std::vector<check> thresholds;  // judged at the end
  std::vector<check> abort;       // [thresholds] abort: end the run at once when crossed
  std::vector<check> alerts;      // [alerts] check
  std::string alert_command;      // gets the alert as JSON on its standard input; "": none
  std::vector<report> reports;
  std::string results = "results";  // [reports] directory
  place results_where;              // where it is written
  std::vector<std::string> plugin_path;
  std::uint32_t threads = 1;
  std::uint64_t seed = 1;
  double time_scale = 1;
  bool spin = false;  // workers poll instead of sleeping shortly before a planned time: less lag, a whole core each
  // Above these a run is generator_limited:
  std::optional<span> lag_limit = 100 * time::millisecond;  // lag
  std::optional<double> cpu_limit = 0.95;                   // share of a processor that a worker's thread uses
  std::optional<double> missed_limit = 0.01;                // share of planned turns that found no free session

  // Every value with its place, defaults filled in, as written (time scale not applied): what effective.hpp shows.
  std::shared_ptr<const value> effective;
  // Texts that came from the environment or from headers like Authorization: never to be shown (effective.hpp,
  // masked()).
  std::vector<std::string> secrets;

  span duration() const {
    span sum = 0;
    for (const auto& p : phases) sum += p.duration;
    return sum;
  }
};

}  // namespace lsrun::config
