// What lsrun can do: one function a command, each in a file of its own. All return the process's exit code
// (model/exit_code.hpp), print results to standard output and what is wrong to standard error. [main-thread]
#pragma once

#include <optional>

#include "cli.hpp"

namespace lsrun::cli {

int run_command(const command_line&);
int report_command(const command_line&);
int debug_session_command(const command_line&);
int list_command(const command_line&);
int check_command(const command_line&);
int explain_command(const command_line&);
int plugins_command(const command_line&);
int schema_command(const command_line&);

// The plan that the command line names, with its overrides. All problems are printed to standard error and nullopt
// returned: the exit code is then exit_usage.
std::optional<config::plan> load_plan(const command_line&);

// Prints problems of any origin as config::render does, to standard error.
void print_problems(std::vector<config::problem>);

// Is colour wanted on this stream: a terminal, no --no-color, and NO_COLOR unset or empty (no-color.org)?
bool color_wanted(const command_line&, int file_descriptor);

}  // namespace lsrun::cli
