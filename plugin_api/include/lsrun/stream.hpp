// Answers that come in parts: server-sent events and pieces of a body.
//   auto events = c.events("/sessions/1/events?sse=true", "list_events");
//   while (const auto* e = co_await events.next()) { ... e->json().json_string("/kind") ... }
//   events.reply().outcome()  // how it ended
// Leaving the loop early ends the answer well, when an event was the reason; a stream that is destroyed while it waits
// for nothing is cancelled.
#pragma once

#include <lsrun/client.hpp>

namespace lsrun {

// One server-sent event, or one piece of a body (then in `data`). Valid until the stream's next next().
struct stream_event {
  std::string_view event, data, id;
  nanoseconds at = nanoseconds(0);  // when its last byte was read
  json_view json() const noexcept { return json_view(data); }
};

namespace detail {

// Outlives the stream object until the host has said that the answer is over.
class stream_state {
 public:
  stream_state() = default;

  void begin(client& c, const request_parts& q, bool events) {
    client_ = &c;
    classify_ = q.more->classify;
    auto raw = q.raw(*c.runtime_, c.session_, c.headers_);
    raw.user = this;
    raw.done = &done;
    if (classify_ || c.runtime_->classify) raw.classify = &classify;
    if (events) {
      raw.flags |= LSRUN_HTTP_SSE;
      raw.on_event = &on_event;
    } else {
      raw.on_data = &on_data;
    }
    const auto status = c.host().http(c.session_, &raw, &op_);
    if (status != LSRUN_OK) {
      release();
      refuse(status);
    }
    ++c.streams_;
  }
  void drop() noexcept {
    if (ended_) return release();
    dropped_ = true;
    if (!inside_ && !client_->runtime_->closing)
      client_->host().cancel(client_->session_, op_);  // inside on_event: its return value ends the answer
  }

  bool ready() const noexcept { return first_ < used_ || ended_; }
  void wait(promise_base& waiter) noexcept { waiter_ = &waiter; }
  const stream_event* take() {
    if (first_ < used_) {
      auto& s = slots_[first_++];
      const std::string_view text = s.text;
      event_ = {text.substr(0, s.event), text.substr(s.event, s.data), text.substr(s.event + s.data), s.at};
      return &event_;
    }
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (reply_.outcome() == outcome::cancelled) throw cancelled();
    return nullptr;
  }
  const lsrun::reply& reply() const noexcept { return reply_; }
  bool ended() const noexcept { return ended_; }

 private:
  struct slot {
    std::string text;  // event, data, id one behind the other
    std::size_t event = 0, data = 0;
    nanoseconds at = nanoseconds(0);
  };
  int32_t arrived(std::string_view event, std::string_view data, std::string_view id, std::uint64_t at_ns) noexcept {
    if (dropped_) return LSRUN_STOP;
    ++pieces_;
    try {
      if (first_ == used_) first_ = used_ = 0;
      if (used_ == slots_.size()) slots_.emplace_back();
      auto& s = slots_[used_];
      s.text.clear();
      s.text.append(event).append(data).append(id);
      s.event = event.size();
      s.data = data.size();
      s.at = nanoseconds(at_ns);
      ++used_;
    } catch (...) {
      failure_ = std::current_exception();
      return LSRUN_STOP;
    }
    if (auto* w = std::exchange(waiter_, nullptr)) {
      inside_ = true;
      client_->resume(w);
      inside_ = false;
    }
    return dropped_ ? LSRUN_STOP : LSRUN_CONTINUE;
  }
  static int32_t on_event(void* user, const lsrun_sse_event* e) noexcept {
    return static_cast<stream_state*>(user)->arrived(view(e->event), view(e->data), view(e->id), e->at_ns);
  }
  static int32_t on_data(void* user, lsrun_str piece, std::uint64_t at_ns) noexcept {
    return static_cast<stream_state*>(user)->arrived({}, view(piece), {}, at_ns);
  }
  static lsrun_outcome classify(void* user, const lsrun_http_reply* raw, lsrun_text_out* text) noexcept {
    auto& s = *static_cast<stream_state*>(user);
    s.told_ = std::exchange(s.pieces_, 0);  // another attempt begins at none
    judge& j = s.client_->judge_;
    return s.classify_ ? j.ask(s.classify_, *raw, s.told_, text, s.failure_)
                       : j.ask(*s.client_->runtime_, *raw, s.told_, text, s.failure_);
  }
  static void done(void* user, const lsrun_http_reply* raw) noexcept {
    auto& s = *static_cast<stream_state*>(user);
    client& c = *s.client_;
    s.ended_ = true;
    if (s.dropped_) {
      s.release();
      return c.stream_ended();
    }
    --c.streams_;
    c.live_.number = ++c.answers_;
    try {
      s.reply_ = lsrun::reply(*c.runtime_, *raw, s.pieces_ ? s.pieces_ : s.told_, c.live_);
      s.reply_.own();
    } catch (...) {
      s.failure_ = std::current_exception();
    }
    if (auto* w = std::exchange(s.waiter_, nullptr)) return c.resume(w);
    c.live_.end();
  }
  void release() noexcept {
    auto& pool = client_->runtime_->streams;
    reply_ = {};
    failure_ = nullptr;
    op_ = nullptr;
    waiter_ = nullptr;
    first_ = used_ = 0;
    pieces_ = told_ = 0;
    ended_ = dropped_ = inside_ = false;
    pool.give_back(*this);
  }

