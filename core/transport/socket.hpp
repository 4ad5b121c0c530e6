// TCP sockets towards the target, and what their errors are called.
#pragma once

#include "transport/client.hpp"

namespace lsrun::transport {

struct opened_socket {
  int fd = -1;             // non-blocking, closed by exec; -1: see error
  bool connected = false;  // at once, as happens on loopback; else wait until it is writable
  int error = 0;           // errno
  const char* step = "";   // what failed
  bool at_bind = false;
};

// Opens a socket, binds it to the address if that is asked for, and begins to connect it to the target.
opened_socket open_socket(const sockaddr_storage& target, const address_settings&);

// The outcome of a connect that has come to its end: 0 or an errno. A socket that met itself (possible on loopback when
// nobody listens on a port of the ephemeral range) counts as refused.
int connect_result(int fd, const sockaddr_storage& target);

// "127.0.0.1:80", "[::1]:80"
std::string text_of(const sockaddr_storage&);
// The address alone, without port and brackets.
std::string host_of(const sockaddr_storage&);
// "connection refused (ECONNREFUSED)"
std::string words_of(int error);
// "5s", "250ms", "1.5s"
std::string text_of(time::span);

}  // namespace lsrun::transport
