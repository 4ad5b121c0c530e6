#include "turn.hpp"

namespace parlant {

turn::turn(const event& customer, std::uint64_t planned_ns)
    : planned_ns_(planned_ns), customer_us_(customer.creation_us), next_offset_(customer.offset + 1) {}

void turn::take(const event& e, std::uint64_t at_ns) {
  if (e.offset < next_offset_) return;
  next_offset_ = e.offset + 1;
  if (e.what == kind::acknowledged) acknowledged_ = true;
  if (!acknowledged_) return;  // the end of an earlier turn
  if (e.what == kind::error) {
    failed_ = true;
    detail_ = e.detail;
  }
  if (over()) return;
  if (e.what == kind::message) take_message(e, at_ns);
  if (e.what == kind::cancelled) cancelled_ = true;
  if (e.what == kind::completed) over_at_ns_ = at_ns;
}

void turn::take_message(const event& e, std::uint64_t at_ns) {
  if (e.preamble) {
    if (++preambles_ == 1) preamble_at_ns_ = at_ns;
    return;
  }
  if (++parts_ == 1) {
    reply_at_ns_ = at_ns;
    reply_us_ = e.creation_us;
  }
  unfinished_ = e.unfinished;
  unfinished_offset_ = e.offset;
  unfinished_id_ = e.unfinished ? e.id : std::string();
}

lsrun_outcome turn::outcome() const { return replied() && !failed_ ? LSRUN_OUTCOME_OK : LSRUN_OUTCOME_SERVER_ERROR; }

std::string turn::reason() const {
  if (failed_) return "the turn ended in an error" + (detail_.empty() ? std::string() : ": " + detail_);
  if (replied()) return {};
  return cancelled_ ? "no reply: the turn was cancelled" : "no reply: the turn ended without a message";
}

std::int64_t turn::server_reply_us() const {
  return customer_us_ > 0 && reply_us_ >= customer_us_ ? reply_us_ - customer_us_ : -1;
}

}  // namespace parlant