  client* client_ = nullptr;
  classifier classify_ = nullptr;
  lsrun_op* op_ = nullptr;
  promise_base* waiter_ = nullptr;
  std::vector<slot> slots_;  // those from first_ to used_ have not been taken
  std::size_t first_ = 0, used_ = 0;
  stream_event event_;
  std::uint64_t pieces_ = 0, told_ = 0;
  lsrun::reply reply_;
  std::exception_ptr failure_;
  bool ended_ = false, dropped_ = false, inside_ = false;
};

class stream_base {
 public:
  stream_base(client& c, stream_state& s, const request_parts& q, bool events) : state_(&s) { s.begin(c, q, events); }
  stream_base(stream_base&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  stream_base& operator=(stream_base&& other) noexcept {
    if (this != &other) {
      stop();
      state_ = std::exchange(other.state_, nullptr);
    }
    return *this;
  }
  ~stream_base() { stop(); }

  class awaiter {
   public:
    explicit awaiter(stream_state& s) noexcept : state_(&s) {}
    bool await_ready() const noexcept { return state_->ready(); }
    template <std::derived_from<promise_base> P>
    void await_suspend(std::coroutine_handle<P> h) noexcept {
      state_->wait(h.promise());
    }
    const stream_event* await_resume() { return state_->take(); }

   private:
    stream_state* state_;
  };
  // The next part, or nullptr when the answer is over; then reply() says how it ended. Throws lsrun::cancelled.
  awaiter next() noexcept { return awaiter(*state_); }
  // Has the answer ended, and how. Of an answer that is not 2xx the body is here.
  bool ended() const noexcept { return state_ && state_->ended(); }
  const lsrun::reply& reply() const noexcept { return state_->reply(); }
  // Enough of it; next() and reply() are not to be used afterwards.
  void stop() noexcept {
    if (state_) std::exchange(state_, nullptr)->drop();
  }

 private:
  stream_state* state_;
};

inline runtime::~runtime() { closing = true; }

}  // namespace detail

class event_stream : public detail::stream_base {
  using stream_base::stream_base;
};
class piece_stream : public detail::stream_base {
  using stream_base::stream_base;
};

inline event_stream client::events(std::string_view target, const operation& o, const with& w) {
  return {*this, runtime_->streams.take(), {"GET", target, &no_body, &o, &w}, true};
}
inline event_stream client::events(const lsrun::request& q) {
  return {*this, runtime_->streams.take(), {q.method, q.target, &q.body, &q.operation, &q.with}, true};
}
inline piece_stream client::pieces(const lsrun::request& q) {
  return {*this, runtime_->streams.take(), {q.method, q.target, &q.body, &q.operation, &q.with}, false};
}

}  // namespace lsrun
