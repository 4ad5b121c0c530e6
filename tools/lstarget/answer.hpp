// What an API decides about a request: bytes to send now, when to look again, and how it ended.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "model/outcome.hpp"
#include "request.hpp"
#include "time/clock.hpp"
#include "words.hpp"

namespace lstarget {

using lsrun::model::outcome;
using lsrun::time::instant;
using lsrun::time::span;

// One move of an exchange.
struct step {
  std::string bytes{};                // to send as they are; may be empty
  instant wake = lsrun::time::never;  // unless done: when to move again
  bool done = false;                  // the answer is complete with these bytes
  bool close = false;                 // the connection ends with it
  int status = 0;                     // HTTP status, once it is known
  outcome ended = outcome::ok;        // once done
};

// A request's answer: called at once, then at each `wake` until done. Called by one thread at a time; it locks what it
// shares.
using move = std::function<step(instant now)>;

struct exchange {
  move next{};
  bool counted = true;  // in the stats
  bool stream = false;  // ends at once when its client goes away; others see it only when they have an answer
  operation what = operation::other;
  std::string address{};  // the client's, as it is limited and counted
  std::string session{};  // its id, where the request names one
  span drawn = 0;         // the delay that was drawn for its turn
};

// How an answer's head is written, apart from its status.
struct head {
  std::string_view content_type = "application/json";
  std::string_view more{};  // further header lines, each with CRLF; they come before the length
  bool vary = true;         // false: an error outside of the application
};

// A complete answer with Content-Length and this body; 204 has neither. `close` follows from the request's own wish.
step complete(const request&, int status, std::string_view body, const head& = {});
// The same with its outcome said.
step complete(const request&, int status, std::string_view body, outcome, const head& = {});
// {"detail": text}
step detail(const request&, int status, std::string_view text);
// The head of an event stream in chunks.
std::string stream_head(const request&);
std::string chunk(std::string_view data);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
// What an unhandled exception gives: plain text in one chunk; the connection ends.
step internal_error(const request&);
// What bytes that are no HTTP request give; the connection ends.
std::string invalid_request(int status, std::string_view text);

// A JSON string with its quotes.
std::string json_string(std::string_view);
// An exchange that is over in one move.
move at_once(step);

}  // namespace lstarget
