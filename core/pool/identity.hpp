// One client address of the IP pool: what the target is to see.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

namespace lsrun::pool {

struct identity {
  std::string text;                      // "10.0.0.7" or "fd00::7": its name in reports, and the header's value
  std::optional<sockaddr_storage> bind;  // the source address to bind, port 0; none: the system's choice
  bool forwarded = true;                 // is the header sent?
};

}  // namespace lsrun::pool
