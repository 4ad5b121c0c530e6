// What the command line says to a run.
#pragma once

#include "cli.hpp"
#include "run/run.hpp"

namespace lsrun::cli {

run::options run_options(const command_line&);

}  // namespace lsrun::cli
