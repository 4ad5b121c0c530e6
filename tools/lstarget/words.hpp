// What requests are counted and limited by: the operations of both APIs, in the words that lsrun uses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lstarget {

enum class operation : std::uint8_t {
  create_session,   // POST /sessions; the first message of a new session_id on /sessions/chat
  chat,             // POST /sessions/{id}/events; POST /sessions/chat of a known session_id
  list_events,      // GET /sessions/{id}/events, as a poll or as a stream
  read_session,     // GET /sessions/{id}
  delete_session,   // DELETE /sessions/{id}
  read_agent,       // GET /agents/{id}, GET /agents
  read_event,       // GET /sessions/{id}/events/{event_id}
  create_customer,  // POST /customers
  other,            // all else; called "default"
};
inline constexpr std::size_t operation_count = 9;
inline constexpr std::array<std::string_view, operation_count> operation_names{
    "create_session", "chat",       "list_events",     "read_session", "delete_session",
    "read_agent",     "read_event", "create_customer", "default"};

constexpr std::string_view name(operation o) { return operation_names[static_cast<std::size_t>(o)]; }

constexpr std::optional<operation> operation_named(std::string_view text) {
  for (std::size_t i = 0; i < operation_count; ++i)
    if (operation_names[i] == text) return static_cast<operation>(i);
  return std::nullopt;
}

}  // namespace lstarget
