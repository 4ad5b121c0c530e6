// A session's events as Parlant writes them in JSON, reduced to what a turn is judged by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parlant {

enum class kind : std::uint8_t {
  message,       // words of the agent
  acknowledged,  // status: the agent has seen the customer's message; the first event of a turn
  completed,     // status `ready` with stage `completed`: the last event of a turn that went through
  cancelled,     // status: a later customer message ended the turn
  error,         // status: the engine failed; comes after `completed`
  other,         // processing, typing, ready without a stage, tool calls
};

struct event {
  kind what = kind::other;
  bool preamble = false;         // messages: a holding message ("Just a moment"), not the reply
  bool unfinished = false;       // messages: streamed, and more pieces are to come
  std::uint32_t offset = 0;      // its place in the session, from 0, customer's events included
  std::uint32_t pieces = 0;      // streamed messages: how many pieces there are by now
  std::string id;                // messages: for GET .../events/{id}
  std::string detail;            // errors: the last line of the server's exception
  std::int64_t creation_us = 0;  // the server's stamp, microseconds of UTC since 1970; 0: none that can be read
};

// Reads the answer of a list, an array of events, into `into` (cleared first). False: it is not one; `into` is empty.
bool read_events(std::string_view json, std::vector<event>& into);

// Reads one event: an SSE event's data, or the answer to a posted message. Nothing: it is not one.
std::optional<event> read_event(std::string_view json);

// The member `name` of a JSON object if it is a string that is not empty; else "".
std::string read_string(std::string_view json, std::string_view name);

// The id of the first element of a JSON array of objects (GET /agents); "" if there is none.
std::string read_first_id(std::string_view json);

// What the target says of an answer that is not 2xx: `detail`, a sentence or the first of a list of complaints, cut
// where it begins to differ from request to request; "" if there is none.
std::string read_detail(std::string_view json);

// "2026-11-23T20:17:42.998410Z" as microseconds since 1970; 0: not such a stamp.
std::int64_t read_stamp(std::string_view text);

}  // namespace parlant
