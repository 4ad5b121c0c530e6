// System calls of a connection's beginning, in the order that keeps source ports for connect() to choose.
#include "transport/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lsrun::transport {

namespace {

socklen_t length_of(const sockaddr_storage& a) {
  return a.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

const sockaddr* plain(const sockaddr_storage& a) { return reinterpret_cast<const sockaddr*>(&a); }

in_port_t port_of(const sockaddr_storage& a) {
  return ntohs(a.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(a).sin6_port
                                       : reinterpret_cast<const sockaddr_in&>(a).sin_port);
}

opened_socket failed(int fd, const char* step, bool at_bind = false) {
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return {-1, false, error, step, at_bind};
}

// The first port that the kernel picks for itself: the target's must be one of those for a socket to meet itself.
in_port_t lowest_picked_port() {
  static const in_port_t lowest = [] {
    unsigned port = 1024;
    if (std::FILE* f = std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re")) {
      if (std::fscanf(f, "%u", &port) != 1) port = 1024;
      std::fclose(f);
    }
    return static_cast<in_port_t>(port);
  }();
  return lowest;
}

bool met_itself(int fd, const sockaddr_storage& target) {
  if (port_of(target) < lowest_picked_port()) return false;
  sockaddr_storage own{};
  socklen_t length = sizeof own;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &length) < 0 || port_of(own) != port_of(target)) return false;
  return host_of(own) == host_of(target);
}

}  // namespace

opened_socket open_socket(const sockaddr_storage& target, const address_settings& from) {
  const int fd = socket(target.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed(fd, "no socket");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (from.bound) {
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, plain(from.bind), length_of(from.bind)) < 0)
      return failed(fd, "the source address cannot be bound", true);
  }
  if (connect(fd, plain(target), length_of(target)) == 0) return {fd, true};
  if (errno == EINPROGRESS) return {fd, false};
  return failed(fd, "cannot connect");
}

int connect_result(int fd, const sockaddr_storage& target) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error == 0 && met_itself(fd, target) ? ECONNREFUSED : error;
}

std::string host_of(const sockaddr_storage& a) {
  char text[INET6_ADDRSTRLEN] = "";
  if (a.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(a).sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(a).sin_addr, text, sizeof text);
  }
  return text;
}

std::string text_of(const sockaddr_storage& a) {
  const std::string port = ":" + std::to_string(port_of(a));
  return a.ss_family == AF_INET6 ? "[" + host_of(a) + "]" + port : host_of(a) + port;
}

std::string words_of(int error) {
  char text[128] = "";
  const char* words = strerror_r(error, text, sizeof text);
  const char* name = strerrorname_np(error);
  return std::string(words) + " (" + (name != nullptr ? name : std::to_string(error)) + ")";
}

std::string text_of(time::span s) {
  char text[48];
  if (s >= time::second) {
    std::snprintf(text, sizeof text, "%.4gs", time::seconds(s));
  } else {
    std::snprintf(text, sizeof text, "%.4gms", time::seconds(s) * 1e3);
  }
  return text;
}

}  // namespace lsrun::transport
