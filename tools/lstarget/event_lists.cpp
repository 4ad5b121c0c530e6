// Waiting for events: long polls, streams of events, and one event as its chunks come. As in the real server a wait
// looks again and again, counted from its arrival, so what a client sees lies on that grid.
#include <algorithm>
#include <memory>

#include "body_checks.hpp"
#include "event_text.hpp"
#include "events_api.hpp"

namespace lstarget {
namespace {

constexpr std::int64_t longest_wait = 86'400;                  // s
constexpr span chunks_every = 100 * lsrun::time::millisecond;  // how often a message under way is looked at

struct listing {
  std::string session;
  std::int64_t min_offset = 0, wait = 60;  // wait in s
  std::optional<std::string> source;
  std::vector<std::string> kinds;  // empty: all
  bool stream = false, known_kinds = true;
};

listing read_listing(const request& r, faults& f) {
  listing l;
  l.min_offset = std::max<std::int64_t>(number_parameter(r, "min_offset", 0, f), 0);
  l.source = word_parameter(
      r, "source",
      {"customer", "customer_ui", "human_agent", "human_agent_on_behalf_of_ai_agent", "ai_agent", "system"}, f);
  l.wait = std::clamp(number_parameter(r, "wait_for_data", 60, f), -longest_wait, longest_wait);
  l.stream = flag_parameter(r, "sse", false, f);
  const auto kinds = r.parameter("kinds").value_or("");
  for (std::size_t at = 0; at < kinds.size();) {
    const auto end = std::min(kinds.find(',', at), kinds.size());
    auto& kind = l.kinds.emplace_back(kinds.substr(at, end - at));
    l.known_kinds &= kind == "message" || kind == "status" || kind == "tool" || kind == "custom";
    at = end + 1;
  }
  return l;
}

bool wanted(const listing& l, const event& e) {
  if (l.source && *l.source != source_of(e)) return false;
  return l.kinds.empty() || std::find(l.kinds.begin(), l.kinds.end(), kind_of(e)) != l.kinds.end();
}

instant next_look(instant arrived, instant now, span every) { return arrived + ((now - arrived) / every + 1) * every; }

// One look of a long poll. `arrived` is when its request came.
step poll(world& w, const request& r, const listing& l, instant arrived, instant now) {
  const std::lock_guard lock(w.guard);
  auto* s = w.sessions.find(l.session);
  if (!s) return no_session(r, l.session);
  s->advance(now);
  std::string list = "[";
  for (auto i = static_cast<std::size_t>(l.min_offset); i < s->events.size(); ++i)
    if (wanted(l, s->events[i])) list.append(list.size() > 1 ? "," : "").append(event_json(w, *s, i, now));
  if (list.size() > 1 || l.wait == 0) return complete(r, 200, list + "]");
  const auto end = arrived + l.wait * lsrun::time::second;
  if (now >= end) return complete(r, 504, "{\"detail\":\"Request timed out\"}", outcome::empty_poll);
  return {.wake = std::min(end, next_look(arrived, now, w.set.poll_every))};
}

struct streaming {
  std::size_t next = 0;  // offset
  instant last = 0;      // when the last event was sent, or the request came
  bool begun = false, any = false;
};

// One look of a stream: all that is new, each event in a chunk of its own.
step stream(world& w, const request& r, const listing& l, streaming& so_far, instant arrived, instant now) {
  step s{.status = 200};
  if (!so_far.begun) s.bytes = stream_head(r);
  so_far.begun = true;
  const std::lock_guard lock(w.guard);
  auto* of = w.sessions.find(l.session);
  if (of) of->advance(now);
  for (; of && so_far.next < of->events.size(); ++so_far.next) {
    if (!wanted(l, of->events[so_far.next])) continue;
    s.bytes.append(chunk("data: " + event_json(w, *of, so_far.next, now) + "\n\n"));
    so_far.last = now;
    so_far.any = true;
  }
  const auto end = so_far.last + l.wait * lsrun::time::second;
  s.done = !of || now >= end;
  if (s.done) {
    s.bytes.append(last_chunk);
    s.ended = so_far.any ? outcome::ok : outcome::empty_poll;
  }
  s.wake = std::min(end, next_look(arrived, now, w.set.poll_every));
  return s;
}

struct reading {
  std::string session{}, event{};
  bool stream = false, complete = false, begun = false;
  progress sent{.chunks = 0, .ended = false};
};

// The event's offset in its session; its size if there is none.
std::size_t find_event(const world& w, const session& s, const std::string& id) {
  std::size_t i = 0;
  while (i < s.events.size() && event_id(w, s, i) != id) ++i;
  return i;
}

// One look at one event.
step look_at(world& w, const request& r, reading& so_far, instant arrived, instant now) {
  const std::lock_guard lock(w.guard);
  auto* s = w.sessions.find(so_far.session);
  if (s) s->advance(now);
  const auto at = s ? find_event(w, *s, so_far.event) : 0;
  if (!s || at == s->events.size()) {
    if (so_far.begun) return {.bytes = std::string(last_chunk), .done = true, .status = 200};
    return s ? detail(r, 404, "Event not found (id='" + so_far.event + "')") : no_session(r, so_far.session);
  }
  const auto out = progress_of(w, s->events[at], now);
  step move{.wake = next_look(arrived, now, chunks_every), .status = 200};
  if (!so_far.stream) {
    if (so_far.complete && !out.ended) return move;
    return complete(r, 200, event_json(w, *s, at, now));
  }
  if (!so_far.begun) move.bytes = stream_head(r);
  if (!so_far.begun || out != so_far.sent) move.bytes.append(chunk("data: " + event_json(w, *s, at, now) + "\n\n"));
  so_far.begun = true;
  so_far.sent = out;
  move.done = out.ended;
  if (move.done) move.bytes.append(last_chunk);
  return move;
}

}  // namespace

exchange list_events(world& w, const request& r, const route& at, const std::string& address, instant now) {
  exchange e{.next = {}, .what = operation::list_events, .address = address};
  faults f;
  auto l = read_listing(r, f);
  l.session = at.session;
  if (f.any()) {
    e.next = at_once(f.answer(r));
    return e;
  }
  {
    const std::lock_guard lock(w.guard);
    if (auto no = gate(w, r, e.what, "list_events", address, now)) {
      e.next = at_once(std::move(*no));
      return e;
    }
  }
  if (!l.known_kinds) {
    e.next = at_once(internal_error(r));
  } else if (l.stream) {
    e.stream = true;
    e.next = [&w, r, l, now, so_far = streaming{static_cast<std::size_t>(l.min_offset), now}](instant then) mutable {
      return stream(w, r, l, so_far, now, then);
    };
  } else {
    e.next = [&w, r, l, now](instant then) { return poll(w, r, l, now, then); };
  }
  return e;
}

exchange read_event(world& w, const request& r, const route& at, const std::string& address, instant now) {
  exchange e{.next = {}, .what = operation::read_event, .address = address};
  faults f;
  reading what{.session = at.session, .event = at.event};
  what.complete = flag_parameter(r, "wait_for_completion", false, f);
  what.stream = e.stream = flag_parameter(r, "sse", false, f);
  if (f.any()) {
    e.next = at_once(f.answer(r));
    return e;
  }
  if (w.set.production) {
    e.next = at_once(forbidden(r, "read_event"));
    return e;
  }
  const std::lock_guard lock(w.guard);
  if (auto no = gate(w, r, e.what, "read_event", address, now))
    e.next = at_once(std::move(*no));
  else
    e.next = [&w, r, now, what](instant then) mutable { return look_at(w, r, what, now, then); };
  return e;
}

}  // namespace lstarget
