// `lsrun --config X`: the config's load.
#include <unistd.h>

#include "commands.hpp"
#include "model/exit_code.hpp"
#include "run_options.hpp"

namespace lsrun::cli {

run::options run_options(const command_line& line) {
  run::options o;
  for (const std::string& word : line.words) o.command += (o.command.empty() ? "" : " ") + word;
  o.quiet = line.quiet;
  o.on_terminal = ::isatty(STDOUT_FILENO) != 0;
  o.colour = color_wanted(line, STDOUT_FILENO);
  o.version = LSRUN_VERSION;
  o.dashboard = line.dashboard;
  o.prometheus = line.prometheus;
  return o;
}

int run_command(const command_line& line) {
  auto plan = load_plan(line);
  return plan ? run::run(std::move(*plan), run_options(line)) : model::exit_usage;
}

}  // namespace lsrun::cli
