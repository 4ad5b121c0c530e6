// Trace ids of W3C Trace Context, level 1: 16 bytes, whose first half names the run and whose second half the request.
// The second is a function of seed, session and the request's place in it, so that the same plan gives its requests the
// same halves in every run; the first differs from run to run, so that two runs never share a trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lsrun::metrics {

// The first half, from the run's id; never 0.
std::uint64_t trace_half_of(std::string_view run_id);

// Both halves as 32 hexadecimal digits.
std::string trace_id_text(std::uint64_t run_half, std::uint64_t request_half);

// The header's value: version 00, trace id, span id (the request's half once more: a trace has one request of lsrun's),
// flags 01, sampled. `request_half` is not 0.
inline constexpr std::string_view traceparent_shape = "00-00000000000000000000000000000000-0000000000000000-01";
// Writes the two ids into a text of that shape. Allocates nothing.
void put_trace(char* traceparent, std::uint64_t run_half, std::uint64_t request_half);

}  // namespace lsrun::metrics
