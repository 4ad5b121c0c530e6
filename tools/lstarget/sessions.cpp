// The store, and a turn's way from its plan to its events.
#include "sessions.hpp"

#include <algorithm>
#include <cstring>

namespace lstarget {
namespace {

constexpr std::uint64_t ids_of_sessions = 0x5e5510, ids_of_customers = 0xc0570;  // apart from the draws of turns

std::uint64_t hash_of(std::string_view text) {  // FNV-1a: the same on every machine
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

}  // namespace

void session::advance(instant now) {
  auto due = pending.begin();
  while (due != pending.end() && due->at <= now) {
    const bool words = due->what == saying::message || due->what == saying::preamble;
    if (words && due->turn == current && answered != current) {
      answered = current;
      wait_before = last_wait;
      last_wait = due->at - asked;
    }
    events.push_back(std::move(*due++));
  }
  pending.erase(pending.begin(), due);
}

session& session_store::create(std::string id, instant now) {
  const auto number = ++numbers_;
  const bool own = id.empty();
  for (std::uint64_t attempt = 0; id.empty() || (own && sessions_.contains(id)); ++attempt)
    id = short_id(options_.seed, ids_of_sessions + attempt, number);
  auto& s = sessions_[id];
  s.id = id;
  s.number = number;
  s.stream = own ? number : hash_of(id);
  s.created = now;
  ++created_;
  if (options_.leak_per_session > 0) {
    kept_.push_back(std::make_unique_for_overwrite<char[]>(options_.leak_per_session));
    std::memset(kept_.back().get(), 1, options_.leak_per_session);  // pages that are not touched would cost nothing
  }
  return s;
}

session* session_store::find(const std::string& id) {
  const auto at = sessions_.find(id);
  return at == sessions_.end() ? nullptr : &at->second;
}

bool session_store::erase(const std::string& id) {
  const auto at = sessions_.find(id);
  if (at == sessions_.end()) return false;
  if (at->second.agent) agents_.erase(*at->second.agent);
  sessions_.erase(at);
  ++deleted_;
  return true;
}

bool session_store::use_agent(session& s) {
  if (s.agent) {
    agents_.splice(agents_.end(), agents_, *s.agent);
    return true;
  }
  s.agent = agents_.insert(agents_.end(), &s);
  if (agents_.size() > options_.lru) {
    agents_.front()->agent.reset();
    agents_.pop_front();
    ++evicted_;
  }
  return false;
}

span session_store::overload(instant now) {
  if (options_.overload == 0) return 0;
  if (sessions_.size() > options_.overload) overloaded_until_ = now + options_.recovery + 1;
  return now < overloaded_until_ ? options_.overload_delay : 0;
}

turn_course session_store::course(const session& s, fate how, instant now) {
  turn_course c;
  c.delay = delay_of(options_, s.stream, s.turns) + overload(now);
  c.how = how;
  c.parts = options_.split;
  c.chunks = options_.stream ? reply_chunks : 0;
  c.preamble = options_.preamble && begins_with_preamble(s.turns, s.last_wait, s.wait_before);
  c.preamble_after = lsrun::time::from_seconds(1.5 + 0.5 * chance(options_, s.stream, s.turns, 2));
  c.reply_after = lsrun::time::from_seconds(1.0 + chance(options_, s.stream, s.turns, 3));
  return c;
}

const event& session_store::begin_turn(session& s, std::string text, fate how, instant now) {
  s.advance(now);
  // What is still to be told of turns that were cancelled before stays; the rest of the one under way does not.
  const auto under_way =
      std::find_if(s.pending.begin(), s.pending.end(), [&](const event& e) { return e.turn == s.current; });
  instant start = now;
  if (under_way != s.pending.end()) {
    s.pending.erase(under_way, s.pending.end());
    for (auto& e : s.events)
      if (e.what == saying::message && e.turn == s.current) e.cut = now;
    hush(s);
    start = now + 2 * lsrun::time::millisecond;
    s.pending.push_back({.at = start, .turn = s.current, .what = saying::cancelled});
    s.pending.push_back({.at = start, .turn = s.current, .what = saying::completed});
  }
  const auto turn = s.current = ++s.turns;
  const auto plan = plan_turn(course(s, how, now));
  for (const auto& p : plan)
    s.pending.push_back({.at = p.after == lsrun::time::never ? p.after : start + p.after,
                         .turn = turn,
                         .what = p.what,
                         .part = static_cast<std::uint8_t>(p.part)});
  if (options_.split > 1 && how == fate::reply) speak(s, plan, start);
  s.asked = now;
  s.events.push_back({.at = now, .turn = turn, .what = saying::customer, .text = std::move(text)});
  return s.events.back();
}

void session_store::speak(session& s, const std::vector<planned_event>& plan, instant from) {
  s.speaks_from = s.speaks_to = 0;
  for (const auto& p : plan)
    if (p.what == saying::message) {
      if (s.speaks_from == 0) s.speaks_from = from + p.after;
      s.speaks_to = from + p.after;
    }
  speaking_.emplace(s.speaks_from, s.speaks_to);
}

void session_store::hush(const session& s) {
  const auto [begin, end] = speaking_.equal_range(s.speaks_from);
  const auto own = std::find_if(begin, end, [&](const auto& one) { return one.second == s.speaks_to; });
  if (own != end) speaking_.erase(own);
}

instant session_store::speaking_until(instant now) {
  instant until = 0;
  for (auto at = speaking_.begin(); at != speaking_.end() && at->first <= now;) {
    if (at->second <= now) {
      at = speaking_.erase(at);
    } else {
      until = std::max(until, at->second);
      ++at;
    }
  }
  return until;
}

std::optional<std::string> session_store::create_customer(std::string id, customer c) {
  const auto known = [&] { return id == "guest" || customers_.contains(id); };
  if (!id.empty() && known()) return std::nullopt;
  while (id.empty() || known()) id = short_id(options_.seed, ids_of_customers, ++customer_numbers_);
  customers_.emplace(id, std::move(c));
  return id;
}

const customer* session_store::find_customer(const std::string& id) const {
  static const customer guest{.name = "Guest", .metadata = "{}"};
  if (id == "guest") return &guest;
  const auto at = customers_.find(id);
  return at == customers_.end() ? nullptr : &at->second;
}

std::string_view reply_text(unsigned part) {
  return part == 0 ? "This is a stub reply to your message." : "This is another part of the reply.";
}

std::string short_id(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string id(10, ' ');
  auto random = lsrun::load::mix(seed, stream, index);
  for (auto& c : id) {
    c = letters[random % letters.size()];
    random /= letters.size();
  }
  return id;
}

std::string trace_id(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(lsrun::load::mix(seed, stream, index)),
                static_cast<unsigned long long>(lsrun::load::mix(~seed, stream, index)));
  return text;
}

}  // namespace lstarget
