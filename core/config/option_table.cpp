// The rows. Their order is the order of `lsrun --help config` and of effective.toml. A change here changes the schema
// beside the configs: UPDATE_GOLDEN=1 ctest -R e2e_schema writes it anew.
#include "config/option_table.hpp"

#include <array>

namespace lsrun::config {
namespace {

using r = const reading&;
constexpr double ms = 1e6, s = 1e9, day = 86400e9;
constexpr double any_most = std::numeric_limits<double>::infinity();
constexpr double any_least = -any_most;
constexpr std::string_view nothing{};

std::vector<std::string> strings(r v) {
  std::vector<std::string> all;
  for (const auto& t : v.texts) all.push_back(t.expression);
  return all;
}
template <class T>
std::optional<T> unless_none(r v, T value) {
  return v.none ? std::nullopt : std::optional<T>(std::move(value));
}

constexpr std::array<table_row, 19> tables{{
    {"", false, others::refused, "before the first table"},
    {"target", false, others::refused, "the server under test"},
    {"target.tls", false, others::refused, "how an https target is verified"},
    {"scenario", false, others::refused, "what a session does: a plugin"},
    {"scenarios", true, others::refused, "several scenarios with weights, instead of [scenario]"},
    {"pool", false, others::refused, "the client addresses"},
    {"limits", false, others::limits,
     "per client address: any operation's name = so many in a moving window, or \"none\"; `default` for all others"},
    {"rate", false, others::refused, "how fast turns are sent within the limits"},
    {"sessions", false, others::refused, "how many sessions, and what each does over time"},
    {"phases", true, others::refused, "spans of the run, one after the other; none given: one minute at sessions.max"},
    {"load", false, others::refused, "whether sessions follow the phases or arrive by themselves"},
    {"retry", false, others::refused, "what happens to a request that was refused or found no connection"},
    {"messages", false, others::refused, "what customers say"},
    {"tenants", true, others::strings, "customers of different kinds; any further key is a string for the scenario"},
    {"thresholds", false, others::refused, "what decides whether the run passed"},
    {"alerts", false, others::refused, "what is told of while the run goes on"},
    {"reports", false, others::tables, "what is written at the end; [reports.NAME] holds the options of one"},
    {"plugins", false, others::refused, "where plugins are looked for first"},
    {"run", false, others::refused, "the load generator itself"},
}};
constexpr option_row rows[] = {
    // clang-format off
    {"", "name", form::text, nothing, false, false, any_least, any_most, "",
     "the test's name, in reports and directories; the file's name if absent",
     [](slot& t, r v) { t.plan.name = v.text; }},
    {"", "description", form::text, "", false, false, any_least, any_most, "", "one line for --list",
     [](slot& t, r v) { t.plan.description = v.text; }},

    {"target", "url", form::text, nothing, true, false, any_least, any_most, "",
     "http://host:port or https://host, with a base path if it has one",
     [](slot& t, r v) { t.plan.target.url = v.text; }},
    {"target", "launch", form::text, "", false, false, any_least, any_most, "",
     "a command that starts the target before the run and is stopped after it",
     [](slot& t, r v) { t.plan.target.launch = v.text; }},
    {"target", "health", form::text, "/health", false, true, any_least, any_most, "",
     "a path that answers 2xx when the target is ready",
     [](slot& t, r v) { t.plan.target.health = v.none ? "none" : v.text; }},
    {"target", "authorized", form::flag, "false", false, false, any_least, any_most, "",
     "true: you have leave to load this public address",
     [](slot& t, r v) { t.plan.target.authorized = v.flag; }},
    {"target", "metrics", form::text, "none", false, true, any_least, any_most, "",
     "the target's Prometheus endpoint, asked each second: a URL, or a path of the target such as /metrics",
     [](slot& t, r v) { t.plan.target.metrics = v.none ? "none" : v.text; }},
    {"target", "metrics_series", form::texts, "[]", false, false, any_least, any_most, "",
     "what is shown of it, at most 16: name, name{label=\"value\"} or rate(...); []: memory, CPU, files, queues and pools",
     [](slot& t, r v) { t.plan.target.metrics_series = v.texts; }},
    {"target", "pid", form::whole, "0", false, false, 0, 4194304, "",
     "a process on this machine to watch; 0: the launched one, if any",
     [](slot& t, r v) { t.plan.target.pid = v.whole; }},
    {"target", "keep_alive", form::flag, "true", false, false, any_least, any_most, "",
     "false: a new connection for every request",
     [](slot& t, r v) { t.plan.target.keep_alive = v.flag; }},
    {"target", "connections_per_address", form::whole, "none", false, true, 1, 65535, "",
     "at most so many connections for each client address; none: as many as requests are in flight",
     [](slot& t, r v) { t.plan.target.connections_per_address = unless_none(v, static_cast<std::uint32_t>(v.whole)); }},
    {"target", "connect_timeout", form::duration, "5s", false, false, ms, day, "", "for one connection",
     [](slot& t, r v) { t.plan.target.connect_timeout = v.whole; }},
    {"target", "request_timeout", form::duration, "60s", false, false, ms, day, "",
     "from sent to the answer's end, where the scenario asks for no other",
     [](slot& t, r v) { t.plan.target.request_timeout = v.whole; }},
    {"target", "headers", form::headers, "{}", false, false, any_least, any_most, "",
     "sent with every request: { Authorization = \"Bearer ${API_KEY}\" }",
     [](slot& t, r v) { t.plan.target.headers = v.headers; }},

    {"target", "traceparent", form::flag, "false", false, false, any_least, any_most, "",
     "true: a trace id of its own with every request (W3C Trace Context), for finding it in the target's traces",
     [](slot& t, r v) { t.plan.target.traceparent = v.flag; }},

    {"target.tls", "ca", form::text, "", false, false, any_least, any_most, "",
     "a file of certificates to trust; empty: the system's",
     [](slot& t, r v) { t.plan.target.tls.ca = v.text; }},
    {"target.tls", "insecure", form::flag, "false", false, false, any_least, any_most, "",
     "true: accept any certificate",
     [](slot& t, r v) { t.plan.target.tls.insecure = v.flag; }},
    {"target.tls", "server_name", form::text, "", false, false, any_least, any_most, "",
     "the name that the certificate must have; empty: the host of url",
     [](slot& t, r v) { t.plan.target.tls.server_name = v.text; }},

    {"scenario", "plugin", form::text, nothing, true, false, any_least, any_most, "",
     "a plugin's name (`lsrun plugins` lists them) or the path of its .so",
     [](slot& t, r v) { t.scenario->plugin = v.text; t.scenario->where = v.where; }},
    {"scenario", "weight", form::number, "1", false, false, 0, 1e9, "",
     "share of the sessions against the other scenarios",
     [](slot& t, r v) { t.scenario->weight = v.number; }},
    {"scenario", "options", form::options, "{}", false, false, any_least, any_most, "",
     "of the plugin (`lsrun plugins NAME` lists them)",
     [](slot& t, r v) { t.scenario->options = v.options; }},

    {"pool", "count", form::whole, "1", false, false, 1, 1000000, "", "how many client addresses",
     [](slot& t, r v) { t.plan.pool.count = static_cast<std::uint32_t>(v.whole); t.plan.pool.where = v.where; }},
    {"pool", "from", form::texts, "[\"127.0.0.1\"]", false, false, any_least, any_most, "",
     "addresses, CIDR ranges and first-last ranges, IPv4 or IPv6, that they are taken from",
     [](slot& t, r v) { t.plan.pool.from = strings(v); if (v.where.line > 0) t.plan.pool.where = v.where; }},
    {"pool", "mode", form::choice, "forwarded", false, false, any_least, any_most, "bind|forwarded|both",
     "the target sees them as source address, as a header's value, or both",
     [](slot& t, r v) { t.plan.pool.mode = v.text == "bind"  ? pool_mode::bind
                                           : v.text == "both" ? pool_mode::both : pool_mode::forwarded; }},
    {"pool", "header", form::text, "X-Forwarded-For", false, false, any_least, any_most, "",
     "the header of forwarded and both",
     [](slot& t, r v) { t.plan.pool.header = v.text; }},

    {"limits", "headroom", form::ratio, "5%", false, false, 0, 0.9, "",
     "share of each limit left unused, against window edges and clock skew",
     [](slot& t, r v) { t.plan.limits.headroom = v.number; }},

    {"rate", "base", form::rate, "none", false, true, 1e-6, 1e9, "",
     "turns over the whole pool; none: as fast as limits and sessions allow",
     [](slot& t, r v) { t.plan.rate.base = unless_none(v, v.rate); }},
    {"rate", "adapt_every", form::duration, "30s", false, false, ms, day, "",
     "how often each address's rate is adapted to its own refusals",
     [](slot& t, r v) { t.plan.rate.adapt_every = v.whole; }},
    {"rate", "lower_above", form::ratio, "10%", false, false, 0, 1, "", "lower the rate when more is refused",
     [](slot& t, r v) { t.plan.rate.lower_above = v.number; }},
    {"rate", "lower_by", form::number, "0.8", false, false, 0.01, 0.99, "", "times this",
     [](slot& t, r v) { t.plan.rate.lower_by = v.number; }},
    {"rate", "raise_below", form::ratio, "1%", false, false, 0, 1, "", "raise the rate when less is refused",
     [](slot& t, r v) { t.plan.rate.raise_below = v.number; }},
    {"rate", "raise_by", form::number, "1.1", false, false, 1.001, 10, "", "times this",
     [](slot& t, r v) { t.plan.rate.raise_by = v.number; }},
    {"rate", "least", form::number, "0.1", false, false, 0.001, 1, "", "the multiplier is never below",
     [](slot& t, r v) { t.plan.rate.least = v.number; }},
    {"rate", "most", form::number, "1.0", false, false, 0.001, 100, "", "the multiplier is never above",
     [](slot& t, r v) { t.plan.rate.most = v.number; }},

    {"sessions", "max", form::whole, "100", false, false, 1, 100000000, "",
     "never more alive at once; if absent, the phases' largest number",
     [](slot& t, r v) { t.plan.sessions.max = static_cast<std::uint64_t>(v.whole); }},
    {"sessions", "expire_after", form::duration, "1h", false, true, ms, 365 * day, "",
     "a session without activity for so long is over",
     [](slot& t, r v) { t.plan.sessions.expire_after = unless_none(v, v.whole); }},
    {"sessions", "cleanup_every", form::duration, "5m", false, true, ms, 365 * day, "",
     "how often expired sessions are looked for and deleted",
     [](slot& t, r v) { t.plan.sessions.cleanup_every = unless_none(v, v.whole); }},
    {"sessions", "think_time", form::time_distribution, "none", false, true, 0, day, "",
     "between an answer and the session's next turn",
     [](slot& t, r v) { t.plan.sessions.think_time = v.distribution; }},
    {"sessions", "turns", form::count_distribution, "none", false, true, 1, 1e9, "",
     "a session takes so many turns and is closed; none: until the run closes it",
     [](slot& t, r v) { t.plan.sessions.turns = v.distribution; }},
    {"sessions", "own_memory", form::size, "none", false, true, 1 << 20, any_most, "",
     "sessions are cleaned up early when lsrun itself holds more",
     [](slot& t, r v) { t.plan.sessions.own_memory = unless_none(v, static_cast<std::uint64_t>(v.whole)); }},
    {"sessions", "target_memory", form::size, "none", false, true, 1 << 20, any_most, "",
     "the same when the target's process holds more",
     [](slot& t, r v) { t.plan.sessions.target_memory = unless_none(v, static_cast<std::uint64_t>(v.whole)); }},

    {"phases", "name", form::text, nothing, true, false, any_least, any_most, "",
     "startup, growth, steady, cleanup or what you like",
     [](slot& t, r v) { t.phase->name = v.text; }},
    {"phases", "duration", form::duration, nothing, true, false, ms, 3650 * day, "", "how long it lasts",
     [](slot& t, r v) { t.phase->duration = v.whole; }},
    {"phases", "sessions", form::whole, nothing, false, false, 0, 100000000, "",
     "alive at its end; if absent, as at the end of the last phase",
     [](slot& t, r v) { t.phase->sessions = static_cast<std::uint64_t>(v.whole); }},
    {"phases", "ramp", form::choice, "linear", false, false, any_least, any_most, "linear|step|hold",
     "evenly over the phase, at once at its start, or unchanged",
     [](slot& t, r v) { t.phase->shape = v.text == "step"   ? ramp::step
                                         : v.text == "hold" ? ramp::hold : ramp::linear; }},

    {"load", "arrivals", form::arrivals, "closed", false, false, 1e-6, 1e9, "",
     "closed: as the phases say; \"poisson(2/s)\", \"constant(2/s)\": sessions arrive by themselves",
     [](slot& t, r v) { t.plan.load = v.arrivals; }},

    {"retry", "attempts", form::whole, "5", false, false, 1, 1000, "", "for one request, the first included",
     [](slot& t, r v) { t.plan.retry.attempts = static_cast<std::uint32_t>(v.whole); }},
    {"retry", "first", form::duration, "1s", false, false, ms, day, "", "the first wait, doubled each time",
     [](slot& t, r v) { t.plan.retry.first = v.whole; }},
    {"retry", "most", form::duration, "60s", false, false, ms, day, "", "the longest wait, also of a Retry-After",
     [](slot& t, r v) { t.plan.retry.most = v.whole; }},
    {"retry", "jitter", form::choice, "full", false, false, any_least, any_most, "full|none",
     "full: wait anything between nothing and the whole, so that sessions do not come back together",
     [](slot& t, r v) { t.plan.retry.jitter = v.text == "none" ? retry::jitter_kind::none : retry::jitter_kind::full; }},

    {"messages", "file", form::text, "", false, false, any_least, any_most, "",
     "lines, .csv or .jsonl; empty: a small built-in corpus; {session} {turn} {tenant} are filled in",
     [](slot& t, r v) { t.plan.messages.file = v.text; t.plan.messages.where = v.where; }},
    {"messages", "column", form::text, "message", false, false, any_least, any_most, "",
     "the column of a CSV file, the key of a JSONL file",
     [](slot& t, r v) { t.plan.messages.column = v.text; }},
    {"messages", "order", form::choice, "random", false, false, any_least, any_most, "random|in_order",
     "how they are taken",
     [](slot& t, r v) { t.plan.messages.random = v.text == "random"; }},

    {"tenants", "name", form::text, nothing, true, false, any_least, any_most, "", "its name in reports",
     [](slot& t, r v) { t.tenant->name = v.text; }},
    {"tenants", "weight", form::number, "1", false, false, 0, 1e9, "", "share of the sessions",
     [](slot& t, r v) { t.tenant->weight = v.number; }},

    {"thresholds", "check", form::texts, "[]", false, false, any_least, any_most, "",
     "judged at the end: \"p95(response_time) < 5s\"; one that is crossed makes exit code 99",
     [](slot& t, r v) { t.plan.thresholds = v.texts; }},
    {"thresholds", "abort", form::texts, "[]", false, false, any_least, any_most, "",
     "end the run as soon as one of these is crossed",
     [](slot& t, r v) { t.plan.abort = v.texts; }},

    {"alerts", "check", form::texts, "[]", false, false, any_least, any_most, "",
     "told of when true: \"target.rss > 6GiB for 30s\"",
     [](slot& t, r v) { t.plan.alerts = v.texts; }},
    {"alerts", "command", form::text, "", false, false, any_least, any_most, "",
     "run for each alert, which it gets as JSON on its input",
     [](slot& t, r v) { t.plan.alert_command = v.text; }},

    {"reports", "write", form::texts, "[\"json\", \"csv\", \"html\"]", false, false, any_least, any_most, "",
     "report plugins",
     [](slot& t, r v) { t.plan.reports.clear();
                        for (const auto& one : v.texts) t.plan.reports.push_back({one.expression, {}, one.where}); }},
    {"reports", "directory", form::text, "results", false, false, any_least, any_most, "",
     "each run makes a directory of its own in it",
     [](slot& t, r v) { t.plan.results = v.text; t.plan.results_where = v.where; }},
    {"reports", "language", form::choice, "en", false, false, any_least, any_most, "en|zh",
     "the HTML report opens in it; its page can switch",
     [](slot&, r) {}},  // reports read it in the run report's config

    {"plugins", "path", form::texts, "[\"plugins\"]", false, false, any_least, any_most, "",
     "directories; then $LSRUN_PLUGIN_PATH, then those beside the executable",
     [](slot& t, r v) { t.plan.plugin_path = strings(v); }},

    {"run", "threads", form::whole, "1", false, false, 1, 256, "",
     "worker threads; each has client addresses of its own",
     [](slot& t, r v) { t.plan.threads = static_cast<std::uint32_t>(v.whole); }},
    {"run", "seed", form::whole, "1", false, false, 0, 9.2e18, "", "what chance decides follows from it",
     [](slot& t, r v) { t.plan.seed = static_cast<std::uint64_t>(v.whole); }},
    {"run", "time_scale", form::number, "1", false, false, 0.01, 100000, "",
     "N: a rehearsal N times as fast; phases, windows, expiry, think time and back-off shrink, time-outs stay",
     [](slot& t, r v) { t.plan.time_scale = v.number; }},
    {"run", "spin", form::flag, "false", false, false, any_least, any_most, "",
     "true: workers poll shortly before a planned time; less lag, more CPU",
     [](slot& t, r v) { t.plan.spin = v.flag; }},
    {"run", "lag_limit", form::duration, "100ms", false, true, 1e3, 60 * s, "",
     "lag above it makes a run generator_limited: its p99, or its median below 1000 requests",
     [](slot& t, r v) { t.plan.lag_limit = unless_none(v, v.whole); }},
    {"run", "cpu_limit", form::ratio, "95%", false, true, 0.01, 1, "",
     "use of a processor by a worker thread above which it is saturated; a tenth of the run so makes it generator_limited",
     [](slot& t, r v) { t.plan.cpu_limit = unless_none(v, v.number); }},
    {"run", "missed_limit", form::ratio, "1%", false, true, 0, 1, "",
     "share of an open loop's turns that found no free session, above which a run is generator_limited",
     [](slot& t, r v) { t.plan.missed_limit = unless_none(v, v.number); }},
    // clang-format on
};

}  // namespace

std::span<const table_row> table_rows() { return tables; }
std::span<const option_row> option_rows() { return rows; }

}  // namespace lsrun::config
