// The client's inside, shared by its three files: client.cpp (requests, queues), connecting.cpp, exchanging.cpp.
// Failures are handed out by the reactor's deferred task, successes right where the last byte is read; so no handler is
// ever called from start() or cancel(), nor inside another handler.
#pragma once

#include "transport/connection.hpp"
#include "transport/socket.hpp"
#include "transport/tls.hpp"

namespace lsrun::transport {

struct client::impl final : connection_owner, time::timer_wheel::client, reactor::task, body_sink {
  struct address_state {
    connection* idle = nullptr;                  // used last, first
    exchange *first = nullptr, *last = nullptr;  // waiting for a connection
    std::uint32_t open = 0;                      // connections, those being opened included
  };

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
  std::unique_ptr<char[]> scratch_;  // where answers are read into, one after the other
  exchange* streaming_ = nullptr;    // whose pieces are being handed out
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

// Gives an exchange, which has none, a reader.
inline void client::impl::take_reader(exchange& e) {
  if (spare_reader_ != nullptr)
    e.reader.swap(spare_reader_);
  else
    e.reader = another_reader();
}

}  // namespace lsrun::transport
