// `lsrun --config X --debug-session`: one session, every exchange printed.
#include "run/debug_session.hpp"

#include "commands.hpp"
#include "model/exit_code.hpp"

namespace lsrun::cli {

int debug_session_command(const command_line& line) {
  auto plan = load_plan(line);
  return plan ? run::debug_session(std::move(*plan)) : model::exit_usage;
}

}  // namespace lsrun::cli
