// Only what a load target's URL may have: scheme, host, port, path.
#include "config/url.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

namespace lsrun::config {
namespace {

using model::error;

bool is_public_v4(std::uint32_t address) {  // host byte order
  const auto in = [&](std::uint32_t net, int bits) { return (address >> (32 - bits)) == (net >> (32 - bits)); };
  return !(in(0x00000000, 8) || in(0x7f000000, 8) || in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16) ||
           in(0xa9fe0000, 16));
}

bool is_public_v6(const std::array<std::uint8_t, 16>& a) {
  bool zeros = true;  // the first 10 bytes
  for (std::size_t i = 0; i < 10; ++i) zeros = zeros && a[i] == 0;
  if (zeros && a[10] == 0xff && a[11] == 0xff)
    return is_public_v4(static_cast<std::uint32_t>(a[12]) << 24 | static_cast<std::uint32_t>(a[13]) << 16 |
                        static_cast<std::uint32_t>(a[14]) << 8 | a[15]);
  if (zeros && a[10] == 0 && a[11] == 0 && a[12] == 0 && a[13] == 0 && a[14] == 0 && a[15] <= 1) return false;
  if ((a[0] & 0xfeu) == 0xfc) return false;          // unique local
  return !(a[0] == 0xfe && (a[1] & 0xc0u) == 0x80);  // link-local
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

model::result<url> parse_url(std::string_view text) {
  const std::string shown = "\"" + std::string(text) + "\"";
  const std::string example = "; write for example \"http://127.0.0.1:8800\"";
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return error{shown + " has no scheme" + example};
  url u;
  u.scheme = text.substr(0, colon);
  if (u.scheme != "http" && u.scheme != "https")
    return error{shown + " has the scheme `" + u.scheme + "`, but lsrun speaks http and https only"};
  auto rest = text.substr(colon + 3);
  if (rest.find_first_of("?#") != std::string_view::npos)
    return error{shown + " has a query or fragment; the scenario adds those, write scheme, host, port and base path"};
  for (const char c : rest)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return error{shown + " has a space or a character outside ASCII"};
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos) {
    u.base_path = rest.substr(slash);
    while (!u.base_path.empty() && u.base_path.back() == '/') u.base_path.pop_back();
    rest = rest.substr(0, slash);
  }
  if (rest.find('@') != std::string_view::npos)
    return error{"the URL holds a user name or password; put it into [target] headers, from the environment"};
  std::string_view port;
  if (!rest.empty() && rest.front() == '[') {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return error{shown + " has an opening bracket without its closing one"};
    u.host = rest.substr(1, end - 1);
    in6_addr parsed{};
    if (inet_pton(AF_INET6, u.host.c_str(), &parsed) != 1)
      return error{shown + ": `" + u.host + "` is not an IPv6 address"};
    port = rest.substr(end + 1);
    if (!port.empty() && port.front() != ':') return error{shown + " has text between host and port"};
  } else {
    const auto end = rest.find(':');
    u.host = rest.substr(0, end);
    if (end != std::string_view::npos) port = rest.substr(end);
    if (port.find(':', 1) != std::string_view::npos)
      return error{shown + ": an IPv6 address stands in brackets, \"http://[::1]:8800\""};
    for (const char c : u.host)
      if (!host_character(c)) return error{shown + ": `" + u.host + "` is not a host name"};
  }
  if (u.host.empty()) return error{shown + " has no host" + example};
  u.port = u.scheme == "https" ? 443 : 80;
  if (!port.empty()) {
    port.remove_prefix(1);
    unsigned number = 0;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc{} || end != port.data() + port.size() || number < 1 || number > 65535)
      return error{shown + ": `" + std::string(port) + "` is not a port, 1 to 65535"};
    u.port = static_cast<std::uint16_t>(number);
  }
  return u;
}

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_public_v6(bytes);
  }
  return false;
}

std::optional<bool> is_public(std::string_view literal) {
  const std::string text(literal);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return is_public_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return is_public_v6(v6);
  return std::nullopt;
}

std::string public_target_text(std::string_view what) {
  return std::string(what) + " is a public address, neither this machine nor a private network";
}

}  // namespace lsrun::config
