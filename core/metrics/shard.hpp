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
  std::uint16_t status = 0;                                      // 0: none came, which never went well
  bool long_poll = false;                                        // kept out of response and service time
  time::instant planned = 0, sent = 0, first_byte = 0, end = 0;  // 0: did not happen; all have a planned time
  std::uint64_t session = 0;
  std::uint64_t trace = 0;   // its half of the trace id; 0: none was sent
  std::string_view message;  // why, if it is a failure
};
inline constexpr std::uint32_t no_turn = 0xffffffff;

struct step_record {  // one step that ended
  model::outcome outcome{};
  bool retried = false;
  std::uint32_t tenant = 0, turn = 0;  // turn: as in request_record
  time::instant began = 0, over = 0;   // its first request's planned time (0: it made none), and its end
};

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
  // `r` need not be anywhere in memory: its fields go straight into the note.
  [[gnu::always_inline]] std::optional<exchange>* request(const request_record& r) {
    noted_request& note = requests_[noted_requests_];
    note = {{static_cast<std::uint16_t>(r.operation), static_cast<std::uint16_t>(r.tenant), r.status, r.outcome,
             r.long_poll ? also::long_poll : also::nothing},
            r.address,
            r.turn,
            r.attempt,
            r.planned,
            r.sent,
            r.end,
            r.session,
            r.trace};
    std::optional<exchange>* example = nullptr;
    if (!model::well(r.outcome)) [[unlikely]]
      example = request_failed(note, r.message);
    if (++noted_requests_ == most_notes) [[unlikely]]
      fold_requests();
    return example;
  }
  // The number of the last request that was counted, for step_was_request: from 1.
  std::uint64_t last_request() const { return folded_ + noted_requests_; }
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
  // Its time is from the planned time of its first request to its end, all its requests, back-off and waits between
  // them included; counted if it ended well and made requests.
  void step_ended(const step_record&);
  // The same for a step that was not retried and whose last request, of the same tenant and turn, has this number (0:
  // it has none). If nothing but that request made the step, as is common, they are counted as one, and it went well;
  // else false, and step_ended is to be told.
  [[gnu::always_inline]] bool step_was_request(std::uint64_t number, model::outcome o, time::instant began,
                                               time::instant over) {
    const std::uint64_t place = number - folded_ - 1;
    if (place >= noted_requests_) return false;
    noted_request& r = requests_[place];
    if (r.kind.more != also::nothing || r.kind.outcome != o || r.planned != began || r.end != over) return false;
    r.kind.more = also::step;
    return true;
  }
  void scenario_value(std::uint32_t metric, std::int64_t value) {
    *next_value_++ = {metric, value};
    if (next_value_ == values_.data() + batch) [[unlikely]]
      fold_values();
  }
  // No step is about to be said to have ended: a good time to work in what was noted.
  void settled() {
    if (noted_requests_ >= batch) fold_requests();
  }
  void missed_turn() { ++missed_turns_; }
  void adjusted(const rate_adjustment&);
  session_figures& sessions();  // the worker counts here itself

  // The interval since the last take, by swap: cost does not grow with what was counted. Gauges, phase and times are
  // the caller's to fill. The interval handed back in `spent` is cleared and used again.
  std::unique_ptr<interval> take(std::unique_ptr<interval> spent);

 private:
  struct impl;
  static constexpr std::size_t batch = 64;  // notes that are worked into the interval at once
  // Requests' notes wait for a time when steps have been told the ends of; at most so many.
  static constexpr std::size_t most_notes = 256;

  // Notes are as narrow as what they hold, and first comes what makes neighbours alike, at most eight bytes: whether
  // they are is one comparison.
  enum class also : std::uint8_t {
    nothing,
    long_poll,  // kept out of response and service time
    step,       // with it ended a step of the same outcome and time
    failure,    // it did not go well: a step that ends with it has no time
  };
  struct request_kind {
    std::uint16_t operation, tenant, status;
    model::outcome outcome;
    also more;
    bool with_step() const { return more == also::step; }
  };
  struct noted_request {
    request_kind kind;
    std::uint32_t address, turn, attempt;
    time::instant planned, sent, end;
    std::uint64_t session, trace;
  };
  struct step_kind {
    std::uint16_t tenant;
    model::outcome outcome;
    bool retried;
  };
  struct noted_step {
    step_kind kind;
    std::uint32_t row;  // row_of its turn
    time::span took;
  };
  struct noted_value {
    std::uint32_t metric;
    std::int64_t value;
  };

  // Where a turn's figures stand, counted from 2: no_turn and the opening have none, and come out as 0 and 1.
  static constexpr std::uint32_t row_of(std::uint32_t turn) {
    return turn + 1 < most_turns + 1 ? turn + 1 : static_cast<std::uint32_t>(most_turns + 1);
  }
  std::optional<exchange>* request_failed(noted_request&, std::string_view message);
  void throttled(time::span);
  void fold();  // works in what was noted: requests, steps, values
  void fold_requests();
  void fold_steps();
  void fold_values();

  std::unique_ptr<impl> impl_;
  std::uint64_t not_throttled_ = 0, steps_started_ = 0, missed_turns_ = 0;  // since the last take
  std::uint64_t folded_ = 0;                                                // requests that were noted and worked in
  std::uint32_t noted_requests_ = 0, noted_steps_ = 0;
  std::array<noted_request, most_notes> requests_;
  std::array<noted_step, batch> steps_;
  std::array<noted_value, batch> values_;
  noted_value* next_value_ = values_.data();
};

}  // namespace lsrun::metrics
