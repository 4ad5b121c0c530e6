// The fast path of reading: an answer of the common shape that lies whole in one stretch of bytes.
#pragma once

#include <string>
#include <vector>

#include "transport/client.hpp"

namespace lsrun::transport {

struct plain_answer {
  unsigned status = 0;
  bool keep_alive = true;
  std::string_view body;
  std::string_view length;  // the digits of Content-Length; not of 204 and 304
  std::size_t size = 0;     // bytes of the whole answer
};

// Reads a status line of HTTP/1.1, simple header lines, Content-Length and that much body, or 204 and 304 without one.
// False if the bytes are anything else, right or wrong: then the parser decides. What it does accept, the parser
// accepts too and reads the same (a test compares them). Replaces `headers`; their views and the body point into
// `bytes`.
bool read_plain_answer(std::string_view bytes, std::size_t largest_body, std::vector<header_view>& headers,
                       plain_answer& out);

// The head of the answer read last. A target's answers repeat it but for the length, and then it need not be read
// again.
class repeated_head {
 public:
  // Keeps the head of an answer that read_plain_answer has just accepted. `headers` are the views that it made; they
  // now point to what is kept, which says of each answer that read() or read_alike() accepts what its own head does.
  void keep(std::string_view bytes, const plain_answer&, std::vector<header_view>& headers);
  // Are these bytes an answer of the same head, whole? Then what read_plain_answer would say, until the next call;
  // nullptr if not.
  const plain_answer* read(std::string_view bytes, std::size_t largest_body);
  // The same of a head that is alike but for values of headers that mean nothing for the framing (a date, an id), each
  // as long as it was; `headers` as keep() left them.
  const plain_answer* read_alike(std::string_view bytes, std::size_t largest_body,
                                 const std::vector<header_view>& headers);
  void forget() { head_.clear(); }

 private:
  void find_free(const std::vector<header_view>& headers);
  const plain_answer* answer(std::string_view bytes, std::size_t length, std::size_t largest_body);

  static constexpr std::size_t longest = 2048;
  std::string head_;                             // up to the body; empty: none is kept
  std::size_t digits_from_ = 0, digits_to_ = 0;  // of Content-Length, in head_
  plain_answer answer_;
  std::string free_;                // by byte of head_: all its bits where it may be another; empty: not found yet
  std::vector<std::size_t> edges_;  // of what may be another: begins and ends of values, where no space may stand
};

}  // namespace lsrun::transport
