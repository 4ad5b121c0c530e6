// Turns the bytes of a connection into one answer at a time. An interface of its own, so that the client does not see
// the parser behind it. Pure: no socket, no clock.
#pragma once

#include <memory>

#include "transport/client.hpp"

namespace lsrun::transport {

// Takes the pieces of a streamed body. Returns false to end the answer here.
class body_sink {
 public:
  virtual bool on_piece(std::string_view) = 0;

 protected:
  ~body_sink() = default;
};

class response_reader {
 public:
  enum class progress {
    more,      // incomplete; all bytes were taken over
    complete,  // the answer is whole; its views hold until the next call of begin(), and until the bytes fed last go
               // away
    stopped,   // the sink had enough
    failed,    // not an answer of HTTP/1; see error
  };
  static constexpr std::size_t largest_header = 64u << 10;  // bytes, interim answers (1xx) included

  response_reader() = default;
  virtual ~response_reader() = default;
  response_reader(const response_reader&) = delete;
  response_reader& operator=(const response_reader&) = delete;

  // Begins an answer. `no_body`: to a HEAD request. `stream`: a 2xx body goes to the sink instead of being collected.
  // Keeps buffers of moderate size from the answer before, so that nothing is allocated once they are there.
  // `parser_only`: never by the fast path.
  void begin(bool no_body, bool stream, std::size_t largest_body, bool parser_only = false) {
    no_body_ = no_body;
    stream_ = stream;
    parser_only_ = parser_only;
    largest_body_ = largest_body;
    begun_ = keep_alive_ = refuses_load_ = false;
    surplus_ = 0;
    error_ = {};
  }
  // Takes the next bytes, at least one, after begin() or `more`.
  virtual progress feed(std::string_view bytes, body_sink&) = 0;
  // The connection has ended after `more`: complete if that is how this body ends, else failed.
  virtual progress finish() = 0;

  unsigned status() const { return status_; }
  bool keep_alive() const { return keep_alive_; }   // of a complete answer
  std::size_t surplus() const { return surplus_; }  // bytes after a complete answer
  std::string_view body() const { return body_; }
  std::string_view error() const { return error_; }
  bool refuses_load() const { return refuses_load_; }  // by its header; see answer
  const std::vector<header_view>& headers() const { return headers_; }

 protected:
  std::size_t largest_body_ = 0;
  bool no_body_ = false, stream_ = false, parser_only_ = false;
  bool begun_ = false;  // the first bytes have been seen
  unsigned status_ = 0;
  bool keep_alive_ = false;
  bool refuses_load_ = false;
  std::size_t surplus_ = 0;
  std::string_view body_;
  std::string_view error_;
  std::vector<header_view> headers_;
};

std::unique_ptr<response_reader> make_response_reader();

}  // namespace lsrun::transport
