// The target's URL, and whether an address belongs to the public internet.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "model/result.hpp"

namespace lsrun::config {

struct url {
  std::string scheme, host;  // host without the brackets of an IPv6 address
  std::uint16_t port = 0;    // 80 or 443 if not written
  std::string base_path;     // "" or "/v1": no slash at its end
};
model::result<url> parse_url(std::string_view text);

// Where a target's metrics are: a URL of their own, or a path of the target (below its base path) where `text` begins
// with a slash. A URL without a path means /metrics. The target's parts are filled in.
model::result<http_place> parse_metrics_url(std::string_view text, const target&);

// Is it an address of the public internet: not loopback, not private (RFC 1918, RFC 4193), not link-local, not
// unspecified? IPv4 inside IPv6 (::ffff:a.b.c.d) counts as IPv4. Other families are not public.
bool is_public(const sockaddr&);
// The same of an address as text; nullopt if it is none (a host name).
std::optional<bool> is_public(std::string_view literal);
// Why a public target needs leave, for a problem: `what` is the address or the name with its address.
std::string public_target_text(std::string_view what);
inline constexpr std::string_view public_target_hint =
    "load tests of others' machines are attacks; if you have the owner's leave, write `authorized = true` in [target]";

}  // namespace lsrun::config
