// Sessions, events, customers and the agent as JSON, field by field in the real server's order.
#pragma once

#include "world.hpp"

namespace lstarget {

std::string session_json(const world&, const session&);
// The session's event at `offset` as it looks now: a streamed message has the chunks that are out.
std::string event_json(const world&, const session&, std::size_t offset, instant now);
std::string event_id(const world&, const session&, std::size_t offset);
std::string customer_json(const world&, const std::string& id, const customer&);
std::string agent_json(const world&);

// How much of a message is out: `chunks` of reply_chunks, `ended` when the closing null is there too. A message that is
// not streamed is ended.
struct progress {
  unsigned chunks = 0;
  bool ended = true;
  bool operator==(const progress&) const = default;
};
progress progress_of(const world&, const event&, instant now);

// The words of the API.
std::string_view kind_of(const event&);    // "message" or "status"
std::string_view source_of(const event&);  // "customer" or "ai_agent"

}  // namespace lstarget
