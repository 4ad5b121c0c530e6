// What happens in a turn, and when: a pure function of the settings and of what chance decided.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "options.hpp"
#include "time/clock.hpp"

namespace lstarget {

enum class saying : std::uint8_t {
  customer,      // the customer's message
  acknowledged,  // status
  processing,    // status, stage Interpreting
  typing,        // status
  preamble,      // a holding message, tagged
  message,       // the reply, or a part of it
  ready,         // status; more may follow
  completed,     // status ready, stage completed: the turn is over
  cancelled,     // status: a new message came in between
  error,         // status: why a streaming agent gave up
};

enum class fate : std::uint8_t {
  reply,
  business_error,  // chat API alone
  server_error,    // the message itself is answered with an error
  silence,         // the turn never ends
  failure,         // the turn ends without a reply
  unheard,         // nothing happens: the session is of a customer that nobody created
};

struct planned_event {
  lsrun::time::span after = 0;  // ns from the customer's message; lsrun::time::never: never
  saying what = saying::acknowledged;
  unsigned part = 0;  // of a split reply
  bool operator==(const planned_event&) const = default;
};

// A turn's course as the settings and chance have it. Times in ns.
struct turn_course {
  lsrun::time::span delay = 0;  // to the reply; with a preamble: of each of the two messages
  fate how = fate::reply;
  bool preamble = false;
  lsrun::time::span preamble_after = 0;  // thinking before the preamble, 1.5 to 2 s
  lsrun::time::span reply_after = 0;     // from the preamble to the work on the reply, 1 to 2 s
  unsigned parts = 1;
  unsigned chunks = 0;  // of a streamed message; 0: it comes whole
};

inline constexpr lsrun::time::span chunk_gap = 60 * lsrun::time::millisecond;   // between a streamed message's chunks
inline constexpr lsrun::time::span part_gap = 1600 * lsrun::time::millisecond;  // between a split reply's messages

// The agent's events in their order, the last one ending the turn (at `never` if it does not end). fate::server_error
// and fate::business_error have the course of a reply.
std::vector<planned_event> plan_turn(const turn_course&);

// Does turn `number` (from 1) begin with a preamble: the first three do, later ones if the last two waits for a first
// message (ns) were 5 s or more.
bool begins_with_preamble(std::uint32_t number, lsrun::time::span last_wait, lsrun::time::span wait_before);

// What chance decides for turn `turn` of conversation `stream`: the same for the same seed.
fate fate_of(const options&, std::uint64_t stream, std::uint32_t turn);
lsrun::time::span delay_of(const options&, std::uint64_t stream, std::uint32_t turn);
// A number in 0..1 for a purpose (2..7) of a turn.
double chance(const options&, std::uint64_t stream, std::uint32_t turn, unsigned purpose);

}  // namespace lstarget
