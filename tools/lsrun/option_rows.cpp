// The options. Their order is that of the help.
#include <charconv>

#include "options.hpp"

namespace lsrun::cli {
namespace {

using text = const std::string&;

template <class Number>
std::string put_number(std::optional<Number>& into, text value, const char* wanted) {
  Number number{};
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failure != std::errc{} || end != value.data() + value.size()) return "`" + value + "` is not " + wanted;
  into = number;
  return {};
}
constexpr const char* whole = "a whole number from 0 up";
constexpr const char* whole32 = "a whole number from 0 to 4294967295";

std::string put_place(std::optional<web::place>& into, text value) {
  auto place = web::parse_place(value);
  if (!place) return place.error_text();
  into = *place;
  return {};
}

constexpr std::string_view of_runs = "run|plugins|schema";  // those that read a config
constexpr std::string_view config_says = "as the config says";

constexpr option_row rows[] = {
    // clang-format off
    {"--config", 'c', "FILE", "a file", "", takes::one, offer::config, group::what, true, of_runs,
     "run this config", "lsrun --config configs/heavy_load.toml", {},
     [](command_line& l, text v) { l.config = v; return std::string(); }},
    {"--list", 0, "", "", "", takes::nothing, offer::nothing, group::what, true, "run",
     "the named tests: sessions, length, addresses, bounds", "lsrun --list", action::list, nullptr},

    {"--check", 0, "", "", "", takes::nothing, offer::nothing, group::look, true, "run",
     "validate the config, its plugins and their options, and what this machine has for it", "lsrun heavy_load --check", action::check, nullptr},
    {"--explain", 0, "", "", "", takes::nothing, offer::nothing, group::look, true, "run",
     "the effective config and where it came from; whether the plan fits its limits",
     "lsrun heavy_load --explain", action::explain, nullptr},
    {"--debug-session", 0, "", "", "", takes::nothing, offer::nothing, group::look, true, "run",
     "one session; every request and answer printed, secrets masked", "lsrun startup_load --debug-session",
     action::debug_session, nullptr},

    {"--target", 's', "URL", "a URL, http or https", config_says, takes::one, offer::nothing, group::change, true, of_runs,
     "another target", "lsrun heavy_load --target http://10.0.0.5:8800", {},
     [](command_line& l, text v) { l.overrides.target = v; return std::string(); }},
    {"--output", 'o', "DIR", "a directory", config_says, takes::one, offer::directory, group::change, true, of_runs,
     "where the run's directory is made", "lsrun heavy_load --output /tmp/results", {},
     [](command_line& l, text v) { l.overrides.output = v; return std::string(); }},
    {"--sessions", 0, "N", "a whole number of sessions", config_says, takes::one, offer::nothing, group::change, true, of_runs,
     "at most N sessions alive, all phases in proportion", "lsrun heavy_load --sessions 50", {},
     [](command_line& l, text v) { return put_number(l.overrides.sessions, v, whole); }},
    {"--duration", 0, "D", "a duration, such as 10m or 1h30m", config_says, takes::one, offer::nothing, group::change, true, of_runs,
     "the whole run's length, all phases in proportion: 10m, 1h30m", "lsrun heavy_load --duration 10m", {},
     [](command_line& l, text v) { l.overrides.duration = v; return std::string(); }},
    {"--ip-count", 0, "N", "a whole number of addresses", config_says, takes::one, offer::nothing, group::change, false, of_runs,
     "so many client addresses", "lsrun heavy_load --ip-count 50", {},
     [](command_line& l, text v) { return put_number(l.overrides.ip_count, v, whole32); }},
    {"--report", 0, "NAME...", "names of report plugins, or paths of .so files", config_says, takes::several, offer::report,
     group::change, true, "run|plugins|schema|report", "these reports", "lsrun heavy_load --report json junit markdown", {},
     [](command_line& l, text v) { l.overrides.reports.push_back(v); return std::string(); }},
    {"--set", 0, "TABLE.KEY=VALUE", "a key of the config and its value as in TOML", "", takes::each, offer::key, group::change, true,
     of_runs, "any value of the config; may be repeated", "lsrun light_load --explain --set limits.chat=60/min --set run.threads=2", {},
     [](command_line& l, text v) { l.overrides.set.push_back(v); return std::string(); }},
    {"--time-scale", 0, "N", "a number, 0.01 to 100000", config_says, takes::one, offer::nothing, group::change, true, of_runs,
     "a rehearsal N times as fast", "lsrun heavy_load --time-scale 60", {},
     [](command_line& l, text v) { return put_number(l.overrides.time_scale, v, "a number"); }},
    {"--seed", 0, "N", "a whole number", config_says, takes::one, offer::nothing, group::change, false, of_runs,
     "what chance decides", "lsrun light_load --seed 7", {},
     [](command_line& l, text v) { return put_number(l.overrides.seed, v, whole); }},

    {"--quiet", 'q', "", "", "", takes::nothing, offer::nothing, group::show, true, "",
     "on a terminal a line a second instead of the full-screen view (-qq: only the end); elsewhere only the end",
     "lsrun heavy_load --quiet", {},
     [](command_line& l, text) { ++l.quiet; return std::string(); }},
    {"--no-color", 0, "", "", "", takes::nothing, offer::nothing, group::show, false, "",
     "no colour (as does the variable NO_COLOR)", "lsrun heavy_load --no-color", {},
     [](command_line& l, text) { l.no_color = true; return std::string(); }},
    {"--dashboard", 0, "ADDRESS:PORT", "an address of this machine and a port; port 0: a free one", "", takes::one, offer::nothing, group::show, true, "run",
     "the run in a browser while it goes on, e.g. 127.0.0.1:8089", "lsrun heavy_load --dashboard 127.0.0.1:8089", {},
     [](command_line& l, text v) { return put_place(l.dashboard, v); }},
    {"--prometheus", 0, "ADDRESS:PORT", "an address of this machine and a port; may be that of --dashboard", "", takes::one, offer::nothing, group::show, true, "run",
     "/metrics for Prometheus while the run goes on; may be the same address", "lsrun heavy_load --prometheus 127.0.0.1:9464", {},
     [](command_line& l, text v) { return put_place(l.prometheus, v); }},

    {"--schema", 0, "", "", "", takes::nothing, offer::nothing, group::other, false, "plugins",
     "their options as JSON Schema", "lsrun plugins --schema", {},
     [](command_line& l, text) { l.schema = true; return std::string(); }},
    {"--version", 0, "", "", "", takes::nothing, offer::nothing, group::other, false, "run",
     "the versions of lsrun and of its plugin boundary", "lsrun --version", action::version, nullptr},
    {"--help", 'h', "[TOPIC]", "a command, an option, a table of the config, config or all", "", takes::nothing, offer::topic,
     group::other, false, "", "the same as `lsrun help TOPIC`", "lsrun --help config", {}, nullptr},
    // clang-format on
};

}  // namespace

std::span<const option_row> option_rows() { return rows; }

}  // namespace lsrun::cli
