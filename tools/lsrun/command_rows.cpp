// The commands, and what else a manual page lists. Their order is that of the help.
#include "model/exit_code.hpp"
#include "options.hpp"

namespace lsrun::cli {
namespace {

using text = const std::string&;

constexpr command_row rows[] = {
    // clang-format off
    {"run", action::run,
     {{{"NAME", false, offer::test, [](command_line& l, text v) { l.test = v; }}, {}, {}}},
     "run a named test, or with --config a config of your own; the word `run` may be left out",
     "Named tests are found as NAME.toml in ./configs, in the directories of LSRUN_CONFIG_PATH, and beside lsrun. A name that ends in "
     ".toml is a file. The run's directory, results/NAME-UTC_TIME, holds its reports, its log and its journal; results/latest links "
     "to the newest.",
     "", {"lsrun heavy_load -s http://10.0.0.5:8800", "lsrun --config configs/heavy_load.toml --time-scale 60",
          "lsrun light_load --explain --set limits.chat=60/min"}},
    {"plugins", action::plugins,
     {{{"NAME", false, offer::plugin, [](command_line& l, text v) { l.plugin = v; }}, {}, {}}},
     "what was found where; options with types, defaults, help",
     "Plugins are looked for in plugins.path of the config that is named (else in ./plugins), in the directories of LSRUN_PLUGIN_PATH, "
     "and beside lsrun.",
     "", {"lsrun plugins", "lsrun plugins chat_sync", "lsrun plugins --schema"}},
    {"report", action::report,
     {{{"DIR", true, offer::directory, [](command_line& l, text v) { l.directory = v; }}, {}, {}}},
     "make reports again from a run's directory",
     "From the run's journal, also after a crash. Without --report those that the run itself wrote.",
     "`lsrun report` needs the directory of a run, such as results/latest",
     {"lsrun report results/latest", "lsrun report results/latest --report html markdown", ""}},
    {"new", action::new_project,
     {{{"scenario|report", true, offer::words, [](command_line& l, text v) { l.kind = v; }},
       {"NAME", true, offer::nothing, [](command_line& l, text v) { l.name = v; }},
       {"DIR", true, offer::directory, [](command_line& l, text v) { l.directory = v; }}}},
     "a plugin project that builds with one command",
     "Writes CMakeLists.txt, NAME.cpp and README.md into DIR, which is made if it is not there; overwrites nothing.",
     "write `lsrun new scenario NAME DIR` or `lsrun new report NAME DIR`",
     {"lsrun new scenario my_chat /tmp/my_chat", "lsrun new report my_format /tmp/my_format", ""}},
    {"schema", action::schema,
     {{{"config|report", true, offer::words, [](command_line& l, text v) { l.kind = v; }}, {}, {}}},
     "the JSON Schema of a config, for editors, or of report.json",
     "A config's schema has the options of the plugins that are found; editors use it where the config's first line is #:schema with "
     "the schema's path.",
     "write `lsrun schema config` or `lsrun schema report`",
     {"lsrun schema config", "lsrun schema report", ""}},
    {"completion", action::completion,
     {{{"bash|zsh|fish", true, offer::words, [](command_line& l, text v) { l.kind = v; }}, {}, {}}},
     "a script that makes this shell complete lsrun's words",
     "bash: source <(lsrun completion bash) in ~/.bashrc. zsh: lsrun completion zsh > _lsrun in a directory of $fpath, before compinit. "
     "fish: lsrun completion fish > ~/.config/fish/completions/lsrun.fish.",
     "write `lsrun completion bash`, `lsrun completion zsh` or `lsrun completion fish`",
     {"lsrun completion bash", "lsrun completion zsh", "lsrun completion fish"}},
    {"help", action::help,
     {{{"TOPIC", false, offer::topic, [](command_line& l, text v) { l.name = v; }}, {}, {}}},
     "on a command, an option, `config` (every key), a table or key of it, or `all`", "", "",
     {"lsrun help config", "lsrun help --set", "lsrun help sessions.think_time"}},
    // clang-format on
};

constexpr exit_row exits[] = {
    {model::exit_passed, "all thresholds hold"},
    {model::exit_crossed, "some are crossed"},
    {model::exit_usage, "wrong command line or config; nothing was sent"},
    {model::exit_plugin_refused, "a plugin was refused; nothing was sent"},
    {model::exit_target_unreachable, "the target was not reachable at the start, or refuses load tests"},
    {model::exit_target_lost, "the target was lost during the run, or said that it refuses load tests"},
    {model::exit_not_valid, "the run is not valid: lsrun itself, or its plan's sessions, was the limit"},
    {model::exit_internal,
     "counts do not add up (an error of lsrun's, or a journal that was damaged), or a report could not be written"},
    {model::exit_interrupted, "interrupted; reports are still written"},
};

constexpr variable_row variables[] = {
    {"LSRUN_CONFIG_PATH", "directories with named tests, separated by colons; looked at after ./configs"},
    {"LSRUN_PLUGIN_PATH", "directories with plugins, separated by colons; looked at after plugins.path of the config"},
    {"NO_COLOR", "not empty: no colour"},
};

}  // namespace

std::span<const command_row> command_rows() { return rows; }
std::span<const exit_row> exit_rows() { return exits; }
std::span<const variable_row> variable_rows() { return variables; }

}  // namespace lsrun::cli
