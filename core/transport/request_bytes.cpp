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
using model::same_bytes;

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
  c << " HTTP/1.1\r\n" << headers;
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

bool request_text::same_words(const request& r) const {
  const char* const b = bytes_.data();
  if (r.method.size() != method_size_ || r.target.size() != target_size_ || r.header_count != header_count_ ||
      b == nullptr || !same_bytes(r.method.data(), b, method_size_) ||
      !same_bytes(r.target.data(), b + where_.target, target_size_))
    return false;
  const char* p = b + where_.fields;
  const char* const end = b + bytes_.size();
  for (std::size_t i = 0; i < header_count_; ++i) {
    const auto [name, value] = r.headers[i];
    if (static_cast<std::size_t>(end - p) < name.size() + value.size() + 4 ||
        !same_bytes(p, name.data(), name.size()) || std::memcmp(p + name.size(), ": ", 2) != 0 ||
        !same_bytes(p + name.size() + 2, value.data(), value.size()))
      return false;
    p += name.size() + value.size() + 2;
    if (std::memcmp(p, "\r\n", 2) != 0) return false;
    p += 2;
  }
  return true;
}

// Of two requests with the same words from the same address, nothing but the body and its length differs.
bool request_text::replace_body(const request& r) {
  char digits[20];
  const auto n = static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, r.body.size()).ptr - digits);
  const std::size_t size = bytes_.size() - body_size_ + r.body.size();
  if (n != where_.digits || size > bytes_.capacity()) return false;
  char* const to = bytes_.data();
  std::memcpy(to + where_.length, digits, n);
  if (!r.body.empty()) std::memcpy(to + bytes_.size() - body_size_, r.body.data(), r.body.size());
  bytes_.resize(size);
  body_size_ = r.body.size();
  return true;
}

const char* request_text::write(const settings& s, const request& r, bool same) {
  if (same && r.address == address_ && replace_body(r)) return nullptr;
  method_size_ = r.method.size();
  target_size_ = r.target.size();
  header_count_ = r.header_count;
  body_size_ = r.body.size();
  address_ = r.address;
  const char* const why = write_request(bytes_, s, r, &where_);
  if (why != nullptr) free();
  return why;
}

}  // namespace lsrun::transport
