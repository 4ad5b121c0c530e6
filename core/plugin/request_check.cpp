#include "plugin/request_check.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace lsrun::plugin {
namespace {

bool lacks_pointer(const lsrun_str& s) { return s.len > 0 && s.ptr == nullptr; }

constexpr std::array<bool, 256> token_bytes = [] {  // RFC 9110, 5.6.2
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool token(std::string_view text) {
  bool good = !text.empty();
  for (const char c : text) good &= token_bytes[static_cast<unsigned char>(c)];
  return good;
}

// Any byte that is not above `limit`, or is 0x7f? Eight at a time: a target is looked at for every request.
bool has_low_byte(const char* p, std::size_t n, unsigned char limit) {
  constexpr std::uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
  const auto below = [](std::uint64_t v, std::uint64_t bound) { return (v - ones * bound) & ~v & highs; };
  const auto found = [&](const char* at) {
    std::uint64_t v = 0;
    std::memcpy(&v, at, 8);
    return below(v, limit + 1u) | below(v ^ (ones * 0x7f), 1);
  };
  if (n >= 8) {
    const char* const last = p + n - 8;
    for (; p < last; p += 8)
      if (found(p) != 0) return true;
    return found(last) != 0;
  }
  for (; n > 0; ++p, --n)
    if (static_cast<unsigned char>(*p) <= limit || *p == 0x7f) return true;
  return false;
}

bool same_name(std::string_view name, std::string_view small) {
  if (name.size() != small.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((static_cast<unsigned char>(name[i]) | 0x20u) != static_cast<unsigned char>(small[i])) return false;
  return true;
}

const char* wrong_with_headers(const lsrun_http_request& q) {
  if (q.header_count > 0 && !q.headers) return "headers is NULL";
  for (std::uint32_t i = 0; i < q.header_count; ++i) {
    const auto& h = q.headers[i];
    if (lacks_pointer(h.name) || lacks_pointer(h.value)) return "a header's text is NULL";
    if (!token({h.name.ptr ? h.name.ptr : "", h.name.len})) return "a header's name is not a token (RFC 9110)";
    const std::string_view name(h.name.ptr, h.name.len);
    if (same_name(name, "content-length") || same_name(name, "transfer-encoding"))
      return "Content-Length and Transfer-Encoding are set by lsrun";
    if (!has_low_byte(h.value.ptr, h.value.len, 0x1f)) continue;  // most often
    for (std::size_t k = 0; k < h.value.len; ++k)
      if (const auto c = static_cast<unsigned char>(h.value.ptr[k]); (c < 0x20 && c != '\t') || c == 0x7f)
        return "a header's value has a line break or another control character in it";
  }
  return nullptr;
}

}  // namespace

const char* wrong_with(const lsrun_http_request& q) {
  if (!q.done) return "done is NULL";
  if (lacks_pointer(q.method) || lacks_pointer(q.target) || lacks_pointer(q.body)) return "a text is NULL";
  const auto usual = [&](std::string_view m) { return m == std::string_view(q.method.ptr, q.method.len); };
  if (!usual("POST") && !usual("GET") && !token({q.method.ptr ? q.method.ptr : "", q.method.len}))
    return "method is not a token (RFC 9110)";
  if (q.target.len == 0 || q.target.ptr[0] != '/') return "target does not begin with `/`";
  if (has_low_byte(q.target.ptr, q.target.len, ' ')) return "target has a blank or a control character in it";
  if (q.on_event && !(q.flags & LSRUN_HTTP_SSE)) return "on_event needs the flag LSRUN_HTTP_SSE";
  if ((q.flags & LSRUN_HTTP_SSE) && !q.on_event) return "the flag LSRUN_HTTP_SSE needs on_event";
  return wrong_with_headers(q);
}

}  // namespace lsrun::plugin
