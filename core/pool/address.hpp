// IP addresses as numbers: what the pool's ranges are counted in. Pure; both families in one type.
#pragma once

#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lsrun::pool {

struct address {
  int family = AF_INET;                              // AF_INET or AF_INET6
  std::uint64_t high = 0;                            // IPv6: the first eight bytes; IPv4: 0
  std::uint64_t low = 0;                             // IPv6: the last eight; IPv4: the four bytes
  auto operator<=>(const address&) const = default;  // IPv4 before IPv6, then by number
};

// "10.0.0.7" or "fd00::7", without brackets, port, prefix or zone; nullopt for anything else.
std::optional<address> parse_address(std::string_view);
// The canonical text: RFC 5952 for IPv6.
std::string text_of(const address&);
// A socket address with port 0.
sockaddr_storage socket_address(const address&);
// `a` moved up by `steps`; the caller sees to it that it does not pass the family's last address.
address advanced(address a, std::uint64_t steps);
// How many addresses lie from `first` to `last`, both counted; UINT64_MAX if there are more.
std::uint64_t count_between(const address& first, const address& last);

// Is it an address that no other network knows: loopback, private (RFC 1918, RFC 4193) or link-local? IPv4 inside IPv6
// (::ffff:a.b.c.d) counts as IPv4.
bool is_private(const address&);
// The same of text; false if it is no address.
bool is_private(std::string_view text);

}  // namespace lsrun::pool
