// What one worker counts: written by its thread alone, without locks or allocation once warm; handed over each second.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "metrics/interval.hpp"
#include "metrics/registry.hpp"

namespace lsrun::metrics {

struct request_record {  // one request that ended (an attempt)
  std::uint32_t address = 0, operation = 0, tenant = 0;
  std::uint32_t turn = 0;  // 0: open; from 1: a turn; no_turn: close
  std::uint32_t attempt = 1;
  model::outcome outcome{};
  std::uint16_t status = 0;
  bool long_poll = false;                                        // kept out of response and service time
  time::instant planned = 0, sent = 0, first_byte = 0, end = 0;  // 0: did not happen
  std::uint64_t session = 0;
  std::uint64_t trace = 0;   // its half of the trace id; 0: none was sent
  std::string_view message;  // why, if it is a failure
};
inline constexpr std::uint32_t no_turn = 0xffffffff;

class shard {
 public:
  // `start`: the instant of run time 0. `registry` outlives the shard.
  shard(const registry&, time::instant start);
  ~shard();

  // Counts a request: outcome and status by operation, address, tenant and turn; response time (end - planned) and
  // service time (end - sent) if an answer came; lag (sent - planned) if it was sent; a failure's row. Keeps it in its
  // operation's `slowest` if it is among the slowest that this shard has seen in the run.
  // The first of a kind of failure that this shard sees has no example yet: then its place is given back, empty, to be
  // filled before the next call; else nullptr. At most most_failure_kinds times.
  std::optional<exchange>* request(const request_record& r) {
    next_request() = r;
    return request_noted();
  }
  // The same in two steps, so that nothing is copied: every field of this record is to be filled in, whatever it holds.
  request_record& next_request() { return requests_[noted_requests_]; }
  std::optional<exchange>* request_noted();
  void throttle_wait(time::span waited) {  // how long something waited for its permits (0 counts too)
    if (waited <= 0)
      ++not_throttled_;
    else
      throttled(waited);
  }
  // A step that failed though each of its requests went well (no reply came, the plugin threw): a failure's row, and
  // nothing else. `operation`: of its last request, no_operation if it made none; attempt and
  // status 0.
  void step_failed(const request_record&);
  void step_started() { ++steps_started_; }
  // `took`: from the planned time of its first request to its end, all its requests, back-off and waits between them
  // included; below 0: it made no request, which has no time. Counted if the step ended well.
  void step_ended(model::outcome, std::uint32_t tenant, std::uint32_t turn, bool retried, time::span took = -1);
  void scenario_value(std::uint32_t metric, std::int64_t value);
  void missed_turn() { ++missed_turns_; }
  void adjusted(const rate_adjustment&);
  session_figures& sessions();  // the worker counts here itself

  // The interval since the last take, by swap: cost does not grow with what was counted. Gauges, phase and times are
  // the caller's to fill. The interval handed back in `spent` is cleared and used again.
  std::unique_ptr<interval> take(std::unique_ptr<interval> spent);

 private:
  struct impl;
  static constexpr std::size_t batch = 64;  // notes that are worked into the interval at once
  void throttled(time::span);
  void fold();  // works in what was noted
  std::unique_ptr<impl> impl_;
  std::uint64_t not_throttled_ = 0, steps_started_ = 0, missed_turns_ = 0;  // since the last take
  std::uint32_t noted_requests_ = 0;
  std::array<request_record, batch> requests_;
};

}  // namespace lsrun::metrics
