// The short help: what people look up while typing. `--help config` is made from the option table.
#include <lsrun/abi.h>

#include "cli.hpp"
#include "config/option_table.hpp"

#ifndef LSRUN_VERSION
#define LSRUN_VERSION "0.0.0"
#endif

namespace lsrun::cli {
namespace {

constexpr const char* commands = R"(lsrun: load tests for servers that hold conversations

Run
  lsrun --config FILE              run a config (the same as `lsrun run --config FILE`)
  lsrun NAME                       run a named test
  lsrun --list                     the named tests: sessions, length, addresses, bounds

Look before you run (nothing is sent, but for --debug-session)
  --check                          validate the config, its plugins and their options
  --explain                        the effective config and where it came from; whether the plan fits its limits
  --debug-session                  one session; every request and answer printed, secrets masked

Change a run
  -s, --target URL                 another target
  -o, --output DIR                 where the run's directory is made
  --sessions N                     at most N sessions alive, all phases in proportion
  --duration D                     the whole run's length, all phases in proportion: 10m, 1h30m
  --ip-count N                     so many client addresses
  --report NAME...                 these reports
  --set TABLE.KEY=VALUE            any value of the config; may be repeated
  --time-scale N                   a rehearsal N times as fast
  --seed N                         what chance decides
  -q, --quiet                      on a terminal a line a second instead of the full-screen view (-qq: only the end);
                                   elsewhere only the end
  --no-color                       no colour (as does the variable NO_COLOR)
  --dashboard ADDRESS:PORT         the run in a browser while it goes on, e.g. 127.0.0.1:8089 (port 0: a free one)
  --prometheus ADDRESS:PORT        /metrics for Prometheus while the run goes on; may be the same address

Besides
  lsrun plugins [NAME]             what was found where; options with types, defaults, help
  lsrun report DIR                 make reports again from a run's directory
  lsrun new scenario|report NAME DIR   a plugin project that builds with one command
  lsrun --version
  lsrun --help config              every key of a config

Examples
  lsrun heavy_load -s http://10.0.0.5:8800
  lsrun --config configs/heavy_load.toml --time-scale 60
  lsrun light_load --explain --set limits.chat=60/min

Exit codes: 0 all thresholds hold, 99 some crossed, 2 usage or config, 3 plugin refused, 4 target not reachable,
5 target lost, 6 run not valid, 70 internal error, 130 interrupted
)";

}  // namespace

std::string help(const std::string& topic) {
  if (topic == "config") return config::help_text();
  if (topic.empty() || topic == "run" || topic == "plugins" || topic == "report" || topic == "new") return commands;
  return {};
}

std::string version_text() {
  return "lsrun " LSRUN_VERSION " (plugin ABI " + std::to_string(LSRUN_ABI_MAJOR) + "." +
         std::to_string(LSRUN_ABI_MINOR) + ")";
}

}  // namespace lsrun::cli
