// Requests from start() to on_done, and the queue of those that wait for a connection of their address.
#include <strings.h>

#include <stdexcept>

#include "model/http_words.hpp"
#include "transport/client_impl.hpp"
#include "transport/request_bytes.hpp"

namespace lsrun::transport {

namespace {

constexpr int index_bits = 24;  // of an exchange_id; the rest counts how often the slot was used
constexpr std::size_t largest_scratch = 64u << 10;
constexpr std::size_t kept_capacity = 64u << 10;
constexpr std::size_t least_kept = 64;

}  // namespace

bool header_view::is(std::string_view other) const {
  return name.size() == other.size() && strncasecmp(name.data(), other.data(), name.size()) == 0;
}

std::string_view answer::header(std::string_view name) const {
  for (std::size_t i = 0; i < header_count; ++i)
    if (headers[i].is(name)) return headers[i].value;
  return {};
}

client::client(reactor& r, time::timer_wheel& timers, settings s) : impl_(new impl(r, timers, std::move(s))) {}
client::~client() = default;
const char* client::write(request_text& out, const request& r) const { return out.write(impl_->settings_, r); }
bool client::replace_address(request_text& text, std::uint32_t address) const {
  return text.replace_address(impl_->settings_, address);
}
exchange_id client::start(const request& r, exchange_handler& h) { return impl_->start(r, h); }
exchange_id client::start(const written_request& r, exchange_handler& h) { return impl_->start(r, h); }
void client::cancel(exchange_id id) { impl_->cancel(id); }
void client::close_idle() { impl_->close_idle(); }
const counters& client::connections() const { return impl_->counters_; }
std::size_t client::in_flight() const { return impl_->in_flight_; }

client::impl::impl(reactor& r, time::timer_wheel& timers, settings s)
    : reactor_(r),
      timers_(timers),
      settings_(std::move(s)),
      addresses_(settings_.addresses.size()),
      scratch_(new char[largest_scratch]) {
  if (settings_.tls) tls_ = std::make_unique<tls_context>(settings_);
}

client::impl::~impl() {
  reactor_.withdraw(*this);
  reactor_.withdraw(sender_);
  for (std::size_t i = 0; i < exchanges_.size(); ++i) timers_.cancel(exchanges_[i].timer);
  for (std::size_t i = 0; i < connections_.size(); ++i)
    if (connections_[i].state != connection::phase::unused) close(connections_[i]);
}

exchange* client::impl::find(exchange_id id) {
  const std::size_t index = id & ((1u << index_bits) - 1);
  if (index >= exchanges_.size()) return nullptr;
  exchange& e = exchanges_[index];
  return e.id == id && e.state != exchange::phase::unused ? &e : nullptr;
}

// Gives a request that is in no queue its connection, or puts it in the queue.
inline void client::impl::route(exchange& e) {
  address_state& a = addresses_[e.address];
  if (connection* c = a.idle) {
    unpark(*c);
    c->user = &e;
    e.link = c;
    send_soon(e);
  } else if (settings_.connections_per_address == 0 || a.open < settings_.connections_per_address) {
    connect(e);
  } else {
    enqueue(e);
  }
}

// A connection that was given a request has something to tell before that was sent. If it is of no use the request goes
// another way.
void client::impl::replace_unsent(connection& c) {
  exchange& e = *c.user;
  on_idle_event(c);
  if (e.link == nullptr) route(e);
}

// A new one has its turn behind those that wait.
inline void client::impl::place(exchange& e) {
  if (addresses_[e.address].first != nullptr) [[unlikely]]
    enqueue(e);
  else
    route(e);
}

inline exchange& client::impl::take_exchange(const written_request& r, exchange_handler& h) {
  if (r.address >= addresses_.size()) throw std::out_of_range("a request for a client address that does not exist");
  exchange& e = exchanges_.take();
  if ((e.id & ((1u << index_bits) - 1)) + 1 == 1u << index_bits) throw std::length_error("too many requests in flight");
  e.id += exchange_id{1} << index_bits;
  ++in_flight_;
  e.handler = &h;
  e.address = r.address;
  e.timeout = r.timeout > 0 ? r.timeout : settings_.request_timeout;
  e.no_body = r.no_body;
  e.stream = r.stream;
  e.state = exchange::phase::connecting;
  e.out = r.bytes;
  return e;
}

exchange_id client::impl::start(const written_request& r, exchange_handler& h) {
  exchange& e = take_exchange(r, h);
  place(e);
  return e.id;
}

exchange_id client::impl::start(const request& r, exchange_handler& h) {
  exchange& e = take_exchange({{}, r.address, r.method == "HEAD", r.stream, r.timeout}, h);
  if (buffers_.empty()) {
    e.written = std::make_unique<byte_buffer>();
  } else {
    e.written = std::move(buffers_.back());
    buffers_.pop_back();
  }
  const char* const why = write_request(*e.written, settings_, r);
  e.out = e.written->view();
  if (why != nullptr)
    fail(e, model::outcome::protocol_error, why);
  else
    place(e);
  return e.id;
}

void client::impl::serve_waiting(std::uint32_t address) {
  address_state& a = addresses_[address];
  while (a.first != nullptr && (a.idle != nullptr || a.open < settings_.connections_per_address)) {
    exchange& e = *a.first;
    unqueue(e);
    route(e);
  }
}

void client::impl::enqueue(exchange& e) {
  address_state& a = addresses_[e.address];
  e.state = exchange::phase::waiting;
  e.previous = a.last;
  e.next = nullptr;
  (a.last != nullptr ? a.last->next : a.first) = &e;
  a.last = &e;
}

void client::impl::unqueue(exchange& e) {
  address_state& a = addresses_[e.address];
  (e.previous != nullptr ? e.previous->next : a.first) = e.next;
  (e.next != nullptr ? e.next->previous : a.last) = e.previous;
  e.previous = e.next = nullptr;
}

void client::impl::move_timer(exchange& e, time::instant at) {
  timers_.cancel(e.timer);
  e.timer = timers_.schedule(at, *this, e.id & ((1u << index_bits) - 1));
  e.timer_due = at;
}

void client::impl::cancel(exchange_id id) {
  if (exchange* e = find(id)) fail(*e, model::outcome::cancelled, "cancelled");
}

// Ends an exchange without an answer; on_done comes from run().
void client::impl::fail(exchange& e, model::outcome o, std::string_view words) {
  if (e.state == exchange::phase::ending) return;
  e.deadline = time::never;
  timers_.cancel(e.timer);
  e.timer = time::timer_wheel::none;
  if (e.state == exchange::phase::waiting) unqueue(e);
  if (e.link != nullptr) close(*e.link);
  e.state = exchange::phase::ending;
  e.outcome = o;
  e.words.assign(words);
  e.end = time::now();
  ending_.push_back(&e);
  reactor_.defer(*this);
}

void client::impl::run() {
  take_received();
  delivering_.swap(ending_);
  for (exchange* e : delivering_) serve_waiting(e->address);
  for (exchange* e : delivering_) deliver(*e);
  delivering_.clear();
}

// Frees the exchange. Its buffers wait for the next one, unless more wait already than a wave of requests needs: so
// sessions that are idle keep none.
inline void client::impl::release(exchange& e) {
  if (e.reader != nullptr) {
    if (spare_reader_ == nullptr)
      spare_reader_.swap(e.reader);
    else
      give_back(std::move(e.reader));
  }
  if (e.written != nullptr) {
    if (e.written->capacity() <= kept_capacity) buffers_.push_back(std::move(e.written));
    while (buffers_.size() > in_flight_ + least_kept) buffers_.pop_back();
    e.written.reset();
  }
  e.out = {};
  e.words.clear();
  e.out_sent = 0;
  e.sent = e.first_byte = e.end = 0;
  e.outcome = model::outcome::ok;
  e.connect_timed_out = false;
  e.state = exchange::phase::unused;
  exchanges_.give_back(e);
}

// Tells the handler and frees the exchange.
void client::impl::deliver(exchange& e) {
  e.state = exchange::phase::ending;
  --in_flight_;
  const response_reader* const read = e.reader.get();
  if (read != nullptr && e.outcome == model::outcome::ok) {
    e.handler->on_done({e.outcome, read->status(), read->body(), e.words, e.sent, e.first_byte, e.end,
                        read->headers().data(), read->headers().size(),
                        read->status() == model::status_no_load || read->refuses_load(), e.connect_timed_out});
  } else {  // headers and body of one that broke off may be gone
    e.handler->on_done({e.outcome,
                        read != nullptr ? read->status() : 0,
                        {},
                        e.words,
                        e.sent,
                        e.first_byte,
                        e.end,
                        nullptr,
                        0,
                        false,
                        e.connect_timed_out});
  }
  release(e);
}

void client::impl::give_back(std::unique_ptr<response_reader> reader) {
  readers_.push_back(std::move(reader));
  while (readers_.size() > in_flight_ + least_kept) readers_.pop_back();
}

std::unique_ptr<response_reader> client::impl::another_reader() {
  if (readers_.empty()) return make_response_reader();
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void client::impl::on_timer(std::uint64_t cookie, time::instant now) {
  exchange* const e = &exchanges_[cookie];
  e->timer = time::timer_wheel::none;
  if (now < e->deadline) {  // lifted, or put off
    set_deadline(*e, e->deadline);
    return;
  }
  if (e->state == exchange::phase::connecting) {
    e->connect_timed_out = true;
    ++counters_.failed;
    fail(*e, model::outcome::connect_error, "connect timed out after " + text_of(settings_.connect_timeout));
  } else {
    const char* what = e->first_byte == 0 ? "no answer within " : "the answer was not complete within ";
    fail(*e, model::outcome::timeout, what + text_of(e->timeout));
  }
}

void client::impl::close_idle() {
  for (address_state& a : addresses_)
    while (a.idle != nullptr) close(*a.idle);
}

}  // namespace lsrun::transport
