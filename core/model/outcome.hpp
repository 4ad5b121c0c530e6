// How a request or a step ended, and which step it was: the words of docs/architecture.md as types.
// The numbers are those of plugin_api/include/lsrun/abi.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lsrun::model {

enum class outcome : std::uint8_t {
  ok,              // answered as asked
  business_error,  // the system works, the answer is a refusal by its own rules; counts as success
  rate_limited,    // refused by a rate limit, in whatever form
  timeout,         // no complete answer within its time
  connect_error,   // no connection
  server_error,    // HTTP 5xx, or its like in an envelope
  client_error,    // HTTP 4xx other than 429
  protocol_error,  // not HTTP, cut off, or not what the scenario can read
  cancelled,       // ended by lsrun: cleanup, end of the run, interrupt
  empty_poll,      // a long poll that ended empty, as announced; neither success nor failure
  plugin_fault,    // steps only: the plugin threw or broke the contract
};
inline constexpr std::size_t outcome_count = 11;

inline constexpr std::array<std::string_view, outcome_count> outcome_names{
    "ok",           "business_error", "rate_limited", "timeout",    "connect_error", "server_error",
    "client_error", "protocol_error", "cancelled",    "empty_poll", "plugin_fault"};

constexpr std::string_view name(outcome o) { return outcome_names[static_cast<std::size_t>(o)]; }

// The outcome with this name, if there is one.
constexpr std::optional<outcome> outcome_named(std::string_view text) {
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (outcome_names[i] == text) return static_cast<outcome>(i);
  return std::nullopt;
}

// Did a step or a request that ended so end well?
constexpr bool well(outcome o) { return o == outcome::ok || o == outcome::business_error || o == outcome::empty_poll; }

// What a complete HTTP answer means where no scenario knows better.
constexpr outcome outcome_of_status(unsigned status) {
  if (status == 429) return outcome::rate_limited;
  if (status >= 200 && status < 400) return outcome::ok;
  if (status >= 400 && status < 500) return outcome::client_error;
  if (status >= 500 && status < 600) return outcome::server_error;
  return outcome::protocol_error;
}

enum class step : std::uint8_t { open, turn, close };
inline constexpr std::array<std::string_view, 3> step_names{"open", "turn", "close"};
constexpr std::string_view name(step s) { return step_names[static_cast<std::size_t>(s)]; }

}  // namespace lsrun::model
