// What a Prometheus server would ask of the target: text format 0.0.4.
#pragma once

#include <string>

#include "world.hpp"

namespace lstarget {

// Its process (resident memory, processor time, open files), its counted requests by operation and status, those under
// way, its sessions and connections. What the kernel does not tell is left out. Thread-safe.
std::string metrics_text(world&);

}  // namespace lstarget
