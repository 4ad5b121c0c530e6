// What a turn has come to, decided from the session's events alone: which of them are its own, when the reply came,
// when it is over. No clock and no request inside: times are given.
//
// The rule. A turn's own events begin with the first `acknowledged` behind the customer's message and end with the
// first `completed` behind that. Whatever comes before the `acknowledged` belongs to an earlier turn that lsrun gave
// up waiting for: the server ends that one (its last parts, `cancelled`, `completed`, `error`) before it begins the
// next, so one session's turns never interleave. Trace ids are not used: with some versions of the server's web
// framework the customer's event carries none.
#pragma once

#include <lsrun/abi.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "events.hpp"

namespace parlant {

class turn {
 public:
  // The customer's message as the server took it (offset, stamp), and when its request was planned: ns, the origin of
  // all times of the turn.
  turn(const event& customer, std::uint64_t planned_ns);

  // One event of the agent's, in the order of offsets, seen at at_ns. An event that was taken before (a retried
  // request shows it again) changes nothing.
  void take(const event&, std::uint64_t at_ns);

  std::uint32_t next_offset() const { return next_offset_; }  // the first place not seen yet
  bool over() const { return over_at_ns_ != 0; }
  bool replied() const { return reply_at_ns_ != 0; }

  // How the turn ended, once it is over: LSRUN_OUTCOME_OK, or LSRUN_OUTCOME_SERVER_ERROR without a reply or with an
  // error, and why.
  lsrun_outcome outcome() const;
  std::string reason() const;

  // Spans since planned_ns, ns; 0: did not happen.
  std::uint64_t preamble_ns() const { return span(preamble_at_ns_); }  // the first holding message
  std::uint64_t reply_ns() const { return span(reply_at_ns_); }        // the first message that is not one
  std::uint64_t end_ns() const { return span(over_at_ns_); }
  std::int64_t server_reply_us() const;  // the server's own stamps: customer's message to reply; -1: unknown
  std::chrono::nanoseconds planned() const { return std::chrono::nanoseconds(planned_ns_); }
  unsigned preambles() const { return preambles_; }
  unsigned parts() const { return parts_; }  // messages of the reply: more than one when the server split it

  // The reply's last message if it was streamed and not whole when it was seen; its offset to list it again from, and
  // its id. Ends with whole().
  bool unfinished() const { return unfinished_; }
  std::uint32_t unfinished_offset() const { return unfinished_offset_; }
  const std::string& unfinished_id() const { return unfinished_id_; }
  void whole() { unfinished_ = false; }

 private:
  std::uint64_t span(std::uint64_t at_ns) const { return at_ns > planned_ns_ ? at_ns - planned_ns_ : 0; }
  void take_message(const event&, std::uint64_t at_ns);

  std::uint64_t planned_ns_;
  std::uint64_t preamble_at_ns_ = 0;
  std::uint64_t reply_at_ns_ = 0;
  std::uint64_t over_at_ns_ = 0;
  std::int64_t customer_us_;
  std::int64_t reply_us_ = 0;
  std::uint32_t next_offset_;
  std::uint32_t unfinished_offset_ = 0;
  unsigned preambles_ = 0;
  unsigned parts_ = 0;
  bool acknowledged_ = false;
  bool cancelled_ = false;
  bool failed_ = false;
  bool unfinished_ = false;
  std::string detail_;
  std::string unfinished_id_;
};

}  // namespace parlant
