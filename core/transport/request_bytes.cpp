// RFC 9112 section 3 and 5: request line and fields. What a caller gives is checked, what the settings give is trusted.
#include "transport/request_bytes.hpp"

#include <charconv>
#include <cstring>

#include "model/http_words.hpp"

namespace lsrun::transport {

using model::is_field_value;
using model::is_name;
using model::is_request_target;
using model::is_token;

namespace {

const char* refusal(const request& r) {
  if (!is_token(r.method)) return "not sent: the method is not a word of HTTP";
  if (!r.target.empty() && r.target[0] != '/') return "not sent: the request's target does not begin with '/'";
  if (!is_request_target(r.target))
    return "not sent: the request's target has a space or control character; percent-encode it";
  for (std::size_t i = 0; i < r.header_count; ++i) {
    const header_view& h = r.headers[i];
    if (!is_token(h.name)) return "not sent: a header's name is not a word of HTTP";
    if (!is_field_value(h.value)) return "not sent: a header's value has a line break or control character";
    if (is_name(h.name, "content-length") || is_name(h.name, "transfer-encoding"))
      return "not sent: Content-Length and Transfer-Encoding are set by lsrun";
  }
  return nullptr;
}

bool takes_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

// Writes parts one after the other into room that is known to suffice.
struct cursor {
  char* at;
  cursor& operator<<(std::string_view part) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
    return *this;
  }
};

// Writes a number into the place of one with as many digits; false if it has not as many.
[[gnu::noinline]] bool replace_any_digits(char* to, std::size_t digits, std::size_t number) {
  char text[20];
  const char* const end = std::to_chars(text, text + sizeof text, number).ptr;
  if (static_cast<std::size_t>(end - text) != digits) return false;
  std::memcpy(to, text, digits);
  return true;
}
inline bool replace_digits(char* to, std::size_t digits, std::size_t number) {
  if (digits != 3 || number < 100 || number > 999) return replace_any_digits(to, digits, number);
  const auto n = static_cast<std::uint32_t>(number);  // as most bodies have
  const std::uint32_t tens = n / 10, hundreds = n / 100;
  to[0] = static_cast<char>('0' + hundreds);
  to[1] = static_cast<char>('0' + tens - hundreds * 10);
  to[2] = static_cast<char>('0' + n - tens * 10);
  return true;
}

}  // namespace

const char* write_request(byte_buffer& out, const settings& s, const request& r, request_layout* where) {
  if (const char* why = r.checked ? nullptr : refusal(r)) return why;
  constexpr std::size_t fixed = 96;  // the literals below and twenty digits
  const std::string_view headers = s.addresses[r.address].headers;
  std::size_t room = r.method.size() + s.base_path.size() + r.target.size() + headers.size() + r.body.size() + fixed;
  for (std::size_t i = 0; i < r.header_count; ++i) room += r.headers[i].name.size() + r.headers[i].value.size() + 4;
  char* const begin = out.reset(room);
  cursor c{begin};
  const auto here = [&] { return static_cast<std::size_t>(c.at - begin); };
  request_layout at;
  c << r.method << " " << s.base_path;
  at.target = here();
  c << r.target;
  if (r.target.empty() && s.base_path.empty()) c << "/";
  c << " HTTP/1.1\r\n";
  at.headers = here();
  c << headers;
  if (!s.keep_alive) c << "Connection: close\r\n";
  at.fields = here();
  for (std::size_t i = 0; i < r.header_count; ++i) c << r.headers[i].name << ": " << r.headers[i].value << "\r\n";
  if (!r.body.empty() || takes_body(r.method)) {
    c << "Content-Length: ";
    at.length = here();
    c.at = std::to_chars(c.at, c.at + 20, r.body.size()).ptr;
    at.digits = here() - at.length;
    c << "\r\n";
  }
  c << "\r\n" << r.body;
  out.resize(here());
  if (where != nullptr) *where = at;
  return nullptr;
}

bool request_text::replace_address(const settings& s, std::uint32_t address) {
  const std::string_view headers = s.addresses[address].headers;
  const std::size_t old = s.addresses[address_].headers.size();
  if (headers.size() != old) {
    const std::size_t size = bytes_.size() - old + headers.size();
    if (size > bytes_.capacity()) return false;
    char* const from = bytes_.data() + where_.headers;
    std::memmove(from + headers.size(), from + old, bytes_.size() - where_.headers - old);
    where_.fields += headers.size() - old;  // which may go below 0 and comes back
    where_.length += headers.size() - old;
    bytes_.resize(size);
  }
  std::memcpy(bytes_.data() + where_.headers, headers.data(), headers.size());
  address_ = address;
  return true;
}

// Of two requests with the same words from the same address, nothing but the body and its length differs.
bool request_text::replace_body(std::uint32_t address, std::string_view body) {
  const std::size_t size = bytes_.size() - body_size_ + body.size();
  if (address != address_ || size > bytes_.capacity()) return false;
  char* const to = bytes_.data();
  if (body.size() != body_size_) {
    if (body.empty()) return false;  // then there may be no Content-Length
    if (!replace_digits(to + where_.length, where_.digits, body.size())) return false;
  }
  if (!body.empty()) std::memcpy(to + bytes_.size() - body_size_, body.data(), body.size());
  bytes_.resize(size);
  body_size_ = body.size();
  return true;
}

const char* request_text::write(const settings& s, const request& r) {
  method_size_ = r.method.size();
  target_size_ = r.target.size();
  header_count_ = r.header_count;
  body_size_ = r.body.size();
  address_ = r.address;
  is_head_ = r.method == "HEAD";
  source_ = nullptr;
  const char* const why = write_request(bytes_, s, r, &where_);
  if (why != nullptr) free();
  return why;
}

}  // namespace lsrun::transport
