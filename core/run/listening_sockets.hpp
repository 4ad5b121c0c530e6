// Which sockets listen on a port: asked of the kernel, so that thousands of closed connections (TIME_WAIT) cost
// nothing.
#pragma once

#include <cstdint>
#include <vector>

namespace lsrun::run {

// Inodes of the TCP sockets of this network namespace that listen on `port`, IPv4 and IPv6, in no order. By
// sock_diag(7), of which the kernel sends the listening ones alone; where that is not to be had (no permission, a
// kernel without it), from /proc/net/tcp and tcp6, which hold a line for every connection. Any thread; opens one socket
// for as long as it takes, at most 2 s if the kernel is silent.
std::vector<std::uint64_t> listening_sockets(std::uint16_t port);

}  // namespace lsrun::run
