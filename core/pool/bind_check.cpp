// Binds the pool's addresses once.
#include "pool/bind_check.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace lsrun::pool {

namespace {

// 0, or the errno of what failed. IP_FREEBIND is off on a new socket, so only addresses of this machine pass (unless
// net.ipv4.ip_nonlocal_bind is on: then the system vouches for any).
int try_bind(const sockaddr_storage& where) {
  const int fd = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const socklen_t size = where.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  const int failed = ::bind(fd, reinterpret_cast<const sockaddr*>(&where), size) == 0 ? 0 : errno;
  ::close(fd);
  return failed;
}

}  // namespace

std::string bind_reason(int error, const std::string& address) {
  const bool v6 = address.find(':') != std::string::npos;
  switch (error) {
    case EADDRNOTAVAIL:
      return "not an address of this machine; add it with `ip addr add " + address + (v6 ? "/128" : "/32") +
             " dev INTERFACE`, or use mode = \"forwarded\"";
    case EACCES:
    case EPERM:
      return "the system does not allow it (" + std::generic_category().message(error) +
             "); it may be a broadcast address, or a security policy forbids binding";
    case EAFNOSUPPORT:
      return std::string("this machine has no ") + (v6 ? "IPv6" : "IPv4") +
             "; use addresses of the other family, or mode = \"forwarded\"";
    case EINVAL:
      return "cannot be bound alone; a link-local address needs an interface, use another address";
    case EMFILE:
    case ENFILE:
      return "no file descriptor is left to try it; raise the limit with `ulimit -n`";
    default:
      return std::generic_category().message(error);
  }
}

std::vector<bind_failure> check_bind(const std::vector<identity>& pool) {
  std::vector<bind_failure> failures;
  for (const auto& one : pool)
    if (one.bind)
      if (const int error = try_bind(*one.bind); error != 0)
        failures.push_back({one.text, bind_reason(error, one.text)});
  return failures;
}

}  // namespace lsrun::pool
