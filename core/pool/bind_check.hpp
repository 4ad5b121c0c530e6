// Whether the addresses of the pool can really be bound on this machine, before the first request needs them.
#pragma once

#include <string>
#include <vector>

#include "pool/identity.hpp"

namespace lsrun::pool {

struct bind_failure {
  std::string address;
  std::string reason;  // what the system said, and what to do about it
};

// Binds each address that has a source address to a socket of its own, port 0, and closes it again; returns those that
// failed, in the pool's order. Identities that are only forwarded are not tried. A few microseconds each.
// [main-thread]
std::vector<bind_failure> check_bind(const std::vector<identity>&);

// What an errno of bind() or socket() means here. Pure.
std::string bind_reason(int error, const std::string& address);

}  // namespace lsrun::pool
