// TCP sockets towards the target, and what their errors are called.
#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

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

// The system calls themselves: around each, send() and recv() of glibc switch the thread's cancellation on and off, of
// which nothing here makes use.
inline ssize_t send_bytes(int fd, const char* from, std::size_t size) {
  return syscall(SYS_sendto, fd, from, size, MSG_NOSIGNAL, nullptr, 0);
}
inline ssize_t receive_bytes(int fd, char* to, std::size_t room) {
  return syscall(SYS_recvfrom, fd, to, room, 0, nullptr, nullptr);
}

// "127.0.0.1:80", "[::1]:80"
std::string text_of(const sockaddr_storage&);
// The address alone, without port and brackets.
std::string host_of(const sockaddr_storage&);
// "connection refused (ECONNREFUSED)"
std::string words_of(int error);
// "5s", "250ms", "1.5s"
std::string text_of(time::span);

}  // namespace lsrun::transport
