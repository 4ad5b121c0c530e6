// A request as the bytes that go to the target, built in one pass into a buffer that is used again.
#pragma once

#include "transport/byte_buffer.hpp"
#include "transport/client.hpp"

namespace lsrun::transport {

// Replaces `out` by the whole request. Returns nullptr, or why it cannot be sent: a method, target or header that would
// not arrive as one, such as one with a line break in it. `out` is then of no use. Allocates only when `out` must grow.
const char* write_request(byte_buffer& out, const settings&, const request&);

}  // namespace lsrun::transport
