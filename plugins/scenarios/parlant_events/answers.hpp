// What each of Parlant's answers means for lsrun where the HTTP status does not say it all: an answer must also be
// readable, and some refusals are none.
#pragma once

#include <lsrun/abi.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parlant {

struct verdict {
  lsrun_outcome outcome = LSRUN_OUTCOME_OK;
  std::string reason;  // short, alike for alike answers; "" for LSRUN_OUTCOME_OK
};

// What a request asked for, and so what a good answer holds.
enum class asked : std::uint8_t {
  agents,          // an array whose first element has an id
  customer,        // an object with an id
  session,         // an object with an id that fits a URL and a session's room
  message,         // the customer's event, with its offset
  list,            // an array of events
  stream,          // nothing to read: its events were read as they came
  piecewise,       // the same, of one message that arrives in pieces
  removal,         // nothing
  lenient_removal  // the same; a target that forbids it (403) refuses by its rules and does not fail
};

inline constexpr std::size_t longest_id = 39;  // bytes of a session's id: Parlant's have 10, a UUID 36

// guess: the host's word from the HTTP status (and an announced 504: LSRUN_OUTCOME_EMPTY_POLL).
verdict judge(asked what, lsrun_outcome guess, std::uint32_t status, std::string_view body);

}  // namespace parlant
