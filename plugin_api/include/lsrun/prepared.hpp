// Requests that are made again and again, all of them but their bodies: `chat_ = s.prepare("POST", "/chat", "chat")` in
// the constructor, then `co_await c.send(chat_, c.object("message", text))`. lsrun looks at method, target and headers
// once instead of each time, and what is wrong with them is an error of the config. Included by client.hpp.
#pragma once

#include <deque>
#include <lsrun/client.hpp>

namespace lsrun {

// Made by setup::prepare, for the scenario that its setup is of. Its headers and texts are its own.
class prepared_request {
 public:
  prepared_request() = default;  // of no use until another is assigned
  prepared_request(prepared_request&&) = default;
  prepared_request& operator=(prepared_request&&) = default;

 private:
  friend class setup;
  friend class detail::prepared_exchange;

  prepared_request(std::string_view method, std::string_view target, const lsrun::operation& o, const with& more)
      : method_(method), target_(target), operation_(o), more_(more) {
    for (const auto& h : more.headers.list()) {
      const std::string_view name = texts_.emplace_back(detail::view(h.raw.name));
      headers_.emplace_back(name, texts_.emplace_back(detail::view(h.raw.value)));
    }
    more_.headers = std::span<const header>(headers_);
  }
  detail::request_parts parts(const body& b) const { return {method_, target_, &b, &operation_, &more_}; }

  std::string method_, target_;
  lsrun::operation operation_{std::uint32_t{0}};
  std::deque<std::string> texts_;  // of headers_; a deque's elements stay where they are
  std::vector<header> headers_;
  with more_;
  bool known_ = false;         // to the host, by ids_
  std::uint32_t ids_[2] = {};  // with a body that is no JSON, and with one that is
};

namespace detail {

class prepared_exchange : public exchange_base {
 public:
  prepared_exchange(client& c, const prepared_request& q, const body& b) noexcept
      : exchange_base(c, q.more_.classify), request_(&q), body_(&b) {}
  exchange_awaiter<prepared_exchange> operator co_await() && noexcept { return exchange_awaiter(*this); }

 private:
  friend exchange_awaiter<prepared_exchange>;
  bool begin(promise_base& waiter) {
    if (!request_->known_) [[unlikely]]  // to a host before 1.1
      return begin_by(request_->parts(*body_), waiter);
    waiter_ = &waiter;
    exchange_base* const user = this;
    return begun(client_->host().http_prepared(client_->session(), request_->ids_[body_->is_json() ? 1 : 0],
                                               str(body_->text()), user, nullptr));
  }
  const prepared_request* request_;
  const body* body_;
};

}  // namespace detail

inline detail::prepared_exchange client::send(const prepared_request& q, const body& b) { return {*this, q, b}; }

inline prepared_request setup::prepare(std::string_view method, std::string_view target, const lsrun::operation& o,
                                       const with& more) const {
  prepared_request p(method, target, o.known() ? o : operation(o.name()), more);
  if (!LSRUN_HAS(lsrun_host, host_, http_prepared)) return p;
  const json empty;
  const body kinds[] = {std::string_view(), empty};
  std::vector<lsrun_header> headers;
  for (int i = 0; i < 2; ++i) {
    auto q = p.parts(kinds[i]).raw(p.operation_.id(), headers);
    q.done = &detail::exchange_base::done;
    q.classify = detail::exchange_base::classify_by(more.classify, classifies_);
    check(host_->prepare(raw_, &q, &p.ids_[i]), "request", target);
  }
  p.known_ = true;
  return p;
}
inline prepared_request setup::prepare(std::string_view method, std::string_view target,
                                       const lsrun::operation& o) const {
  return prepare(method, target, o, nothing_more);
}

}  // namespace lsrun
