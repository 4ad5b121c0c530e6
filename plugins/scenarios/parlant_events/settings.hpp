// What the scenario is told (options), what it is counted as (operations) and what it measures, read once.
#pragma once

#include <lsrun/scenario.hpp>

namespace parlant {

using namespace std::chrono_literals;
using lsrun::nanoseconds;

inline constexpr lsrun::option option_list[] = {
    {"agent_id", "", "The agent to talk to; empty: the first that GET /agents lists."},
    {"wait", "poll", "How replies are waited for: long polls, or one stream a turn.", lsrun::type::string, "poll|sse"},
    {"wait_for_data", "10s", "How long the target holds an empty poll or a silent stream; whole seconds.",
     lsrun::type::duration},
    {"reply_timeout", "60s", "From a message's acceptance to its turn's end.", lsrun::type::duration},
    {"streamed", "list", "How a reply that arrives in pieces is read: from the list when it is whole, or by pieces.",
     lsrun::type::string, "list|event"},
    {"customer", "guest", "The target's guest, or a customer of its own created for each session.", lsrun::type::string,
     "guest|own"},
    {"title", "", "The sessions' title; empty: none."},
    {"delete", "auto", "DELETE a session when it closes; auto: until the target forbids it.", lsrun::type::string,
     "auto|yes|no"},
};

struct settings {
  explicit settings(const lsrun::setup& s)
      : agent_id(s.str("agent_id")),
        title(s.str("title")),
        by_sse(s.str("wait") == "sse"),
        by_event(s.str("streamed") == "event"),
        own_customer(s.str("customer") == "own"),
        deletes(s.str("delete") != "no"),
        delete_may_fail(s.str("delete") == "auto"),
        wait_for_data(std::chrono::duration_cast<std::chrono::seconds>(s.duration("wait_for_data"))),
        reply_timeout(s.duration("reply_timeout")) {
    if (wait_for_data < 1s || wait_for_data != s.duration("wait_for_data"))
      throw std::invalid_argument("option wait_for_data: whole seconds, at least \"1s\"");
    if (reply_timeout < 1s) throw std::invalid_argument("option reply_timeout: at least \"1s\"");
  }

  std::string agent_id, title;
  bool by_sse, by_event, own_customer, deletes, delete_may_fail;
  std::chrono::seconds wait_for_data;
  nanoseconds reply_timeout;
};

struct operations {
  explicit operations(const lsrun::setup& s)
      : create_session(s.operation("create_session")),
        chat(s.operation("chat")),
        list_events(s.operation("list_events")),
        read_event(s.operation("read_event")),
        read_agent(s.operation("read_agent")),
        create_customer(s.operation("create_customer")),
        delete_session(s.operation("delete_session")) {}
  lsrun::operation create_session, chat, list_events, read_event, read_agent, create_customer, delete_session;
};

// Times of a turn count from its message's planned time.
struct metrics {
  explicit metrics(const lsrun::setup& s)
      : ack(s.time_metric("ack", "Until the customer's message was accepted.")),
        preamble(s.time_metric("preamble", "Until the first holding message was seen.")),
        first_reply(s.time_metric("first_reply", "Until the first message that is no holding message was seen.")),
        first_reply_by_turn{s.time_metric("first_reply_turn_1", "first_reply of first turns."),
                            s.time_metric("first_reply_turn_2", "first_reply of second turns."),
                            s.time_metric("first_reply_turn_3", "first_reply of third turns."),
                            s.time_metric("first_reply_turn_4_on", "first_reply of all later turns.")},
        turn_end(s.time_metric("turn_end", "Until the turn was over.")),
        server_reply(s.time_metric("server_reply", "Customer's message to reply by the target's own stamps.")),
        message_end(s.time_metric("message_end", "Until the last piece of a streamed reply (streamed = \"event\").")),
        chunk_gap(s.time_metric("chunk_gap", "Between pieces of a streamed reply (streamed = \"event\").")),
        longest_stall(s.time_metric("longest_stall", "The longest chunk_gap of each streamed reply.")),
        no_reply(s.count_metric("no_reply", "Turns that ended without a reply.")),
        preambles(s.count_metric("preambles", "Holding messages.")),
        split_parts(s.count_metric("split_parts", "Messages of a reply beyond its first.")) {}
  lsrun::metric ack, preamble, first_reply, first_reply_by_turn[4], turn_end, server_reply, message_end, chunk_gap,
      longest_stall, no_reply, preambles, split_parts;
};

}  // namespace parlant
