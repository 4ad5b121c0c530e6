// What lstarget can be told on its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  double slow_share = 0;                   // of turns, 0..1, whose delay is `slow_delay` instead
  lsrun::time::span slow_delay = 0;        // ns
  lsrun::time::span stall = 0;             // ns in which nothing is answered, once; 0: never
  lsrun::time::span stall_after = 0;       // ns from the first counted request to it
  std::uint64_t overload = 0;              // more sessions than this are too many; 0: never too many
  lsrun::time::span overload_delay = 0;    // ns, added to delays while there are too many
  lsrun::time::span recovery = 0;          // ns for which that goes on afterwards
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
  std::size_t garbage = 0;           // bytes that gather in each `garbage_period` and are given back
  lsrun::time::span garbage_period = 0;
  std::string log;  // a file for a row a reply; "": none
};

// Reads the command line; nothing if there is nothing to run (help was asked for, or an error was told on stderr), then
// `exit_code` says what to end with.
std::optional<options> read_options(int argc, char** argv, int& exit_code);

// The options as words, for the manual page.
struct option_words {
  std::string names, help;
  std::string fallback;  // "" if there is none
  bool value = false;    // takes one
};
std::vector<option_words> option_list();

}  // namespace lstarget
