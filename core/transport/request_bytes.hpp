// A request as the bytes that go to the target, built in one pass into a buffer that is used again.
#pragma once

#include <cstring>

#include "model/word_scan.hpp"
#include "transport/byte_buffer.hpp"
#include "transport/client.hpp"

namespace lsrun::transport {

// Where the parts of a written request stand.
struct request_layout {
  std::size_t target = 0, headers = 0, fields = 0,
              length = 0;  // begin of: the caller's target, the address's headers, its own, Content-Length's digits
  std::size_t digits = 0;  // of Content-Length; 0: there is none
};

// Replaces `out` by the whole request. Returns nullptr, or why it cannot be sent: a method, target or header that would
// not arrive as one, such as one with a line break in it. `out` is then of no use. Allocates only when `out` must grow.
const char* write_request(byte_buffer& out, const settings&, const request&, request_layout* where = nullptr);

// A request that is kept as bytes by whoever may send it later or again. What the next one has in common with it is not
// written a second time.
class request_text {
 public:
  std::string_view bytes() const { return bytes_.view(); }
  std::string_view method() const { return bytes().substr(0, method_size_); }
  bool is_head() const { return is_head_; }
  std::string_view target() const { return bytes().substr(where_.target, target_size_); }
  std::string_view body() const { return bytes().substr(bytes_.size() - body_size_); }

  // The address's header lines (address_settings::headers), for changing bytes of theirs in place.
  char* address_headers() { return bytes_.data() + where_.headers; }

  // Has a request the method, target and headers of the one that is kept? header(i): the i-th as a header_view.
  template <class Headers>
  bool same_words(std::string_view method, std::string_view target, std::size_t headers, Headers header) const {
    using model::same_bytes;
    const char* const b = bytes_.data();
    if (method.size() != method_size_ || target.size() != target_size_ || headers != header_count_ || b == nullptr ||
        !same_bytes(method.data(), b, method.size()) || !same_bytes(target.data(), b + where_.target, target.size()))
      return false;
    const char* p = b + where_.fields;
    const char* const end = b + bytes_.size();
    for (std::size_t i = 0; i < headers; ++i) {
      const header_view h = header(i);
      if (static_cast<std::size_t>(end - p) < h.name.size() + h.value.size() + 4) return false;
      if (!same_bytes(p, h.name.data(), h.name.size()) || std::memcmp(p + h.name.size(), ": ", 2) != 0) return false;
      p += h.name.size() + 2;
      if (!same_bytes(p, h.value.data(), h.value.size()) || std::memcmp(p + h.value.size(), "\r\n", 2) != 0)
        return false;
      p += h.value.size() + 2;
    }
    return true;
  }
  bool same_words(const request& r) const {
    return same_words(r.method, r.target, r.header_count, [&r](std::size_t i) { return r.headers[i]; });
  }
  std::uint32_t address() const { return address_; }
  // Makes it a request of another address with the same words. False, and it is as it was, if that cannot be done in
  // place.
  bool replace_address(const settings&, std::uint32_t address);
  // Of a request with the same words: puts its body in the place of the one that is kept. False, and nothing of what is
  // kept is of use, if that cannot be done in place, or the address is another.
  bool replace_body(std::uint32_t address, std::string_view body);
  // Replaces it, as write_request.
  const char* write(const settings&, const request&);
  // Whose words it has, if it was told: whoever keeps a request for many sends need not compare them.
  const void* source() const { return source_; }
  void set_source(const void* words) { source_ = words; }
  // Frees the bytes.
  void free() { *this = {}; }

 private:
  byte_buffer bytes_;
  request_layout where_;
  std::size_t method_size_ = 0, target_size_ = 0, header_count_ = 0, body_size_ = 0;
  std::uint32_t address_ = 0;
  bool is_head_ = false;
  const void* source_ = nullptr;
};

}  // namespace lsrun::transport
