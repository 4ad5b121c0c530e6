// The envelope of the synchronous chat API: what an answer that is HTTP 200 for almost everything really means.
// Apart from the scenario, so that each row of the API's table is tested without a session.
#pragma once

#include <lsrun/abi.h>

#include <cstdint>
#include <lsrun/json_form.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace chat_sync {

// What one answer means for lsrun.
struct verdict {
  lsrun_outcome outcome = LSRUN_OUTCOME_OK;
  std::string reason;     // why it is not LSRUN_OUTCOME_OK, short and alike for alike answers; else empty
  std::int64_t code = 0;  // the envelope's code, 0 where there is no envelope
  std::optional<std::int64_t> total_tokens;  // data.total_tokens of a reply, where the target counts them
};

// Reads one answer after another; one thread. Quickest where their envelopes have the same members in the same order.
class envelope_reader {
 public:
  // http_status: of the answer itself; body: the whole of it. An answer that is not 2xx is judged by its HTTP status; a
  // 2xx by its envelope, and a body that is not an envelope is LSRUN_OUTCOME_PROTOCOL_ERROR. Never throws but for want
  // of memory.
  void read(std::uint32_t http_status, std::string_view body, verdict& out);

 private:
  // One that is not like the last one, out of line: few are. `object`: the form has its members.
  [[gnu::noinline]] void read_unlike(std::uint32_t http_status, std::string_view body, bool object, verdict& out);
  void read_members(verdict& out);

  lsrun::json_form<5> form_{"/status", "/code", "/message", "/data", "/data/total_tokens"};
  bool had_a_reply_ = false;  // the envelope read last: status 200, code 0, data an object
};

// The same of a single answer.
verdict read_envelope(std::uint32_t http_status, std::string_view body);

}  // namespace chat_sync
