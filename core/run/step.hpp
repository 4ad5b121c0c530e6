// One step of one session while it runs, and the operations (requests and pauses) that it has in flight: what a plugin
// sees as lsrun_session and lsrun_op. Pooled by the worker; one thread.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/outcome.hpp"
#include "plugin/host.hpp"
#include "session/table.hpp"
#include "time/timer_wheel.hpp"
#include "transport/client.hpp"
#include "transport/request_bytes.hpp"
#include "transport/sse_decoder.hpp"

namespace lsrun::run {

class worker;
struct step;

// A request or a pause. Its text is kept in one buffer of its own, because it may wait for permits or be sent again.
struct operation final : transport::exchange_handler, time::timer_wheel::client {
  enum class stage : std::uint8_t {
    waiting,      // for its permits
    in_flight,    // with the transport
    backing_off,  // for the next attempt
    sleeping,     // a pause
    ending,       // its done is about to be called
  };

  run::step* step = nullptr;
  operation* next = nullptr;  // in the step's list
  operation* previous = nullptr;
  operation* behind = nullptr;  // in a queue for permits
  stage at = stage::waiting;
  std::uint32_t id = 0;  // of the registry
  std::uint32_t flags = 0;
  std::uint32_t attempt = 1;
  time::span timeout = 0;
  time::instant wanted = 0;  // when it could have gone but for its permits
  time::instant planned = 0;
  transport::exchange_id exchange = 0;
  std::uint64_t trace = 0;  // of this attempt, its half of the trace id; 0: none is sent
  time::timer_wheel::id timer = time::timer_wheel::none;
  bool cancelled = false;

  transport::request_text text;

  void* user = nullptr;
  void (*done)(void*, const lsrun_http_reply*) noexcept = nullptr;
  lsrun_outcome (*classify)(void*, const lsrun_http_reply*, lsrun_text_out*) noexcept = nullptr;
  int32_t (*on_piece)(void*, lsrun_str, std::uint64_t) noexcept = nullptr;
  int32_t (*on_event)(void*, const lsrun_sse_event*) noexcept = nullptr;
  void (*slept)(void*, lsrun_status) noexcept = nullptr;
  std::unique_ptr<transport::sse_decoder> decoder;  // made at the first stream, kept

  bool on_data(std::string_view, time::instant) override;
  void on_done(const transport::answer&) override;
  void on_timer(std::uint64_t, time::instant now) override;
};

struct step final : lsrun_session {
  run::worker* worker = nullptr;
  std::uint64_t mark = 0;                  // plugin::inside_word: that a plugin's code runs for this step
  std::uint32_t row = 0;                   // of the session
  lsrun::session::row* session = nullptr;  // the same: rows stay where they are
  model::step kind{};
  std::uint8_t scenario = 0;
  bool first_request = true;  // none was made yet: the next one is due when the step was
  bool finished = false;      // also of one that is not in use
  bool cancelled = false, retried = false;
  bool counted = false;    // as started: at once, but for a close, which may have nothing to tell the target
  bool told = false;       // its failure stands in a failed request's row already
  std::uint32_t turn = 0;  // what it counts under: 0 open, from 1 on a turn, metrics::no_turn close
  std::uint32_t last_operation = 0xffffffff;
  std::uint32_t in_flight = 0;
  run::operation* operations = nullptr;
  time::instant wanted = 0, planned = 0;
  time::instant began = 0;         // its first request's planned time; 0: none was sent
  time::instant over = 0;          // when the scenario ended it
  std::uint64_t last_request = 0;  // its number in the shard; 0: none was counted
  model::outcome outcome{};
  std::uint32_t flags = 0;
  std::string text;          // why it failed
  std::string message;       // what next_message() filled in
  std::uint32_t draws = 0;   // of random()
  std::uint32_t traced = 0;  // requests that were given a trace id

  lsrun_status operation(std::string_view name, std::uint32_t& id) override;
  bool known_words(const lsrun_http_request&) override;
  lsrun_status http(const lsrun_http_request&, lsrun_op**) override;
  lsrun_status http_prepared(std::uint32_t id, std::string_view body, void* user, lsrun_op**) override;
  lsrun_status sleep(std::uint64_t, void*, void (*)(void*, lsrun_status) noexcept, lsrun_op**) override;
  void cancel(lsrun_op*) override;
  void info(lsrun_session_info&) noexcept override;
  lsrun_status tenant_value(std::string_view, lsrun_str&) override;
  lsrun_str next_message() override;
  std::uint64_t random() override;
  void add(std::uint32_t metric, std::int64_t value) noexcept override;
  lsrun_status finish_step(lsrun_outcome, std::uint32_t flags, std::string_view text) override;

 private:
  lsrun_str filled_in(std::size_t message);
  void keep_reason(std::string_view why);
  lsrun_status finished_twice() const;
  lsrun_status begin(const lsrun_http_request&, std::string_view body, void* user, const void* words, lsrun_op**);
};

// Things of one kind that are used again: no allocation once as many were alive as ever will be. What was given back
// last is taken first.
template <class T>
class object_pool {
 public:
  T* take() {
    if (free_.empty()) [[unlikely]]
      return another();
    T* one = free_.back();
    free_.pop_back();
    least_free_ = std::min(least_free_, free_.size());
    return one;
  }
  // The one that take() will give, if it exists already.
  T* next() const { return free_.empty() ? nullptr : free_.back(); }
  void give_back(T* one) { free_.push_back(one); }
  std::size_t in_use() const { return all_.size() - free_.size(); }
  // In use or not, in the order in which they were made.
  const std::vector<std::unique_ptr<T>>& all() const { return all_; }

  // Calls empty(thing) for those that were not needed since the last trim, once each until they are taken again: so
  // what they hold follows the need of late and not the highest ever.
  template <class Empty>
  void trim(Empty empty) {
    for (std::size_t i = std::min(trimmed_, least_free_); i < least_free_; ++i) empty(*free_[i]);
    trimmed_ = least_free_;
    least_free_ = free_.size();
  }

 private:
  [[gnu::noinline]] T* another() {
    all_.push_back(std::make_unique<T>());
    free_.reserve(all_.size());
    return all_.back().get();
  }

  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> free_;
  std::size_t least_free_ = 0, trimmed_ = 0;  // of free_: least length since the last trim; how many were emptied
};

}  // namespace lsrun::run
