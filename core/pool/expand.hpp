// From the config's entries ("10.0.0.7", "fd00::/64", "10.0.0.1-10.0.0.50") to the pool's client addresses. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "pool/address.hpp"
#include "pool/identity.hpp"

namespace lsrun::pool {

struct address_range {
  address first, last;  // of one family, both usable
  std::string text;     // as written
  std::uint64_t size() const { return count_between(first, last); }
};

// One entry: an address, a CIDR range, or two addresses of one family joined by "-". Of a CIDR range the network's own
// address is left out, and in IPv4 the broadcast address, unless that leaves fewer than two (/31, /32; /127, /128).
// Bits of the address beyond the prefix do not matter.
model::result<address_range> parse_entry(std::string_view);

// `count` addresses, taken from the entries in turn (first of each, second of each ...) until one runs out, then from
// the others. `bound`: they get a source address to bind; `forwarded`: the header is sent. Errors: an entry that is no
// address or range, entries that overlap, more addresses asked for than there are, none asked for.
model::result<std::vector<identity>> expand(std::uint32_t count, const std::vector<std::string>& entries, bool bound,
                                            bool forwarded);

}  // namespace lsrun::pool
