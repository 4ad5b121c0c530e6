// A request as the bytes that go to the target, built in one pass into a buffer that is used again.
#pragma once

#include "transport/byte_buffer.hpp"
#include "transport/client.hpp"

namespace lsrun::transport {

// Where the parts of a written request stand.
struct request_layout {
  std::size_t target = 0, fields = 0,
              length = 0;  // begin of: the caller's target, its headers, Content-Length's digits
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
  std::string_view target() const { return bytes().substr(where_.target, target_size_); }
  std::string_view body() const { return bytes().substr(bytes_.size() - body_size_); }

  // Has this request the method, target and headers of the one that is kept?
  bool same_words(const request&) const;
  // Replaces it. `same`: what same_words() says of the new one. As write_request.
  const char* write(const settings&, const request&, bool same);
  // Frees the bytes.
  void free() { *this = {}; }

 private:
  bool replace_body(const request&);
  byte_buffer bytes_;
  request_layout where_;
  std::size_t method_size_ = 0, target_size_ = 0, header_count_ = 0, body_size_ = 0;
  std::uint32_t address_ = 0;
};

}  // namespace lsrun::transport
