// The synchronous chat API: one POST a message, its reply in an envelope that is always HTTP 200.
#pragma once

#include "world.hpp"

namespace lstarget {

// POST /sessions/chat. `address` is the client's. Thread-safe.
exchange chat(world&, const request&, const std::string& address, instant now);

}  // namespace lstarget
