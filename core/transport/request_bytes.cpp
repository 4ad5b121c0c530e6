// RFC 9112 section 3 and 5: request line and fields. What a caller gives is checked, what the settings give is trusted.
#include "transport/request_bytes.hpp"

#include <strings.h>

#include <array>
#include <charconv>
#include <cstring>

namespace lsrun::transport {

namespace {

// RFC 9110 section 5.6.2
constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> t{};
  for (int c = '0'; c <= '9'; ++c) t[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) t[static_cast<std::size_t>(c)] = t[static_cast<std::size_t>(c - 32)] = true;
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~")) t[c] = true;
  return t;
}();

bool is_token(std::string_view text) {
  bool good = !text.empty();
  for (unsigned char c : text) good &= token_table[c];
  return good;
}

bool is_path(std::string_view text) {
  bool good = true;
  for (unsigned char c : text) good &= c > ' ' && c != 0x7f;
  return good;
}

bool is_value(std::string_view text) {
  bool good = true;
  for (unsigned char c : text) good &= (c >= ' ' && c != 0x7f) || c == '\t';
  return good;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

const char* refusal(const request& r) {
  if (!is_token(r.method)) return "not sent: the method is not a word of HTTP";
  if (!r.target.empty() && r.target[0] != '/') return "not sent: the request's target does not begin with '/'";
  if (!is_path(r.target)) return "not sent: the request's target has a space or control character; percent-encode it";
  for (std::size_t i = 0; i < r.header_count; ++i) {
    const header_view& h = r.headers[i];
    if (!is_token(h.name)) return "not sent: a header's name is not a word of HTTP";
    if (!is_value(h.value)) return "not sent: a header's value has a line break or control character";
    if (same_name(h.name, "content-length") || same_name(h.name, "transfer-encoding"))
      return "not sent: Content-Length and Transfer-Encoding are set by lsrun";
  }
  return nullptr;
}

bool takes_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

const char* write_request(std::string& out, const settings& s, const request& r) {
  if (const char* why = refusal(r)) return why;
  const std::string_view headers = s.addresses[r.address].headers;
  std::size_t room = r.method.size() + s.base_path.size() + r.target.size() + headers.size() + r.body.size() + 96;
  for (std::size_t i = 0; i < r.header_count; ++i) room += r.headers[i].name.size() + r.headers[i].value.size() + 4;
  out.clear();
  if (out.capacity() < room) out.reserve(room);
  out.append(r.method).append(" ").append(s.base_path).append(r.target);
  if (r.target.empty() && s.base_path.empty()) out.append("/");
  out.append(" HTTP/1.1\r\n").append(headers);
  if (!s.keep_alive) out.append("Connection: close\r\n");
  for (std::size_t i = 0; i < r.header_count; ++i)
    out.append(r.headers[i].name).append(": ").append(r.headers[i].value).append("\r\n");
  if (!r.body.empty() || takes_body(r.method)) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, r.body.size()).ptr;
    out.append("Content-Length: ").append(digits, static_cast<std::size_t>(end - digits)).append("\r\n");
  }
  out.append("\r\n").append(r.body);
  return nullptr;
}

}  // namespace lsrun::transport
