// Sessions of both APIs with the events that have happened and those that are due; the chat API's agents by last use.
// Nothing happens by itself: what is due by now is brought up when somebody looks. Not thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "stats.hpp"
#include "turn.hpp"

namespace lstarget {

using lsrun::time::instant;
using lsrun::time::span;

struct event {
  instant at = 0;
  instant cut = lsrun::time::never;  // a streamed message's end, if it was cut short
  std::uint32_t turn = 0;
  saying what = saying::customer;
  std::uint8_t part = 0;
  std::string text{};  // the customer's words
};

// Somebody whose sessions are answered; "guest" is always there.
struct customer {
  std::string name;
  std::string metadata;  // as JSON
  instant created = 0;
};

struct session {
  std::string id;
  std::string customer;
  bool made_customer = false;  // it was made with the session: the chat API does so
  std::string title;           // as JSON: a string, or null
  std::string metadata;        // as JSON
  std::uint64_t number = 0;    // counted from 1
  std::uint64_t stream = 0;    // whence its draws come
  std::uint32_t turns = 0;     // drawn, those included whose message was answered with an error
  std::uint32_t current = 0;   // the last turn that began
  instant created = 0;
  span last_wait = 0, wait_before = 0;     // for the last two first messages of the agent, ns
  std::vector<event> events;               // happened; an event's offset is its index
  std::vector<event> pending;              // not yet, in order
  instant asked = 0;                       // the last message of the customer
  std::uint32_t answered = 0;              // the last turn with words of the agent
  instant speaks_from = 0, speaks_to = 0;  // the parts of its last split reply
  std::optional<std::list<session*>::iterator> agent;

  // Brings up what is due.
  void advance(instant now);
};

class session_store {
 public:
  explicit session_store(const options& o) : options_(o) {}

  // A new session under this id, or under one of the store's own making if it is empty.
  session& create(std::string id, instant now);
  session* find(const std::string& id);
  bool erase(const std::string& id);

  // The session's agent is used: false if it had to be made for that, and another's was thrown away if there are too
  // many.
  bool use_agent(session&);

  // A customer's message begins a turn; one that is under way is cancelled. Returns the message's event.
  const event& begin_turn(session&, std::string text, fate, instant now);
  // What is added to a turn's delay now because there are too many sessions, or were a short while ago.
  span overload(instant now);
  // Until when parts of split replies keep all messages waiting; 0 if none does.
  instant speaking_until(instant now);

  // A new customer under this id, or under one of the store's own making if it is empty; nothing if there is one
  // already. The result is its id.
  std::optional<std::string> create_customer(std::string id, customer);
  const customer* find_customer(const std::string& id) const;

  session_counts counts() const { return {created_, sessions_.size(), evicted_, deleted_}; }
  void reset_counts() { created_ = evicted_ = deleted_ = 0; }

 private:
  turn_course course(const session&, fate, instant now);
  void speak(session&, const std::vector<planned_event>&, instant from);
  void hush(const session&);

  const options& options_;
  std::unordered_map<std::string, session> sessions_;
  std::unordered_map<std::string, customer> customers_;
  std::list<session*> agents_;                 // the longest unused first
  std::multimap<instant, instant> speaking_;   // begin and end of split replies
  std::vector<std::unique_ptr<char[]>> kept_;  // what --leak asks for
  instant overloaded_until_ = 0;
  std::uint64_t numbers_ = 0, customer_numbers_ = 0, created_ = 0, evicted_ = 0, deleted_ = 0;
};

// The words of a reply, and in how many chunks they are streamed.
std::string_view reply_text(unsigned part);
inline constexpr unsigned reply_chunks = 4;

// Ten letters and digits, and 32 hexadecimal digits: functions of their arguments.
std::string short_id(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
std::string trace_id(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

}  // namespace lstarget
