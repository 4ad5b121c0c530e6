// What the host looks at before it takes a request from a plugin: nothing malformed goes to the wire. Pure.
#pragma once

#include <lsrun/abi.h>

#include <cstddef>
#include <cstdint>

namespace lsrun::plugin {

// The size of each struct in version 1.0 of the boundary: whoever fills one may not give less.
template <class T>
inline constexpr std::size_t size_1_0 = 0;
template <>
inline constexpr std::size_t size_1_0<lsrun_http_request> = offsetof(lsrun_http_request, on_event) + sizeof(void*);
template <>
inline constexpr std::size_t size_1_0<lsrun_scenario> = offsetof(lsrun_scenario, destroy) + sizeof(void*);
template <>
inline constexpr std::size_t size_1_0<lsrun_scenario_type> = offsetof(lsrun_scenario_type, create) + sizeof(void*);
template <>
inline constexpr std::size_t size_1_0<lsrun_report_type> = offsetof(lsrun_report_type, write) + sizeof(void*);
template <>
inline constexpr std::size_t size_1_0<lsrun_plugin> = offsetof(lsrun_plugin, reports) + sizeof(lsrun_array);

// What is wrong with a request, as words for the log; nullptr: nothing. First its parts: what may be read at all, and
// what belongs together ...
inline const char* wrong_with_parts(const lsrun_http_request& q) {
  const auto lacks_pointer = [](const lsrun_str& s) { return s.len > 0 && s.ptr == nullptr; };
  if (!q.done) return "done is NULL";
  if (lacks_pointer(q.method) || lacks_pointer(q.target) || lacks_pointer(q.body)) return "a text is NULL";
  if (q.on_event && !(q.flags & LSRUN_HTTP_SSE)) return "on_event needs the flag LSRUN_HTTP_SSE";
  if ((q.flags & LSRUN_HTTP_SSE) && !q.on_event) return "the flag LSRUN_HTTP_SSE needs on_event";
  if (q.header_count > 0 && !q.headers) return "headers is NULL";
  for (std::uint32_t i = 0; i < q.header_count; ++i)
    if (lacks_pointer(q.headers[i].name) || lacks_pointer(q.headers[i].value)) return "a header's text is NULL";
  return nullptr;
}
// ... then its words: method, target and headers.
const char* wrong_with_words(const lsrun_http_request&);

}  // namespace lsrun::plugin
