// Only what a load target's URL may have: scheme, host, port, path.
#include "config/url.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

#include "pool/address.hpp"

namespace lsrun::config {
namespace {

using model::error;

// Neither of a private network nor the unspecified address, which means this machine.
bool is_public_address(const lsrun::pool::address& a) {
  const bool unspecified = a.high == 0 && (a.family == AF_INET6 ? a.low == 0 : a.low < (1u << 24));
  return !unspecified && !lsrun::pool::is_private(a);
}

std::uint64_t eight_bytes(const std::uint8_t* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// Takes "host:port" apart; `port` keeps its colon. Returns what is wrong, to be put behind the URL.
std::string split_host(std::string_view rest, std::string& host, std::string_view& port) {
  if (!rest.empty() && rest.front() == '[') {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return " has an opening bracket without its closing one";
    host = rest.substr(1, end - 1);
    if (const auto parsed = lsrun::pool::parse_address(host); !parsed || parsed->family != AF_INET6)
      return ": `" + host + "` is not an IPv6 address";
    port = rest.substr(end + 1);
    return port.empty() || port.front() == ':' ? "" : " has text between host and port";
  }
  const auto end = rest.find(':');
  host = rest.substr(0, end);
  if (end != std::string_view::npos) port = rest.substr(end);
  if (port.find(':', 1) != std::string_view::npos) return ": an IPv6 address stands in brackets, \"http://[::1]:8800\"";
  for (const char c : host)
    if (!host_character(c)) return ": `" + host + "` is not a host name";
  return {};
}

bool read_port(std::string_view text, std::uint16_t& port) {
  unsigned number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size() || number < 1 || number > 65535) return false;
  port = static_cast<std::uint16_t>(number);
  return true;
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
  if (const auto wrong = split_host(rest, u.host, port); !wrong.empty()) return error{shown + wrong};
  if (u.host.empty()) return error{shown + " has no host" + example};
  u.port = u.scheme == "https" ? 443 : 80;
  if (!port.empty() && !read_port(port.substr(1), u.port))
    return error{shown + ": `" + std::string(port.substr(1)) + "` is not a port, 1 to 65535"};
  return u;
}

model::result<http_place> parse_metrics_url(std::string_view text, const target& t) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '#')
      return error{"\"" + std::string(text) + "\" has a space, a fragment or a character outside ASCII"};
  if (text.starts_with('/')) return http_place{t.scheme, t.host, t.port, t.base_path + std::string(text)};
  const auto query = std::min(text.size(), text.find('?'));
  const auto parsed = parse_url(text.substr(0, query));
  if (!parsed) return error{parsed.error_text()};
  const auto host = text.find("://") + 3;
  const auto slash = text.find('/', host);
  std::string path = slash < query ? std::string(text.substr(slash, query - slash)) : "/";
  if (path == "/") path = "/metrics";
  return http_place{parsed->scheme, parsed->host, parsed->port, path + std::string(text.substr(query))};
}

bool is_public(const sockaddr& socket) {
  lsrun::pool::address address;
  if (socket.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &socket, sizeof v4);
    address.low = ntohl(v4.sin_addr.s_addr);
  } else if (socket.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &socket, sizeof v6);
    address = {AF_INET6, eight_bytes(v6.sin6_addr.s6_addr), eight_bytes(v6.sin6_addr.s6_addr + 8)};
  } else {
    return false;
  }
  return is_public_address(address);
}

std::optional<bool> is_public(std::string_view literal) {
  const auto address = lsrun::pool::parse_address(literal);
  if (!address) return std::nullopt;
  return is_public_address(*address);
}

std::string public_target_text(std::string_view what) {
  return std::string(what) + " is a public address, neither this machine nor a private network";
}

}  // namespace lsrun::config
