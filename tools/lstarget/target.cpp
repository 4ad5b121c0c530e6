// The routes. What is not limited and not counted is answered first.
#include "target.hpp"

#include "chat_api.hpp"
#include "events_api.hpp"
#include "metrics_page.hpp"

namespace lstarget {
namespace {

exchange uncounted(step s) { return {.next = at_once(std::move(s)), .counted = false, .address = {}}; }

step statistics(world& w, const request& r) {
  session_counts s;
  {
    const std::lock_guard lock(w.guard);
    s = w.sessions.counts();
  }
  if (w.log) w.log->flush();
  return complete(r, 200, w.counted.json(s, {w.accepted, w.open, w.closed_idle}));
}

step metrics(world& w, const request& r) {
  return complete(r, 200, metrics_text(w), {.content_type = "text/plain; version=0.0.4; charset=utf-8"});
}

step reset(world& w, const request& r) {
  {
    const std::lock_guard lock(w.guard);
    w.sessions.reset_counts();
  }
  w.counted.reset();
  w.accepted = w.closed_idle = 0;
  w.first = 0;
  return complete(r, 200, "{}");
}

std::optional<step> own_page(world& w, const request& r) {
  constexpr std::string_view healthy =
      "{\"status\":\"healthy\",\"checks\":{\"event_loop\":{\"status\":\"healthy\",\"latency_ms\":0.1}}}";
  const bool get = r.method == "GET";
  if (r.path == "/healthz") return get ? complete(r, 200, healthy) : not_allowed(r, "GET");
  if (r.path == "/health") return get ? complete(r, 200, "{\"status\":\"ok\"}") : not_allowed(r, "GET");
  if (r.path == "/metrics") return get ? metrics(w, r) : not_allowed(r, "GET");
  if (r.path == "/__lstarget/stats") return get ? statistics(w, r) : not_allowed(r, "GET");
  if (r.path == "/__lstarget/reset") return r.method == "POST" ? reset(w, r) : not_allowed(r, "POST");
  if (r.path.starts_with("/__lstarget/")) return detail(r, 404, "Not Found");
  return std::nullopt;
}

exchange other(step s, const std::string& address) { return {.next = at_once(std::move(s)), .address = address}; }

exchange routed(world& w, const request& r, instant now) {
  if (auto page = own_page(w, r)) return uncounted(std::move(*page));
  const auto found = client_address(r, w.set.trust_forwarded);
  if (!found && (w.set.production || w.limits.limits_anything()))
    return other(detail(r, 403, "No client IP found"), r.peer);
  const auto address = found.value_or(r.peer);
  if (r.path == "/sessions/chat" && r.method == "POST") return chat(w, r, address, now);
  const auto route = events_route(r);
  if (route.handler) {
    auto e = route.handler(w, r, route, address, now);
    e.session = route.session;
    return e;
  }
  if (!route.methods.empty()) return other(not_allowed(r, route.methods), address);
  return other(detail(r, 404, "Not Found"), address);
}

// Nothing of it happens in the stall: what falls due there happens at its end.
void hold_in_stall(world& w, exchange& e, instant now) {
  instant none = 0;
  w.first.compare_exchange_strong(none, now);
  const instant from = w.first + w.set.stall_after, to = from + w.set.stall;
  e.next = [next = std::move(e.next), from, to](instant at) {
    return at >= from && at < to ? step{.wake = to} : next(at);
  };
}

}  // namespace

exchange answer(world& w, const request& r, instant now) {
  auto e = routed(w, r, now);
  if (e.counted && w.set.stall > 0) hold_in_stall(w, e, now);
  return e;
}

}  // namespace lstarget
