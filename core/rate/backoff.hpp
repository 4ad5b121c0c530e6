// When a request that was refused or found no connection is sent again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/outcome.hpp"
#include "time/clock.hpp"

namespace lsrun::rate {

struct retry_policy {
  std::uint32_t attempts = 5;           // of one request, the first included
  time::span first = time::second;      // the wait after the first attempt, before jitter
  time::span most = 60 * time::second;  // no wait is longer, a server's Retry-After included
  bool full_jitter = true;              // draw the wait evenly from 0 to the computed one, so that no herd returns
};

// The wait before attempt number `attempt` + 1: first * 2^(attempt - 1), capped by most, then jitter by `random`
// ("Exponential Backoff And Jitter", M. Brooker 2015: full jitter).
time::span backoff(const retry_policy&, std::uint32_t attempt, std::uint64_t random);

// What to do after attempt number `attempt` (from 1) ended with this outcome: the wait before the next one, or nullopt
// for none. Refusals wait as long as the target asked for (`retry_after`, capped), else back off; connections that
// could not be made back off; all else is not repeated.
std::optional<time::span> wait_before_retry(const retry_policy&, model::outcome, std::uint32_t attempt,
                                            std::optional<time::span> retry_after, std::uint64_t random);

// The value of a Retry-After header (RFC 9110, 10.2.3): whole seconds or an HTTP date, as a span from `unix_now`
// (seconds since 1970); a date in the past is 0. nullopt for anything else.
std::optional<time::span> parse_retry_after(std::string_view value, std::int64_t unix_now);

}  // namespace lsrun::rate
