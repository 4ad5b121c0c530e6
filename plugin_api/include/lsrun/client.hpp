// lsrun::client: what a step does its work with. One a step; it is given by reference and not kept.
#pragma once

#include <lsrun/reply.hpp>
#include <optional>

namespace lsrun {

class event_stream;
class piece_stream;
class prepared_request;

inline constexpr std::uint32_t session_lost = LSRUN_SESSION_LOST;  // the target knows it no longer: no turn, no close
inline constexpr std::uint32_t session_done = LSRUN_SESSION_DONE;  // the conversation is over: close comes next

// How a step ended, where the outcome alone is too little: `co_return lsrun::step_result{outcome, "why",
// session_lost}`.
struct step_result {
  step_result(lsrun::outcome o, std::string why = {}, std::uint32_t f = 0)  // NOLINT: an outcome is a result
      : outcome(o), text(std::move(why)), flags(f) {}
  lsrun::outcome outcome;
  std::string text;  // short; of a failure
  std::uint32_t flags;
};

namespace detail {
class exchange;
class exchange_base;
class prepared_exchange;
class pause;
}  // namespace detail

class client {
 public:
  // Requests: `auto r = co_await c.post("/chat", lsrun::json{{"message", text}}, "chat");`. Each waits for its permits,
  // is sent, and retried as the config says. What goes wrong is the reply's outcome, no exception; but when lsrun ends
  // the step, the co_await throws lsrun::cancelled. Await a request in the expression that makes it.
  detail::exchange get(std::string_view target, const operation&, const with& = nothing_more);
  detail::exchange post(std::string_view target, const body&, const operation&, const with& = nothing_more);
  detail::exchange put(std::string_view target, const body&, const operation&, const with& = nothing_more);
  detail::exchange patch(std::string_view target, const body&, const operation&, const with& = nothing_more);
  detail::exchange del(std::string_view target, const operation&, const with& = nothing_more);
  detail::exchange request(const lsrun::request&);
  // One that setup::prepare looked at before: cheaper, where only the body differs from one to the next.
  detail::prepared_exchange send(const prepared_request&, const body& = no_body);

  // Answers as they come (lsrun/stream.hpp): server-sent events, or pieces of the body. Sent at once.
  event_stream events(std::string_view target, const operation&, const with& = nothing_more);
  event_stream events(const lsrun::request&);
  piece_stream pieces(const lsrun::request&);

  // A pause of the scenario's own: `co_await c.sleep(100ms);`. (Think times between turns are the config's.)
  detail::pause sleep(nanoseconds span);

  // The session. Strings live until the step's end.
  std::uint64_t session_number() { return info().number; }  // 0, 1, 2 ... unique in the run
  std::uint32_t turn() { return info().turn; }              // 1 for the first; 0 in open
  std::uint32_t turns() { return info().turns; }            // how many it means to take; 0: no end of its own
  std::string_view address() { return detail::view(info().address); }
  std::string_view tenant_name() { return detail::view(info().tenant_name); }
  std::uint32_t tenant_index() { return info().tenant; }  // in [[tenants]]; 0 if there are none
  std::string_view run_id() { return detail::view(info().run_id); }
  // Unique over sessions and runs: run_id "-" session_number.
  std::string_view customer_id() {
    if (customer_.size() == run_part_) write_customer();
    return customer_.view();
  }
  // A key of the session's [[tenants]] entry.
  std::string_view tenant(std::string_view key, std::string_view fallback = "") {
    lsrun_str value{};
    return host().tenant_value(session_, detail::str(key), &value) == LSRUN_OK ? detail::view(value) : fallback;
  }
  // The next message of the corpus; valid until the next call.
  std::string_view next_message() { return detail::view(host().next_message(session_)); }
  // A number of the session's own repeatable stream.
  std::uint64_t random() { return host().random(session_); }

  // Adds to a metric: a span to a time metric, a number to the others.
  void add(metric m, nanoseconds span) { add(m, static_cast<std::int64_t>(span.count())); }
  void add(metric m, std::int64_t value = 1) {
    if (m.defined()) host().add(session_, m.id(), value);
  }

  // Nanoseconds of CLOCK_MONOTONIC, as in reply::sent() and the others.
  nanoseconds now() const { return nanoseconds(host().now_ns()); }
  void log(level l, std::string_view text) const { host().log(static_cast<lsrun_level>(l), detail::str(text)); }

  // Texts made without an allocation: parts put side by side (valid until the next join), and a JSON object for a
  // body: `c.post(c.join(path, "/", s.id), c.object("message", text, "turn", c.turn()), "chat")`.
  template <class... Parts>
  std::string_view join(const Parts&... parts) {
    joined_.clear();
    detail::sure_writer to{joined_.room((std::string_view(parts).size() + ... + 0))};
    const char* const begin = to.at;
    (to.append(std::string_view(parts).data(), std::string_view(parts).size()), ...);
    joined_.used(static_cast<std::size_t>(to.at - begin));
    return joined_.view();
  }
  template <class... Pairs>
  [[gnu::always_inline]] detail::pooled_text object(const Pairs&... pairs) {
    detail::pooled_text t(*runtime_);
    append_json_object(t.buffer(), pairs...);
    return t;
  }

