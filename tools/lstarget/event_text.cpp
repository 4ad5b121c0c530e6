// JSON put together as text: the order of fields is part of the imitation.
#include "event_text.hpp"

#include <algorithm>
#include <array>

namespace lstarget {
namespace {

constexpr std::array<std::string_view, reply_chunks> chunk_words{"This is ", "a stub ", "reply to ", "your message."};
constexpr std::string_view agent_name = "Stub Agent";
constexpr std::uint64_t ids_of_events = 0x3000000000,
                        ids_of_traces = 0x5000000000;  // streams apart from those of turns

std::string customer_data(const world& w, const session& s, const event& e) {
  const auto* known = w.sessions.find_customer(s.customer);
  return "{\"message\":" + json_string(e.text) + ",\"participant\":{\"id\":" + json_string(s.customer) +
         ",\"display_name\":" + json_string(known ? known->name : s.customer) + "},\"flagged\":false,\"tags\":[]}";
}

std::string agent_message(const world& w, std::string_view text, std::string_view more) {
  return "{\"message\":" + json_string(text) + ",\"participant\":{\"id\":" + json_string(w.set.agent_id) +
         ",\"display_name\":\"" + std::string(agent_name) + "\"}" + std::string(more) + "}";
}

std::string reply_data(const world& w, const event& e, instant now) {
  if (!w.set.stream) return agent_message(w, reply_text(e.part), "");
  const auto p = progress_of(w, e, now);
  std::string text, chunks;
  for (unsigned i = 0; i < p.chunks; ++i) {
    text += chunk_words[i];
    chunks.append(i ? "," : "").append("\"").append(chunk_words[i]).append("\"");
  }
  if (p.ended) chunks.append(p.chunks ? "," : "").append("null");
  return agent_message(w, text, ",\"chunks\":[" + chunks + "]");
}

std::string status(std::string_view word, std::string_view data = "{}") {
  return "{\"status\":\"" + std::string(word) + "\",\"data\":" + std::string(data) + "}";
}

std::string data_of(const world& w, const session& s, const event& e, instant now) {
  switch (e.what) {
    case saying::customer:
      return customer_data(w, s, e);
    case saying::acknowledged:
      return status("acknowledged");
    case saying::processing:
      return status("processing", "{\"stage\":\"Interpreting\"}");
    case saying::typing:
      return status("typing");
    case saying::preamble:
      return agent_message(w, "Just a moment", ",\"tags\":[\"__preamble__\"]");
    case saying::message:
      return reply_data(w, e, now);
    case saying::ready:
      return status("ready");
    case saying::completed:
      return status("ready",
                    "{\"stage\":\"completed\",\"matched_guidelines\":[],\"matched_journeys\":[],"
                    "\"matched_journey_states\":[]}");
    case saying::cancelled:
      return status("cancelled");
    case saying::error:
      return status("error", "{\"exception\":\"['Exception: Task failed\\\\n']\"}");
  }
  return "{}";
}

}  // namespace

progress progress_of(const world& w, const event& e, instant now) {
  if (!w.set.stream || e.what != saying::message) return {};
  const auto until = std::min(now, e.cut);
  const auto gaps = std::max<span>(0, until - e.at) / chunk_gap;
  const auto out = static_cast<unsigned>(std::min<span>(gaps + 1, reply_chunks));
  return {out, gaps >= reply_chunks || now >= e.cut};
}

std::string_view kind_of(const event& e) {
  return e.what == saying::customer || e.what == saying::message || e.what == saying::preamble ? "message" : "status";
}

std::string_view source_of(const event& e) { return e.what == saying::customer ? "customer" : "ai_agent"; }

std::string event_id(const world& w, const session& s, std::size_t offset) {
  return short_id(w.set.seed, ids_of_events + s.number, offset);
}

std::string event_json(const world& w, const session& s, std::size_t offset, instant now) {
  const auto& e = s.events[offset];
  const auto trace = trace_id(w.set.seed, ids_of_traces + s.number, e.turn);
  std::string text;
  text.reserve(400);
  text.append("{\"id\":\"").append(event_id(w, s, offset)).append("\",\"source\":\"").append(source_of(e));
  text.append("\",\"kind\":\"").append(kind_of(e)).append("\",\"offset\":").append(std::to_string(offset));
  text.append(",\"creation_utc\":\"").append(w.stamp(e.at)).append("\",\"trace_id\":\"").append(trace);
  text.append("\",\"correlation_id\":\"").append(trace).append("\",\"data\":").append(data_of(w, s, e, now));
  return text.append(",\"metadata\":{},\"deleted\":false}");
}

std::string session_json(const world& w, const session& s) {
  return "{\"id\":" + json_string(s.id) + ",\"agent_id\":" + json_string(w.set.agent_id) +
         ",\"customer_id\":" + json_string(s.customer) + ",\"creation_utc\":\"" + w.stamp(s.created) +
         "\",\"title\":" + s.title +
         ",\"mode\":\"auto\",\"consumption_offsets\":{\"client\":0},\"metadata\":" + s.metadata + ",\"labels\":[]}";
}

std::string customer_json(const world& w, const std::string& id, const customer& c) {
  return "{\"id\":" + json_string(id) + ",\"creation_utc\":\"" + w.stamp(c.created) +
         "\",\"name\":" + json_string(c.name) + ",\"metadata\":" + c.metadata + ",\"tags\":[]}";
}

std::string agent_json(const world& w) {
  return "{\"id\":" + json_string(w.set.agent_id) + ",\"name\":\"" + std::string(agent_name) +
         "\",\"description\":" + (w.set.production ? "null" : "\"Answers every message with the same words.\"") +
         ",\"max_engine_iterations\":3,\"composition_mode\":\"canned_fluid\",\"message_output_mode\":\"" +
         (w.set.stream ? "stream" : "block") + "\",\"tags\":[]}";
}

}  // namespace lstarget
