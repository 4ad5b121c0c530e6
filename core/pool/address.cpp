// IP addresses as numbers.
#include "pool/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace lsrun::pool {

namespace {

std::uint64_t number(const unsigned char* bytes, int count) {
  std::uint64_t n = 0;
  for (int i = 0; i < count; ++i) n = n << 8 | bytes[i];
  return n;
}

void store(std::uint64_t n, unsigned char* bytes, int count) {
  for (int i = count; i-- > 0; n >>= 8) bytes[i] = static_cast<unsigned char>(n & 0xff);
}

in6_addr bytes_of(const address& a) {
  in6_addr bytes{};
  store(a.high, bytes.s6_addr, 8);
  store(a.low, bytes.s6_addr + 8, 8);
  return bytes;
}

}  // namespace

std::optional<address> parse_address(std::string_view text) {
  const std::string terminated(text);
  if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
  unsigned char bytes[16];
  if (inet_pton(AF_INET, terminated.c_str(), bytes) == 1) return address{AF_INET, 0, number(bytes, 4)};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes) == 1)
    return address{AF_INET6, number(bytes, 8), number(bytes + 8, 8)};
  return std::nullopt;
}

std::string text_of(const address& a) {
  char text[INET6_ADDRSTRLEN] = "";
  if (a.family == AF_INET) {
    unsigned char bytes[4];
    store(a.low, bytes, 4);
    inet_ntop(AF_INET, bytes, text, sizeof text);
  } else {
    const in6_addr bytes = bytes_of(a);
    inet_ntop(AF_INET6, &bytes, text, sizeof text);
  }
  return text;
}

sockaddr_storage socket_address(const address& a) {
  sockaddr_storage storage{};
  if (a.family == AF_INET) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(a.low));
    std::memcpy(&storage, &in, sizeof in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_addr = bytes_of(a);
    std::memcpy(&storage, &in, sizeof in);
  }
  return storage;
}

address advanced(address a, std::uint64_t steps) {
  a.low += steps;
  if (a.low < steps) ++a.high;
  return a;
}

std::uint64_t count_between(const address& first, const address& last) {
  if (first.family != last.family || last < first) return 0;
  const std::uint64_t low = last.low - first.low;
  const std::uint64_t high = last.high - first.high - (last.low < first.low ? 1 : 0);
  return high != 0 || low == UINT64_MAX ? UINT64_MAX : low + 1;
}

bool is_private(const address& a) {
  if (a.family == AF_INET)
    return a.low >> 24 == 127 || a.low >> 24 == 10 || a.low >> 20 == 0xac1 || a.low >> 16 == 0xc0a8 ||
           a.low >> 16 == 0xa9fe;
  if (a.high == 0 && a.low >> 32 == 0xffff) return is_private(address{AF_INET, 0, a.low & 0xffffffff});
  if (a.high == 0 && a.low == 1) return true;
  return a.high >> 57 == 0xfc >> 1 || a.high >> 54 == 0xfe80 >> 6;
}

bool is_private(std::string_view text) {
  const auto a = parse_address(text);
  return a && is_private(*a);
}

}  // namespace lsrun::pool
