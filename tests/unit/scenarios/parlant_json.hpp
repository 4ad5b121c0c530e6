// Events as a Parlant 3.3 server writes them, made by the tests from the shapes of its answers.
#pragma once

#include <string>

namespace parlant_json {

// "2026-11-23T20:23:12.393736Z", ms after it.
inline std::string stamp(unsigned ms) {
  char text[40];
  std::snprintf(text, sizeof text, "2026-11-23T20:%02u:%02u.%03u000Z", 23 + ms / 60000, ms / 1000 % 60, ms % 1000);
  return text;
}

inline std::string event(unsigned offset, const std::string& source, const std::string& kind, const std::string& data,
                         unsigned ms) {
  const auto n = std::to_string(offset);
  return R"({"id":"event)" + n + R"(","source":")" + source + R"(","kind":")" + kind + R"(","offset":)" + n +
         R"(,"creation_utc":")" + stamp(ms) + R"(","trace_id":"t","correlation_id":"t","data":)" + data +
         R"(,"metadata":{},"deleted":false})";
}

inline std::string customer(unsigned offset, unsigned ms = 0) {
  return event(offset, "customer", "message",
               R"({"message":"hello","participant":{"id":"guest","display_name":"Guest"},"flagged":false,"tags":[]})",
               ms);
}

inline std::string status(unsigned offset, const std::string& name, const std::string& data = "{}", unsigned ms = 0) {
  return event(offset, "ai_agent", "status", R"({"status":")" + name + R"(","data":)" + data + "}", ms);
}

inline std::string acknowledged(unsigned offset, unsigned ms = 0) { return status(offset, "acknowledged", "{}", ms); }

inline std::string completed(unsigned offset, unsigned ms = 0) {
  return status(offset, "ready", R"({"stage":"completed","matched_guidelines":[],"matched_journeys":[]})", ms);
}

// more: further members of data, with a comma in front.
inline std::string message(unsigned offset, unsigned ms = 0, const std::string& more = "") {
  return event(offset, "ai_agent", "message",
               R"({"message":"words","participant":{"id":"a","display_name":"Agent"})" + more + "}", ms);
}

inline std::string preamble(unsigned offset, unsigned ms = 0) {
  return message(offset, ms, R"(,"tags":["__preamble__"])");
}

template <class... Events>
std::string list(const Events&... events) {
  std::string all = "[";
  ((all += (all.size() > 1 ? "," : ""), all += events), ...);
  return all + "]";
}

}  // namespace parlant_json
