// What client::post and its like return: a request, or a pause, that begins when it is awaited. Included by client.hpp.
#pragma once

#include <lsrun/client.hpp>

namespace lsrun {
namespace detail {

// A request in flight: what those that are written out and those that were prepared have in common.
class exchange_base {
 public:
  exchange_base(const exchange_base&) = delete;
  exchange_base& operator=(const exchange_base&) = delete;

  // What http() is given to classify answers by; nullptr where the host's word is enough.
  using classify_call = lsrun_outcome (*)(void*, const lsrun_http_reply*, lsrun_text_out*) noexcept;
  static classify_call classify_by(classifier own, bool scenario_has_a_word) noexcept {
    return own ? &classify_by_request : scenario_has_a_word ? &classify : nullptr;
  }
  static lsrun_outcome classify(void* user, const lsrun_http_reply* raw, lsrun_text_out* text) noexcept {
    auto& x = *static_cast<exchange_base*>(user);
    return x.client_->judge_.ask(*x.client_->runtime_, *raw, 0, text, x.failure_);
  }
  static lsrun_outcome classify_by_request(void* user, const lsrun_http_reply* raw, lsrun_text_out* text) noexcept {
    auto& x = *static_cast<exchange_base*>(user);
    return x.client_->judge_.ask(x.classify_, *raw, 0, text, x.failure_);
  }
  static void done(void* user, const lsrun_http_reply* raw) noexcept {
    auto& x = *static_cast<exchange_base*>(user);
    client& c = *x.client_;
    c.live_.number = ++c.answers_;
    x.answer_ = raw;
    c.resume(x.waiter_);  // last: x may be gone afterwards
  }

 protected:
  exchange_base(client& c, classifier own) noexcept : client_(&c), classify_(own) {}
  // Goes on inside done(), whose answer it takes; or at once, if nothing was begun.
  reply take() {
    if (status_ != LSRUN_OK) refuse(status_);
    if (failure_) std::rethrow_exception(failure_);
    if (answer_->outcome == LSRUN_OUTCOME_CANCELLED) throw cancelled();
    return reply(*client_->runtime_, *answer_, 0, client_->live_);
  }
  bool begun(lsrun_status status) noexcept {
    status_ = status;
    return status == LSRUN_OK;
  }
  // Sends what is written out in full.
  bool begin_by(const request_parts& parts, promise_base& waiter) {
    waiter_ = &waiter;
    client& c = *client_;
    auto q = parts.raw(*c.runtime_, c.session_, c.headers_);
    q.user = this;
    q.done = &done;
    q.classify = classify_by(classify_, c.runtime_->classify != nullptr);
    return begun(c.host().http(c.session_, &q, nullptr));
  }

  client* client_;
  promise_base* waiter_ = nullptr;
  classifier classify_;  // the request's own
  lsrun_status status_ = LSRUN_OK;
  const lsrun_http_reply* answer_ = nullptr;  // while done() runs
  std::exception_ptr failure_;
};

// Awaits an exchange: X::begin sends it.
template <class X>
class exchange_awaiter {
 public:
  explicit exchange_awaiter(X& x) noexcept : x_(&x) {}
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<promise_base> P>
  bool await_suspend(std::coroutine_handle<P> h) {
    return x_->begin(h.promise());
  }
  reply await_resume() { return x_->take(); }

 private:
  X* x_;
};

class exchange : public exchange_base {
 public:
  exchange(client& c, const request_parts& q) noexcept : exchange_base(c, q.more->classify), request_(q) {}
  exchange_awaiter<exchange> operator co_await() && noexcept { return exchange_awaiter(*this); }

 private:
  friend exchange_awaiter<exchange>;
  bool begin(promise_base& waiter) { return begin_by(request_, waiter); }
  request_parts request_;
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
