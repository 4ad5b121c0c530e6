// What all requests share: settings, limits, sessions, counts, and the mutex over them.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "answer.hpp"
#include "limiter.hpp"
#include "options.hpp"
#include "reply_log.hpp"
#include "sessions.hpp"
#include "stats.hpp"

namespace lstarget {

struct world {
  explicit world(options o) : set(std::move(o)), limits(set.limits), sessions(set) {
    if (!set.log.empty()) log.emplace(set.log);
  }

  const options set;
  std::mutex guard;  // of limits and sessions
  limiter limits;
  session_store sessions;
  stats counted;
  std::optional<reply_log> log;
  std::atomic<instant> first{0};                                    // when the first counted request came
  std::atomic<std::uint64_t> accepted{0}, open{0}, closed_idle{0};  // connections
  // Microseconds since 1970 of the monotonic clock's zero.
  const std::int64_t utc_offset =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count() -
      lsrun::time::now() / lsrun::time::microsecond;

  // "2026-11-23T20:17:42.998410Z"
  std::string stamp(instant at) const;
};

// A refusal's text in both APIs: "Rate limit exceeded: OPERATION=..., HEADERS=Headers({...})".
std::string refusal_text(const request&, std::string_view parlant_operation);
// The refusal as HTTP 429.
step refused(const world&, const request&, std::string_view parlant_operation, const limiter::verdict&, instant now);

}  // namespace lstarget
