// Sessions, messages, agents; what is waited for stands in event_lists.cpp, customers in customers.cpp.
#include "events_api.hpp"

#include "body_checks.hpp"
#include "event_text.hpp"

namespace lstarget {
namespace {

struct new_session {
  std::string agent, customer = "guest", title = "null", metadata = "{}";
  bool named_customer = false;
};

new_session read_new_session(const request& r, faults& f) {
  new_session n;
  flag_parameter(r, "allow_greeting", false, f);
  const auto body = body_object(r, f);
  if (!body) return n;
  n.agent = text_field(*body, "agent_id", true, f).value_or("");
  if (const auto customer = text_field(*body, "customer_id", false, f)) {
    n.customer = *customer;
    n.named_customer = true;
  }
  if (const auto title = text_field(*body, "title", false, f, 200)) n.title = json_string(*title);
  if (const auto* extra = body->if_contains("metadata"); extra && !extra->is_null()) {
    if (extra->is_object())
      n.metadata = boost::json::serialize(*extra);
    else
      f.add("dict_type", {"body", "metadata"}, "Input should be a valid dictionary", *extra);
  }
  return n;
}

struct new_event {
  std::string kind, source;
  std::optional<std::string> message;
};

new_event read_new_event(const request& r, faults& f) {
  new_event e;
  const auto body = body_object(r, f);
  if (!body) return e;
  e.kind = word_field(*body, "kind", {"message", "tool", "status", "custom"}, f).value_or("");
  e.source =
      word_field(*body, "source",
                 {"customer", "customer_ui", "human_agent", "human_agent_on_behalf_of_ai_agent", "ai_agent", "system"},
                 f)
          .value_or("");
  e.message = text_field(*body, "message", false, f);
  return e;
}

// The operation's name in the real server for an event that is no customer's message.
std::string_view other_event(const new_event& e) {
  if (e.kind == "status") return "create_status_event";
  if (e.kind == "custom") return "create_custom_event";
  return e.source == "ai_agent" ? "create_agent_event" : "create_human_agent_event";
}

// The message is taken, unless parts of somebody's split reply are going out: then it is looked at again.
step take_message(world& w, const request& r, const std::string& id, const std::string& text, instant now) {
  const std::lock_guard lock(w.guard);
  if (const auto until = w.sessions.speaking_until(now); until > now) return {.wake = until};
  auto* s = w.sessions.find(id);
  if (!s) return no_session(r, id);
  const bool heard = s->made_customer || w.sessions.find_customer(s->customer);
  const auto how = heard ? fate_of(w.set, s->stream, s->turns + 1) : fate::unheard;
  if (how == fate::server_error) {
    ++s->turns;  // so that the same words again have a draw of their own
    return internal_error(r);
  }
  w.sessions.begin_turn(*s, text, how, now);
  return complete(r, 201, event_json(w, *s, s->events.size() - 1, now));
}

}  // namespace

exchange decided(operation what, const std::string& address, step s) {
  return {.next = at_once(std::move(s)), .what = what, .address = address};
}

step no_item(const request& r, const std::string& id) { return detail(r, 404, "Item '" + id + "' not found"); }

step no_session(const request& r, const std::string& id) {
  return detail(r, 404, "Session not found (id='" + id + "')");
}

step not_allowed(const request& r, std::string_view methods) {
  return complete(r, 405, "{\"detail\":\"Method Not Allowed\"}", {.more = "allow: " + std::string(methods) + "\r\n"});
}

step forbidden(const request& r, std::string_view parlant_operation) {
  return detail(r, 403,
                "Authorization failed: OPERATION=" + std::string(parlant_operation) + ", HEADERS=" + echoed_headers(r));
}

std::optional<step> gate(world& w, const request& r, operation what, std::string_view parlant_operation,
                         const std::string& address, instant now) {
  const auto v = w.limits.ask(address, {what}, now);
  if (v.allowed) return std::nullopt;
  return refused(w, r, parlant_operation, v, now);
}

exchange create_session(world& w, const request& r, const route&, const std::string& address, instant now) {
  constexpr auto what = operation::create_session;
  faults f;
  const auto wanted = read_new_session(r, f);
  if (f.any()) return decided(what, address, f.answer(r));
  if (w.set.production && wanted.named_customer) return decided(what, address, forbidden(r, "create_customer_session"));
  const std::lock_guard lock(w.guard);
  const auto limited = wanted.named_customer ? "create_customer_session" : "create_guest_session";
  if (auto no = gate(w, r, what, limited, address, now)) return decided(what, address, std::move(*no));
  if (wanted.agent != w.set.agent_id) return decided(what, address, no_item(r, wanted.agent));
  auto& s = w.sessions.create({}, now);
  s.customer = wanted.customer;
  s.title = wanted.title;
  s.metadata = wanted.metadata;
  return decided(what, address, complete(r, 201, session_json(w, s)));
}

exchange list_sessions(world& w, const request& r, const route&, const std::string& address, instant) {
  return decided(operation::other, address, w.set.production ? forbidden(r, "list_sessions") : not_allowed(r, "POST"));
}

exchange read_session(world& w, const request& r, const route& at, const std::string& address, instant now) {
  constexpr auto what = operation::read_session;
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "read_session", address, now)) return decided(what, address, std::move(*no));
  const auto* s = w.sessions.find(at.session);
  return decided(what, address, s ? complete(r, 200, session_json(w, *s)) : no_session(r, at.session));
}

exchange delete_session(world& w, const request& r, const route& at, const std::string& address, instant now) {
  constexpr auto what = operation::delete_session;
  if (w.set.production) return decided(what, address, forbidden(r, "delete_session"));
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "delete_session", address, now)) return decided(what, address, std::move(*no));
  const bool gone = w.sessions.erase(at.session);
  return decided(what, address, gone ? complete(r, 204, "") : no_session(r, at.session));
}

exchange create_event(world& w, const request& r, const route& at, const std::string& address, instant now) {
  constexpr auto what = operation::chat;
  faults f;
  const auto wanted = read_new_event(r, f);
  if (f.any()) return decided(what, address, f.answer(r));
  const bool from_customer = wanted.kind == "message" && wanted.source == "customer";
  if (w.set.production && !from_customer) return decided(what, address, forbidden(r, other_event(wanted)));
  {
    const std::lock_guard lock(w.guard);
    const auto named = from_customer ? "create_customer_event" : other_event(wanted);
    if (auto no = gate(w, r, what, named, address, now)) return decided(what, address, std::move(*no));
  }
  if (!from_customer)
    return decided(what, address, detail(r, 422, "This target takes events of kind 'message' from 'customer' alone"));
  if (!wanted.message) return decided(what, address, detail(r, 422, "Missing 'message' field for event"));
  return {.next = [&w, r, id = at.session,
                   text = *wanted.message](instant then) { return take_message(w, r, id, text, then); },
          .what = what,
          .address = address};
}

exchange read_agent(world& w, const request& r, const route& at, const std::string& address, instant now) {
  constexpr auto what = operation::read_agent;
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "read_agent", address, now)) return decided(what, address, std::move(*no));
  return decided(what, address, at.agent == w.set.agent_id ? complete(r, 200, agent_json(w)) : no_item(r, at.agent));
}

exchange list_agents(world& w, const request& r, const route&, const std::string& address, instant now) {
  constexpr auto what = operation::read_agent;
  if (w.set.production) return decided(what, address, forbidden(r, "list_agents"));
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, what, "list_agents", address, now)) return decided(what, address, std::move(*no));
  return decided(what, address, complete(r, 200, "[" + agent_json(w) + "]"));
}

}  // namespace lstarget
