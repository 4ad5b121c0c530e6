// Listens, spreads connections over threads, ends on SIGTERM and SIGINT.
#pragma once

#include "world.hpp"

namespace lstarget {

// Prints "READY url=... agent_id=... pid=..." on stdout once it listens, and serves until a signal. Throws
// std::runtime_error with what to do about it if it cannot listen or read its certificate.
void run_server(world&);

}  // namespace lstarget
