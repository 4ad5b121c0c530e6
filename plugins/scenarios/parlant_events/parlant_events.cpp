// The events API of Parlant 3.x as a scenario: create a session, post messages, watch the session's events until each
// turn is over, delete the session where that is allowed. docs/scenarios.md says what is measured and by which rule.
#include <algorithm>
#include <array>
#include <lsrun/scenario.hpp>

#include "requests.hpp"
#include "settings.hpp"
#include "turn.hpp"

namespace parlant {
namespace {

using lsrun::client;
using lsrun::reply;
using lsrun::step_result;
using lsrun::task;
using std::chrono::seconds;

constexpr seconds answer_margin = 10s;        // beyond what the target says it will wait, for its answer to arrive
constexpr nanoseconds look_again = 250ms;     // the target's own grid: more often there is nothing new
constexpr nanoseconds wait_for_other = 50ms;  // another session of this worker is asking what this one wants to know

class parlant_events {
 public:
  static constexpr auto name = "parlant_events";
  static constexpr auto help = "The events API of Parlant 3.x: post a message, watch events until the turn is over.";
  static constexpr const auto& options = option_list;

  struct session {
    std::array<char, longest_id> text{};
    std::uint8_t size = 0;
    std::string_view id() const { return {text.data(), size}; }
  };

  explicit parlant_events(const lsrun::setup& s) : set_(s), counted_(s), measured_(s) {}

  task<step_result> open(client& c, session& s) {
    if (set_.agent_id.empty())
      if (auto found = co_await find_agent(c); !well(found.outcome)) co_return found;
    if (set_.own_customer)
      if (auto made = co_await create_customer(c); !well(made.outcome)) co_return made;
    const auto body = session_body(c);
    const auto r =
        co_await c.post("/sessions?allow_greeting=false", body, counted_.create_session,
                        {.headers = {{"Content-Type", "application/json"}}, .classify = classify<asked::session>});
    if (!r.ok()) co_return failure<asked::session>(r);
    const auto id = read_string(r.body(), "id");
    s.size = static_cast<std::uint8_t>(id.copy(s.text.data(), s.text.size()));
    co_return r.outcome();
  }

  task<step_result> turn(client& c, session& s) {
    const auto posted = co_await c.post(c.join("/sessions/", s.id(), "/events"),
                                        c.object("kind", "message", "source", "customer", "message", c.next_message()),
                                        counted_.chat, {.classify = classify<asked::message>});
    if (!posted.ok()) co_return failure<asked::message>(posted);
    c.add(measured_.ack, posted.end() - posted.planned());
    parlant::turn t(*read_event(posted.body()), static_cast<std::uint64_t>(posted.planned().count()));
    auto ended = co_await watch(c, s, t, posted.end() + set_.reply_timeout);
    note(c, t);
    co_return ended;
  }

  task<step_result> close(client& c, session& s) {
    if (!set_.deletes) co_return lsrun::outcome::ok;
    if (!set_.delete_may_fail) {
      const auto r =
          co_await c.del(c.join("/sessions/", s.id()), counted_.delete_session, {.classify = classify<asked::removal>});
      if (!r.ok()) co_return failure<asked::removal>(r);
      co_return r.outcome();
    }
    co_return co_await try_delete(c, s);
  }

 private:
  std::string session_body(client& c) const {
    std::string body = "{\"agent_id\":";
    lsrun::append_json_string(body, set_.agent_id);
    if (set_.own_customer) {
      body += ",\"customer_id\":";
      lsrun::append_json_string(body, c.customer_id());
    }
    if (!set_.title.empty()) {
      body += ",\"title\":";
      lsrun::append_json_string(body, set_.title);
    }
    return body + "}";
  }

  // The target takes a session of any customer, but answers only those that it knows.
  task<step_result> create_customer(client& c) {
    const auto r = co_await c.post("/customers", c.object("name", c.customer_id(), "id", c.customer_id()),
                                   counted_.create_customer, {.classify = classify<asked::customer>});
    if (!r.ok()) co_return failure<asked::customer>(r);
    co_return r.outcome();
  }

