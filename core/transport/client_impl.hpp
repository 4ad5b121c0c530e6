// The client's inside, shared by its three files: client.cpp (requests, queues), connecting.cpp, exchanging.cpp.
// Failures are handed out by the reactor's deferred task, successes right after the last byte was read; so no handler
// is ever called from start() or cancel(), nor inside another handler.
//
// What the kernel does for one request after the other stays in the processor's caches, and so does what we do, as long
// as the two take turns by rounds and not by requests. So the answers of a round are received, some at a time, before
// the first of them is looked at; and requests on connections that stand are sent together, before the reactor waits.
#pragma once

#include <array>

#include "transport/connection.hpp"
#include "transport/socket.hpp"
#include "transport/tls.hpp"

namespace lsrun::transport {

// Answers that were received and not looked at yet: each in a place of its own. The places do not begin at the same
// distance from a page's start, so that they do not want the same lines of the cache.
class received_answers {
 public:
  static constexpr std::size_t most = 16, largest = 16u << 10;
  struct one {
    exchange* of;
    exchange_id id;  // of that, then
    std::size_t size;
    time::instant at;
  };

  char* room() { return bytes_.get() + count_ * stride; }  // for `largest` bytes, unless it is full
  one& add() { return all_[count_++]; }
  std::size_t count() const { return count_; }
  bool full() const { return count_ == most; }
  const one& operator[](std::size_t i) const { return all_[i]; }
  const char* bytes(std::size_t i) const { return bytes_.get() + i * stride; }
  void clear() { count_ = 0; }

 private:
  static constexpr std::size_t line = 64, stride = largest + 7 * line;
  std::array<one, most> all_;
  std::size_t count_ = 0;
  std::unique_ptr<char[]> bytes_{new char[most * stride]};  // of which the system gives what is used
};

struct client::impl final : connection_owner, time::timer_wheel::client, reactor::task, body_sink {
  struct address_state {
    connection* idle = nullptr;                  // used last, first
    exchange *first = nullptr, *last = nullptr;  // waiting for a connection
    std::uint32_t open = 0;                      // connections, those being opened included
  };
  struct sender final : reactor::task {
    explicit sender(impl& of) : owner(of) {}
    void run() override { owner.send_all(); }
    impl& owner;
  };
  struct unsent {
    exchange* what;
    exchange_id id;  // of that, then
  };
  static constexpr std::size_t most_unsent = 64;

  impl(reactor&, time::timer_wheel&, settings);
  ~impl();

  // client.cpp
  exchange_id start(const request&, exchange_handler&);
  exchange_id start(const written_request&, exchange_handler&);
  exchange& take_exchange(const written_request&, exchange_handler&);
  void cancel(exchange_id);
  void close_idle();
  exchange* find(exchange_id);
  void take_reader(exchange&);
  std::unique_ptr<response_reader> another_reader();
  void give_back(std::unique_ptr<response_reader>);
  void route(exchange&);
  void replace_unsent(connection&);
  void place(exchange&);
  void serve_waiting(std::uint32_t address);
  void enqueue(exchange&);
  void unqueue(exchange&);
  void set_deadline(exchange&, time::instant);
  void move_timer(exchange&, time::instant);
  void fail(exchange&, model::outcome, std::string_view words);
  void deliver(exchange&);
  void release(exchange&);
  void run() override;
  void on_timer(std::uint64_t cookie, time::instant now) override;

  // connecting.cpp
  void connect(exchange&);
  void connected(connection&);
  void shake(connection&);
  void connect_failed(connection&, std::string_view words);
  void count_shortage(int error);
  void established(connection&);
  void close(connection&);
  void park(connection&);
  void unpark(connection&);
  void on_idle_event(connection&);
  void on_connection_ready(connection&, std::uint32_t epoll_events) override;

  // exchanging.cpp
  void send(connection&);
  void send_soon(exchange&);
  void send_all();
  void read_soon(connection&);
  void take_received();
  bool take_more(connection&, exchange&, std::string_view bytes);
  void got_nothing(connection&, exchange&, const transfer& instead);
  void read(connection&);
  bool take_bytes(connection&, exchange&, std::string_view bytes);
  void complete(connection&, exchange&, bool keep);
  void lost(connection&, exchange&, transfer last);
  bool is_quiet(connection&);
  bool looks_quiet(connection&);
  transfer receive(connection&, char* to, std::size_t room);
  // The same: bytes that were read, or 0 and `instead` says what happened. In place.
  std::size_t receive_here(connection&, char* to, std::size_t room, transfer& instead);
  bool on_piece(std::string_view) override;

  reactor& reactor_;
  time::timer_wheel& timers_;
  const settings settings_;
  std::unique_ptr<tls_context> tls_;
  counters counters_;
  std::size_t in_flight_ = 0;
  std::vector<address_state> addresses_;
  slab<connection, 64> connections_;
  slab<exchange, 64> exchanges_;
  std::unique_ptr<response_reader> spare_reader_;          // the first of those not in use
  std::vector<std::unique_ptr<response_reader>> readers_;  // not in use; never many more than requests are in flight
  std::vector<std::unique_ptr<byte_buffer>> buffers_;      // likewise
  std::vector<exchange*> ending_, delivering_;
  std::unique_ptr<char[]> scratch_;  // where answers are read, one after the other
  received_answers received_;
  std::array<unsent, most_unsent> unsent_;
  std::size_t unsent_count_ = 0;
  sender sender_{*this};
  exchange* streaming_ = nullptr;  // whose pieces are being handed out
  time::instant read_at_ = 0;
};

// What each request comes through, and is short.

inline void client::impl::park(connection& c) {
  address_state& a = addresses_[c.address];
  c.state = connection::phase::idle;
  c.reused = true;
  c.previous = nullptr;
  c.next = a.idle;
  if (a.idle != nullptr) a.idle->previous = &c;
  a.idle = &c;
  ++counters_.idle;
}

inline void client::impl::unpark(connection& c) {
  (c.previous != nullptr ? c.previous->next : addresses_[c.address].idle) = c.next;
  if (c.next != nullptr) c.next->previous = c.previous;
  c.previous = c.next = nullptr;
  c.state = connection::phase::busy;
  --counters_.idle;
}

// Sets, moves or (time::never) lifts the instant at which the exchange is given up.
inline void client::impl::set_deadline(exchange& e, time::instant at) {
  e.deadline = at;
  if (at != time::never && (e.timer == time::timer_wheel::none || e.timer_due > at)) move_timer(e, at);
}

// Sends a request whose connection stands when the reactor waits next, or before, with the others. Until when that
// waits is reckoned before it is sent: so its deadline is set here, a little early, and put right then.
inline void client::impl::send_soon(exchange& e) {
  if (e.timeout > 0) set_deadline(e, timers_.advanced_to() + e.timeout);
  e.state = exchange::phase::unsent;
  unsent_[unsent_count_++] = {&e, e.id};
  if (unsent_count_ == most_unsent)
    send_all();
  else if (unsent_count_ == 1)
    reactor_.before_wait(sender_);
}

// Gives an exchange, which has none, a reader.
inline void client::impl::take_reader(exchange& e) {
  if (spare_reader_ != nullptr)
    e.reader.swap(spare_reader_);
  else
    e.reader = another_reader();
}

}  // namespace lsrun::transport
