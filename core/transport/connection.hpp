// The two objects of the client: a connection, which may be idle, and an exchange, which lives as long as its request.
// Both stand in slabs whose addresses are stable and whose slots are used again.
#pragma once

#include <memory>
#include <vector>

#include "time/timer_wheel.hpp"
#include "transport/byte_buffer.hpp"
#include "transport/client.hpp"
#include "transport/reactor.hpp"
#include "transport/response_reader.hpp"

struct ssl_st;

namespace lsrun::transport {

struct connection;
struct exchange;

// Receives what the reactor reports of connections.
class connection_owner {
 public:
  virtual void on_connection_ready(connection&, std::uint32_t epoll_events) = 0;

 protected:
  ~connection_owner() = default;
};

struct connection final : reactor::watcher {
  enum class phase : std::uint8_t { unused, connecting, handshaking, idle, busy };

  void on_ready(std::uint32_t epoll_events) override { owner->on_connection_ready(*this, epoll_events); }

  connection_owner* owner = nullptr;
  exchange* user = nullptr;                         // whose request it carries, or is opened for
  connection *previous = nullptr, *next = nullptr;  // idle connections of the address, or the slab's free list
  ssl_st* tls = nullptr;
  int fd = -1;
  std::uint32_t address = 0;
  phase state = phase::unused;
  bool reused = false;   // it has carried an answer before
  bool drained = false;  // all was read that had come: only a new event tells of more
  bool hung_up = false;  // the target has closed its side, or the socket has an error
};
static_assert(sizeof(connection) <= 72, "an idle connection must stay small");

struct exchange {
  enum class phase : std::uint8_t {
    unused,
    waiting,     // for a connection of its address
    connecting,  // its connection is being opened
    unsent,      // it has one, and goes out with others, before the reactor waits
    sending,
    reading,
    ending,  // all is over but on_done
  };

  exchange_handler* handler = nullptr;
  connection* link = nullptr;
  std::unique_ptr<response_reader> reader;        // from the answer's first byte on
  exchange *previous = nullptr, *next = nullptr;  // the address's queue, or the slab's free list
  exchange_id id = 0;
  std::string_view out;                  // the request, kept until the answer begins: it may have to go out again
  std::unique_ptr<byte_buffer> written;  // its bytes, where they are not the caller's
  std::string words;                     // the error
  std::size_t out_sent = 0;
  time::span timeout = 0;
  time::instant sent = 0, first_byte = 0, end = 0;
  // Most deadlines never come: the timer is left as it is when one is lifted or put off, and looks again when it fires.
  time::instant deadline = time::never, timer_due = 0;
  std::uint32_t address = 0;
  time::timer_wheel::id timer = time::timer_wheel::none;
  phase state = phase::unused;
  model::outcome outcome = model::outcome::ok;
  bool no_body = false, stream = false, connect_timed_out = false;
};

// Objects that stay where they are; the slot freed last is taken first, as it is still in the cache.
template <class T, std::size_t chunk>
class slab {
 public:
  T& take() {
    if (free_ == nullptr) grow();
    T& object = *free_;
    free_ = object.next;
    object.next = nullptr;
    return object;
  }
  void give_back(T& object) {
    object.next = free_;
    free_ = &object;
  }
  T& operator[](std::size_t index) { return chunks_[index / chunk][index % chunk]; }
  std::size_t size() const { return chunks_.size() * chunk; }

 private:
  [[gnu::noinline]] void grow() {
    chunks_.push_back(std::make_unique<T[]>(chunk));
    for (std::size_t i = chunk; i-- > 0;) {
      T& object = chunks_.back()[i];
      if constexpr (requires { object.id; }) object.id = size() - chunk + i;
      give_back(object);
    }
  }
  std::vector<std::unique_ptr<T[]>> chunks_;
  T* free_ = nullptr;
};

}  // namespace lsrun::transport