  const lsrun_host& host() const noexcept { return *runtime_->host; }
  lsrun_session* session() const noexcept { return session_; }  // for extensions of the host
  frame_pool& frames() noexcept { return runtime_->frames; }

  explicit client(detail::runtime& r) noexcept : runtime_(&r), judge_(r.host) {}
  client(const client&) = delete;
  client& operator=(const client&) = delete;

 private:
  template <class>
  friend struct detail_scenario;
  friend class detail::exchange_base;
  friend class detail::pause;
  friend class detail::stream_state;

  const lsrun_session_info& info() {
    if (info_.struct_size == 0) {
      info_.struct_size = sizeof info_;
      host().session_info(session_, &info_);
    }
    return info_;
  }

  // A client is of one run: its steps share the id's first part.
  [[gnu::noinline]] void write_customer() {
    constexpr std::size_t most_digits = 20;
    if (run_part_ == 0) {
      customer_.append(run_id());
      customer_.push_back('-');
      run_part_ = customer_.size();
    }
    char* const to = customer_.room(most_digits);
    customer_.used(static_cast<std::size_t>(std::to_chars(to, to + most_digits, session_number()).ptr - to));
  }

  // A step begins: `make` calls the scenario's coroutine.
  template <class Make>
  void run(lsrun_session* session, Make make) noexcept {
    session_ = session;
    info_.struct_size = 0;
    customer_.shorten(run_part_);
    try {
      if (!start(make())) return;
    } catch (...) {  // no coroutine came to life
      return finish(result_of(std::current_exception()));
    }
    end_of_task();
  }
  bool start(task<outcome> t) { return (plain_ = std::move(t)).start(); }
  bool start(task<step_result> t) { return (full_ = std::move(t)).start(); }

  // A completion, out of line so that what the host calls stays short: goes on with the task that waited for it.
  // Nothing of that task may be touched afterwards.
  [[gnu::noinline]] void resume(detail::promise_base* waiter) noexcept {
    const bool over = detail::resume_chain(waiter);
    live_.end();
    if (over) end_of_task();
  }
  // The outermost task is done, its locals are gone. What it was given may hold streams still, which end with it.
  void end_of_task() noexcept {
    if (const step_result* const result = full_.valid() && streams_ == 0 ? full_.result() : nullptr) {  // most often
      tell(*result);
      full_.reset();
      return retire();
    }
    step_result r = take_result();
    full_.reset();
    plain_.reset();
    if (streams_ == 0)
      finish(r);
    else
      result_ = std::move(r);
  }
  step_result take_result() noexcept {
    try {
      return full_.valid() ? full_.take() : step_result(plain_.take());
    } catch (...) {
      return result_of(std::current_exception());
    }
  }
  static step_result result_of(const std::exception_ptr& failure) noexcept {
    try {
      std::rethrow_exception(failure);
    } catch (const cancelled&) {
      return {lsrun::outcome::cancelled};
    } catch (const std::exception& e) {
      return {lsrun::outcome::plugin_fault, e.what()};
    } catch (...) {
      return {lsrun::outcome::plugin_fault, "an exception that is no std::exception"};
    }
  }
  // The step is over when its task is done and every stream of it has ended.
  void stream_ended() noexcept {
    if (--streams_ == 0 && result_) finish(*std::exchange(result_, std::nullopt));
  }
  void finish(const step_result& r) noexcept {
    tell(r);
    retire();
  }
  void tell(const step_result& r) noexcept {
    host().finish_step(session_, static_cast<lsrun_outcome>(r.outcome), r.flags, detail::str(r.text));
  }
  void retire() noexcept {
    session_ = nullptr;
    runtime_->clients.give_back(*this);
  }

  detail::runtime* runtime_;
  lsrun_session* session_ = nullptr;
  task<outcome> plain_;
  task<step_result> full_;
  std::optional<step_result> result_;
  std::uint32_t streams_ = 0;  // in flight
  std::uint64_t answers_ = 0;  // that came so far
  detail::live_answer live_;
  detail::judge judge_;
  lsrun_session_info info_{};
  detail::text_buffer customer_, joined_;
  std::size_t run_part_ = 0;  // bytes of customer_ up to the session's number, once it was written
  std::vector<lsrun_header> headers_;
};

}  // namespace lsrun

#include <lsrun/exchange.hpp>
#include <lsrun/prepared.hpp>
#include <lsrun/stream.hpp>
