// The order of events and the small times between them are those of captures of a real server.
#include "turn.hpp"

#include <algorithm>

namespace lstarget {
namespace {

using lsrun::time::microsecond;
using lsrun::time::millisecond;
using lsrun::time::span;

constexpr span acknowledged_after = 1 * millisecond, processing_after = 2 * millisecond,
               typing_after = 105 * millisecond, ready_after = 300 * microsecond;
constexpr int attempts = 3;  // of a model that fails

// From the message's first words to its last.
span speaking_time(const turn_course& c) { return c.chunks * chunk_gap; }

// Typing, messages and their ready, from `start` on, the first message `delay` after it; returns when the last is out.
span say_reply(const turn_course& c, span start, std::vector<planned_event>& to) {
  to.push_back({start + std::min(typing_after, c.delay / 2), saying::typing});
  span at = start + c.delay;
  for (unsigned part = 0; part < c.parts; ++part) {
    if (part > 0) {
      to.push_back({at, saying::typing});
      at += part_gap;
    }
    to.push_back({at, saying::message, part});
    at += speaking_time(c) + ready_after;
    to.push_back({at, saying::ready});
  }
  return at;
}

span fail(const turn_course& c, span start, std::vector<planned_event>& to) {
  for (int i = 0; i < (c.chunks > 0 ? 1 : attempts); ++i) {
    to.push_back({start + (i == 0 ? std::min(typing_after, c.delay / 2) : 0), saying::typing});
    start += c.delay;
  }
  return start;
}

}  // namespace

std::vector<planned_event> plan_turn(const turn_course& c) {
  std::vector<planned_event> events;
  if (c.how == fate::unheard) return events;
  span begin = 0;
  const span small = c.delay / 8;  // a fast turn has its events in order too
  events.push_back({std::min(acknowledged_after, small), saying::acknowledged});
  if (c.preamble) {
    events.push_back({c.preamble_after, saying::typing});
    begin = c.preamble_after + c.delay;
    events.push_back({begin, saying::preamble});
    events.push_back({begin + ready_after, saying::ready});
    begin += c.reply_after;
  }
  events.push_back({begin + std::min(processing_after, small), saying::processing});
  span end = begin;
  if (c.how == fate::silence) {
    events.push_back({begin + std::min(typing_after, c.delay / 2), saying::typing});
    events.push_back({lsrun::time::never, saying::completed});
    return events;
  }
  end = c.how == fate::failure ? fail(c, begin, events) : say_reply(c, begin, events);
  end += ready_after;
  events.push_back({end, saying::completed});
  if (c.how == fate::failure && c.chunks > 0) events.push_back({end + 3 * millisecond, saying::error});
  return events;
}

bool begins_with_preamble(std::uint32_t number, span last_wait, span wait_before) {
  constexpr span long_wait = 5 * lsrun::time::second;
  return number <= 3 || (last_wait >= long_wait && wait_before >= long_wait);
}

double chance(const options& o, std::uint64_t stream, std::uint32_t turn, unsigned purpose) {
  const auto random = lsrun::load::mix(o.seed, stream, std::uint64_t{turn} * 8 + purpose);
  return static_cast<double>(random >> 11) * 0x1p-53;
}

fate fate_of(const options& o, std::uint64_t stream, std::uint32_t turn) {
  double left = chance(o, stream, turn, 0);
  if ((left -= o.business_share) < 0) return fate::business_error;
  if ((left -= o.error_share) < 0) return fate::server_error;
  if ((left -= o.timeout_share) < 0) return fate::silence;
  if ((left -= o.fail_share) < 0) return fate::failure;
  return fate::reply;
}

span delay_of(const options& o, std::uint64_t stream, std::uint32_t turn) {
  constexpr double longest = 24.0 * lsrun::time::hour;
  if (o.slow_share > 0 && chance(o, stream, turn, 5) < o.slow_share) return o.slow_delay;
  const double drawn = o.delay.draw(lsrun::load::mix(o.seed, stream, std::uint64_t{turn} * 8 + 1));
  return static_cast<span>(std::clamp(drawn, 0.0, longest));
}

}  // namespace lstarget
