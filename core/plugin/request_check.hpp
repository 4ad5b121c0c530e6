// What the host looks at before it takes a request from a plugin: nothing malformed goes to the wire. Pure.
#pragma once

#include <lsrun/abi.h>

#include <cstddef>

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
const char* wrong_with_parts(const lsrun_http_request&);
// ... then its words: method, target and headers.
const char* wrong_with_words(const lsrun_http_request&);

}  // namespace lsrun::plugin
