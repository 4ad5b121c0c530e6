// What lstarget can be told on its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "limiter.hpp"
#include "load/distribution.hpp"
#include "time/clock.hpp"

namespace lstarget {

struct options {
  std::string host = "127.0.0.1";  // an address, without brackets
  std::uint16_t port = 8800;       // 0: one that is free
  limit_table limits{};            // windows already divided by time_scale
  bool production = false;         // the events API's policy: what guests may do
  double time_scale = 1;
  lsrun::load::distribution delay;         // ns, from a message's arrival to its reply
  lsrun::time::span first_turn_delay = 0;  // ns, added where the chat API makes a session's agent
  lsrun::time::span poll_every = 250 * lsrun::time::millisecond;  // how often a waiting poll or stream looks
  lsrun::time::span idle_timeout = 5 * lsrun::time::second;
  std::size_t lru = 1000;  // agents kept by the chat API
  std::uint64_t seed = 1;
  unsigned threads = 1;
  bool trust_forwarded = true;
  bool first_counts_both = true;  // a session's first chat message takes a place of create_session and of chat
  bool hidden_refusal = true;     // the chat API refuses in an envelope with HTTP 200
  bool retry_after = false;       // header on plain refusals
  double business_share = 0, error_share = 0, timeout_share = 0, fail_share = 0;  // of turns, 0..1, together at most 1
  bool preamble = false, stream = false;
  unsigned split = 1;  // messages a reply
  std::string agent_id = "lstagent01";
  std::string certificate, key;      // PEM files; both or none
  std::size_t leak_per_session = 0;  // bytes
};

// Reads the command line; nothing if there is nothing to run (help was asked for, or an error was told on stderr), then
// `exit_code` says what to end with.
std::optional<options> read_options(int argc, char** argv, int& exit_code);

}  // namespace lstarget
