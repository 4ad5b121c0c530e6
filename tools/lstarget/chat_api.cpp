// A message is judged as it arrives: checked, limited, its reply drawn; the envelope is sent when it is due.
#include "chat_api.hpp"

#include "body_checks.hpp"

namespace lstarget {
namespace {

constexpr std::int64_t default_timeout = 60, longest_timeout = 86'400;  // seconds

std::string envelope(int status, int code, std::string_view message, std::string_view data = "null") {
  return "{\"status\":" + std::to_string(status) + ",\"code\":" + std::to_string(code) +
         ",\"message\":" + json_string(message) + ",\"data\":" + std::string(data) + "}";
}

struct message {
  std::string session_id, text, customer, title;
  std::int64_t timeout = default_timeout;  // seconds
};

std::optional<message> read_message(const request& r, faults& f) {
  const auto body = body_object(r, f);
  if (!body) return std::nullopt;
  message m;
  m.text = text_field(*body, "message", true, f).value_or("");
  m.customer = text_field(*body, "customer_id", false, f).value_or("guest");
  m.session_id = text_field(*body, "session_id", true, f, 200).value_or("");
  m.title = text_field(*body, "session_title", false, f, 200).value_or("");
  text_field(*body, "tenant_id", false, f);
  text_field(*body, "chatbot_id", false, f);
  if (const auto* t = body->if_contains("timeout"); t && !t->is_null()) {
    boost::system::error_code failure;
    const auto seconds = t->to_number<std::int64_t>(failure);
    if (failure || seconds < 0 || seconds > longest_timeout)
      f.add("int_type", {"body", "timeout"}, "Input should be a valid integer", *t);
    else
      m.timeout = seconds;
  }
  if (f.any()) return std::nullopt;
  return m;
}

struct verdict {
  span after;
  std::string body;
  outcome ended;
};

std::string reply_data(const world& w, const session& s, const message& m, instant at) {
  const auto tokens = 20 + m.text.size() / 4 + reply_text(0).size() / 4;
  return "{\"message\":" + json_string(reply_text(0)) + ",\"success\":true,\"id\":\"" +
         short_id(w.set.seed, s.stream, s.turns) + "\",\"correlation_id\":\"" +
         trace_id(w.set.seed, s.stream, s.turns) + "\",\"creation_utc\":\"" + w.stamp(at) +
         "\",\"total_tokens\":" + std::to_string(tokens) + ",\"session_id\":" + json_string(s.id) + "}";
}

// What the message comes to; `added` to its own delay. The session's turn has been counted.
verdict judge(const world& w, const session& s, const message& m, span added, instant now) {
  const auto how = fate_of(w.set, s.stream, s.turns);
  const span delay = delay_of(w.set, s.stream, s.turns) + added;
  const span limit = m.timeout * lsrun::time::second;
  if (how == fate::silence || how == fate::failure || delay > limit)
    return {limit, envelope(504, 504, "TIMEOUT_ERROR: no reply within " + std::to_string(m.timeout) + " seconds"),
            outcome::timeout};
  if (how == fate::server_error) return {delay, envelope(500, 500, "INTERNAL_SERVER_ERROR"), outcome::server_error};
  if (how == fate::business_error)
    return {delay,
            chance(w.set, s.stream, s.turns, 4) < 0.5 ? envelope(200, 1, "NO ACTIONBOOK MATCHED")
                                                      : envelope(200, -1, "CALL TOOL ERROR"),
            outcome::business_error};
  return {delay, envelope(200, 0, "SUCCESS", reply_data(w, s, m, now + delay)), outcome::ok};
}

step refusal(const world& w, const request& r, const limiter::verdict& v, instant now) {
  const auto named = v.refused_by == operation::create_session ? "create_guest_session" : "chat";
  if (!w.set.hidden_refusal) return refused(w, r, named, v, now);
  return complete(r, 200, envelope(500, -1, refusal_text(r, named)), outcome::rate_limited);
}

limiter::verdict ask(world& w, const std::string& address, bool first, instant now) {
  if (first && w.set.first_counts_both) return w.limits.ask(address, {operation::create_session, operation::chat}, now);
  return w.limits.ask(address, {operation::chat}, now);
}

}  // namespace

exchange chat(world& w, const request& r, const std::string& address, instant now) {
  exchange e{.next = {}, .what = operation::chat, .address = address};
  faults f;
  const auto m = read_message(r, f);
  if (!m) {
    e.next = at_once(f.answer(r));
    return e;
  }
  e.session = m->session_id;
  const std::lock_guard lock(w.guard);
  auto* s = w.sessions.find(m->session_id);
  if (!s) e.what = operation::create_session;
  if (const auto v = ask(w, address, !s, now); !v.allowed) {
    e.next = at_once(refusal(w, r, v, now));
    return e;
  }
  if (!s) {
    s = &w.sessions.create(m->session_id, now);
    s->customer = m->customer;
    s->made_customer = true;
    s->title = m->title.empty() ? "null" : json_string(m->title);
    s->metadata = "{}";
  }
  ++s->turns;
  const span first = w.sessions.use_agent(*s) ? 0 : w.set.first_turn_delay;
  auto v = judge(w, *s, *m, first + w.sessions.overload(now), now);
  e.drawn = v.after;
  e.next = [r = request{.method = r.method, .headers = r.headers, .keep_alive = r.keep_alive}, due = now + v.after,
            body = std::move(v.body),
            ended = v.ended](instant at) { return at < due ? step{.wake = due} : complete(r, 200, body, ended); };
  return e;
}

}  // namespace lstarget
