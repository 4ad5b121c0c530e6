// Which request goes where: both APIs, health, and the target's own pages.
#pragma once

#include "world.hpp"

namespace lstarget {

// The answer to a request that is complete. Thread-safe.
exchange answer(world&, const request&, instant now);

}  // namespace lstarget
