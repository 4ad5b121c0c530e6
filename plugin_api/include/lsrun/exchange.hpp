// What client::post and its like return: a request, or a pause, that begins when it is awaited. Included by client.hpp.
#pragma once

#include <lsrun/client.hpp>

namespace lsrun {
namespace detail {

// A request in flight.
class exchange {
 public:
  exchange(client& c, const prepared_request& q) noexcept : client_(&c), request_(q) {}
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  class awaiter {
   public:
    explicit awaiter(exchange& x) noexcept : x_(&x) {}
    bool await_ready() const noexcept { return false; }
    template <std::derived_from<promise_base> P>
    bool await_suspend(std::coroutine_handle<P> h) {
      return x_->begin(h.promise());
    }
    reply await_resume() { return x_->take(); }

   private:
    exchange* x_;
  };
  awaiter operator co_await() && noexcept { return awaiter(*this); }

 private:
  bool begin(promise_base& waiter) {
    waiter_ = &waiter;
    auto& c = *client_;
    auto q = request_.raw(*c.runtime_, c.session_, c.headers_);
    q.user = this;
    q.done = &done;
    if (request_.more->classify || c.runtime_->classify) q.classify = &classify;
    status_ = c.host().http(c.session_, &q, nullptr);
    return status_ == LSRUN_OK;
  }
  // Goes on inside done(), whose answer it takes; or at once, if nothing was begun.
  reply take() {
    if (status_ != LSRUN_OK) refuse(status_);
    if (failure_) std::rethrow_exception(failure_);
    if (answer_->outcome == LSRUN_OUTCOME_CANCELLED) throw cancelled();
    return reply(*client_->runtime_, *answer_, 0, &client_->live_answer_, client_->answers_);
  }
  static lsrun_outcome classify(void* user, const lsrun_http_reply* raw, lsrun_text_out* text) noexcept {
    auto& x = *static_cast<exchange*>(user);
    auto& r = *x.client_->runtime_;
    return ask(x.request_.more->classify, r, reply(r.host, *raw, 0), text, x.failure_);
  }
  static void done(void* user, const lsrun_http_reply* raw) noexcept {
    auto& x = *static_cast<exchange*>(user);
    client& c = *x.client_;
    c.live_answer_ = ++c.answers_;
    x.answer_ = raw;
    c.resume(x.waiter_);  // last: x may be gone afterwards
  }

  client* client_;
  prepared_request request_;
  promise_base* waiter_ = nullptr;
  lsrun_status status_ = LSRUN_OK;
  const lsrun_http_reply* answer_ = nullptr;  // while done() runs
  std::exception_ptr failure_;
};

class pause {
 public:
  pause(client& c, nanoseconds span) noexcept : client_(&c), span_(span) {}
  pause(const pause&) = delete;
  pause& operator=(const pause&) = delete;

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<promise_base> P>
  bool await_suspend(std::coroutine_handle<P> h) {
    waiter_ = &h.promise();
    const auto span = static_cast<std::uint64_t>(span_.count() > 0 ? span_.count() : 0);
    started_ = client_->host().sleep(client_->session_, span, this, &done, nullptr);
    return started_ == LSRUN_OK;
  }
  void await_resume() const {
    if (started_ != LSRUN_OK) refuse(started_);
    if (ended_ != LSRUN_OK) throw cancelled();
  }

 private:
  static void done(void* user, lsrun_status status) noexcept {
    auto& p = *static_cast<pause*>(user);
    p.ended_ = status;
    p.client_->resume(p.waiter_);
  }
  client* client_;
  nanoseconds span_;
  promise_base* waiter_ = nullptr;
  lsrun_status started_ = LSRUN_OK, ended_ = LSRUN_OK;
};

}  // namespace detail

inline detail::exchange client::get(std::string_view target, const operation& o, const with& w) {
  return {*this, {"GET", target, &no_body, &o, &w}};
}
inline detail::exchange client::post(std::string_view target, const body& b, const operation& o, const with& w) {
  return {*this, {"POST", target, &b, &o, &w}};
}
inline detail::exchange client::put(std::string_view target, const body& b, const operation& o, const with& w) {
  return {*this, {"PUT", target, &b, &o, &w}};
}
inline detail::exchange client::patch(std::string_view target, const body& b, const operation& o, const with& w) {
  return {*this, {"PATCH", target, &b, &o, &w}};
}
inline detail::exchange client::del(std::string_view target, const operation& o, const with& w) {
  return {*this, {"DELETE", target, &no_body, &o, &w}};
}
inline detail::exchange client::request(const lsrun::request& q) {
  return {*this, {q.method, q.target, &q.body, &q.operation, &q.with}};
}
inline detail::pause client::sleep(nanoseconds span) { return {*this, span}; }

}  // namespace lsrun
