// The fast path of reading: an answer of the common shape that lies whole in one stretch of bytes.
#pragma once

#include "transport/client.hpp"

namespace lsrun::transport {

struct plain_answer {
  unsigned status = 0;
  bool keep_alive = true;
  std::string_view body;
  std::size_t size = 0;  // bytes of the whole answer
};

// Reads a status line of HTTP/1.1, simple header lines, Content-Length and that much body, or 204 and 304 without one.
// False if the bytes are anything else, right or wrong: then the parser decides. What it does accept, the parser
// accepts too and reads the same (a test compares them). Replaces `headers`; their views and the body point into
// `bytes`.
bool read_plain_answer(std::string_view bytes, std::size_t largest_body, std::vector<header_view>& headers,
                       plain_answer& out);

}  // namespace lsrun::transport