  // The first agent of the target, asked for once an instance; sessions that open meanwhile wait for the answer.
  task<step_result> find_agent(client& c) {
    while (asking_for_agent_) co_await c.sleep(wait_for_other);
    if (!set_.agent_id.empty()) co_return lsrun::outcome::ok;
    const claim asking(asking_for_agent_);
    const auto r = co_await c.get("/agents", counted_.read_agent, {.classify = classify<asked::agents>});
    if (!r.ok()) co_return failure<asked::agents>(r);
    set_.agent_id = read_first_id(r.body());
    co_return r.outcome();
  }

  // DELETE where nobody knows yet whether the target allows it: one session tries, the others wait for what it learns.
  task<step_result> try_delete(client& c, session& s) {
    while (trying_delete_ && !delete_allowed_) co_await c.sleep(wait_for_other);
    if (delete_forbidden_) co_return lsrun::outcome::ok;
    std::optional<claim> trying;
    if (!delete_allowed_) trying.emplace(trying_delete_);
    const auto r = co_await c.del(c.join("/sessions/", s.id()), counted_.delete_session,
                                  {.classify = classify<asked::lenient_removal>});
    if (r.status() == 403) {
      delete_forbidden_ = true;
      c.log(lsrun::level::info, "the target forbids DELETE /sessions/{id}: sessions are left to it from now on");
    }
    delete_allowed_ = delete_allowed_ || r.outcome() == lsrun::outcome::ok;
    if (!r.ok()) co_return failure<asked::lenient_removal>(r);
    co_return lsrun::outcome::ok;
  }

  // Takes the session's events until the turn is over, or the deadline.
  task<step_result> watch(client& c, session& s, parlant::turn& t, nanoseconds deadline) {
    while (!t.over()) {
      const auto left = deadline - c.now();
      if (left <= nanoseconds(0)) co_return late(t);
      step_result r = lsrun::outcome::ok;
      if (set_.by_event && t.unfinished())
        r = co_await read_pieces(c, s, t, left);
      else if (set_.by_sse)
        r = co_await stream(c, s, t, left);
      else
        r = co_await poll(c, s, t, std::min(set_.wait_for_data, std::chrono::ceil<seconds>(left)));
      if (!well(r.outcome)) co_return r;
    }
    // A list shows a streamed message as it is at that moment: look until it is whole.
    while (t.unfinished()) {
      if (c.now() >= deadline) co_return late(t);
      if (auto r = co_await list_whole(c, s, t); !well(r.outcome)) co_return r;
      if (t.unfinished()) co_await c.sleep(look_again);
    }
    co_return step_result{static_cast<lsrun::outcome>(t.outcome()), t.reason()};
  }

  // One long poll; wait = 0: a plain list.
  task<step_result> poll(client& c, session& s, parlant::turn& t, seconds wait) {
    const auto target = list_target(s, t.next_offset(), "message,status", wait);
    const auto r = co_await c.get(target, counted_.list_events,
                                  {.timeout = wait + answer_margin,
                                   .flags = lsrun::long_poll | lsrun::empty_504,
                                   .classify = classify<asked::list>});
    if (!r.ok()) co_return failure<asked::list>(r);
    take(t, r);
    co_return lsrun::outcome::ok;
  }

  // One stream, until the turn is over or the target is silent for wait_for_data.
  task<step_result> stream(client& c, session& s, parlant::turn& t, nanoseconds left) {
    const auto target = list_target(s, t.next_offset(), "message,status", set_.wait_for_data) + "&sse=true";
    auto events =
        c.events(target, counted_.list_events,
                 {.timeout = left + answer_margin, .flags = lsrun::long_poll, .classify = classify<asked::stream>});
    while (const auto* e = co_await events.next()) {
      const auto read = read_event(e->data);
      if (!read) co_return step_result{lsrun::outcome::protocol_error, "a server-sent event that is none of Parlant's"};
      t.take(*read, static_cast<std::uint64_t>(e->at.count()));
      if (t.over() || (set_.by_event && t.unfinished())) co_return lsrun::outcome::ok;
    }
    const auto& r = events.reply();
    if (!r.ok()) co_return failure<asked::stream>(r);
    // Nothing, and well before the target's wait was over: perhaps it does not know the session; a list says so.
    if (r.pieces() == 0 && r.end() - r.sent() < set_.wait_for_data / 2) co_return co_await poll(c, s, t, 0s);
    co_return lsrun::outcome::ok;
  }

  // The pieces of the reply's streamed message, until it is whole.
  task<step_result> read_pieces(client& c, session& s, parlant::turn& t, nanoseconds left) {
    const auto wait = std::to_string(set_.wait_for_data.count());
    auto pieces =
        c.events(c.join("/sessions/", s.id(), "/events/", t.unfinished_id(), "?sse=true&wait_for_data=", wait),
                 counted_.read_event,
                 {.timeout = left + answer_margin, .flags = lsrun::long_poll, .classify = classify<asked::piecewise>});
    nanoseconds last(0), longest(0);
    while (const auto* e = co_await pieces.next()) {
      const auto read = read_event(e->data);
      if (!read) co_return step_result{lsrun::outcome::protocol_error, "a server-sent event that is none of Parlant's"};
      if (last > nanoseconds(0)) c.add(measured_.chunk_gap, e->at - last);
      if (last > nanoseconds(0)) longest = std::max(longest, e->at - last);
      last = e->at;
      if (read->unfinished) continue;
      t.whole();
      c.add(measured_.message_end, e->at - t.planned());
    }
    if (!pieces.reply().ok()) co_return failure<asked::piecewise>(pieces.reply());
    if (longest > nanoseconds(0)) c.add(measured_.longest_stall, longest);
    if (t.unfinished()) co_await c.sleep(look_again);
    co_return lsrun::outcome::ok;
  }

  task<step_result> list_whole(client& c, session& s, parlant::turn& t) {
    const auto target = list_target(s, t.unfinished_offset(), "message", 0s);
    const auto r = co_await c.get(target, counted_.list_events, {.classify = classify<asked::list>});
    if (!r.ok()) co_return failure<asked::list>(r);
    std::vector<event> events;
    read_events(r.body(), events);
    for (const auto& e : events)
      if (e.offset == t.unfinished_offset() && !e.unfinished) {
        t.whole();
        break;
      }
    co_return lsrun::outcome::ok;
  }

  static std::string list_target(const session& s, std::uint32_t from, const char* kinds, seconds wait) {
    std::string target = "/sessions/";
    target.append(s.id()).append("/events?min_offset=").append(std::to_string(from));
    target.append("&source=ai_agent&kinds=").append(kinds);
    return target.append("&wait_for_data=").append(std::to_string(wait.count()));
  }

  static void take(parlant::turn& t, const reply& r) {
    std::vector<event> events;
    read_events(r.body(), events);  // an empty poll has none
    for (const auto& e : events) t.take(e, static_cast<std::uint64_t>(r.end().count()));
  }

  step_result late(const parlant::turn& t) const {
    const auto limit =
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(set_.reply_timeout).count());
    return {lsrun::outcome::timeout,
            (t.replied() ? "the turn did not end within " : "no reply within ") + limit + " ms"};
  }

  // What the turn showed, also if it failed.
  void note(client& c, const parlant::turn& t) const {
    if (t.preambles() > 0) c.add(measured_.preamble, nanoseconds(t.preamble_ns()));
    if (t.preambles() > 0) c.add(measured_.preambles, t.preambles());
    if (t.over()) c.add(measured_.turn_end, nanoseconds(t.end_ns()));
    if (t.over() && !t.replied()) c.add(measured_.no_reply);
    if (!t.replied()) return;
    c.add(measured_.first_reply, nanoseconds(t.reply_ns()));
    const auto index = std::clamp(c.turn(), 1u, 4u) - 1;
    c.add(measured_.first_reply_by_turn[index], nanoseconds(t.reply_ns()));
    if (const auto us = t.server_reply_us(); us >= 0) c.add(measured_.server_reply, std::chrono::microseconds(us));
    if (t.parts() > 1) c.add(measured_.split_parts, t.parts() - 1);
  }

  settings set_;
  operations counted_;
  metrics measured_;
  bool asking_for_agent_ = false;
  bool trying_delete_ = false, delete_allowed_ = false, delete_forbidden_ = false;
};

}  // namespace
}  // namespace parlant

LSRUN_SCENARIO(parlant::parlant_events, "1.0.0")
