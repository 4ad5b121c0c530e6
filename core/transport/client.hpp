// The HTTP/1.1 client of one worker: a pool of connections for each client address, deadlines, TLS, streams.
// Everything runs on the worker's thread, driven by its reactor; nothing here is thread-safe.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/outcome.hpp"
#include "time/clock.hpp"

namespace lsrun::time {
class timer_wheel;
}

namespace lsrun::transport {

class reactor;
class request_text;

struct header_view {
  std::string_view name, value;
  bool is(std::string_view other) const;  // the name, whatever its case
};

struct request {              // borrowed until start() returns; what is needed is copied
  std::uint32_t address = 0;  // index in settings::addresses
  std::string_view method, target, body;
  const header_view* headers = nullptr;
  std::size_t header_count = 0;
  time::span timeout = 0;  // from sent to end; 0: settings::request_timeout
  bool stream = false;     // hand the body of 2xx answers to on_data instead of collecting it
  bool checked = false;    // method, target and headers were looked at already (plugin::wrong_with): well-formed
};

struct written_request {      // a request as client::write() made it
  std::string_view bytes;     // sent as they are, valid until on_done
  std::uint32_t address = 0;  // the other fields as they are in request
  bool no_body = false;       // its answer has none whatever its head says: the method was HEAD
  bool stream = false;
  time::span timeout = 0;
};

struct answer {                                 // valid until on_done returns
  model::outcome outcome = model::outcome::ok;  // ok: a whole HTTP answer came; else timeout, connect_error,
                                                // protocol_error or cancelled
  unsigned status = 0;                          // 0: none came; may be set although the answer broke off later
  std::string_view body;                        // empty if it was streamed
  std::string_view error;                       // words for what went wrong
  // 0: did not happen. sent: just before the first byte was written, on the connection that carried the request last.
  time::instant sent = 0, first_byte = 0, end = 0;
  const header_view* headers = nullptr;  // of a whole answer
  std::size_t header_count = 0;
  bool refuses_load = false;       // a whole answer that says: no load tests here (status 451, or X-Load-Test: refused)
  bool connect_timed_out = false;  // with connect_error: the target did not answer in time, rather than refused
  std::string_view header(std::string_view name) const;  // names without case; "" if absent
};

// What becomes of a request. Called on the worker's thread, never inside start() or cancel().
class exchange_handler {
 public:
  // Body bytes of a streamed 2xx answer, chunking undone. Returns false to end the answer here: on_done follows at
  // once with outcome ok and the connection is closed.
  virtual bool on_data(std::string_view, time::instant) { return true; }
  virtual void on_done(const answer&) = 0;

 protected:
  ~exchange_handler() = default;
};

struct address_settings {
  bool bound = false;
  sockaddr_storage bind{};  // source address, port 0; IP_BIND_ADDRESS_NO_PORT is set
  std::string headers;      // complete header lines sent with every request: Host, pool header, config headers
};

struct settings {
  sockaddr_storage target{};  // the first reachable address of the target's host
  std::string base_path;      // put in front of every target, without a closing slash
  std::vector<address_settings> addresses;
  bool keep_alive = true;
  std::uint32_t connections_per_address = 0;  // 0: as many as requests are in flight
  time::span connect_timeout = 0, request_timeout = 0;
  bool tls = false, insecure = false;
  std::string ca, server_name;
  std::size_t largest_body = 64u << 20;  // a longer answer is a protocol_error
  // For tests, which show that all ways of reading give the same figures.
  bool parser_only = false;   // without the fast path
  std::size_t read_size = 0;  // bytes asked for at once; 0: as many as there is room for
};

struct counters {  // of connections, since the start
  std::uint64_t opened = 0, failed = 0, closed_by_target = 0;
  std::uint64_t replaced = 0;  // found closed, unread, when used again: the request went out once more on a new one
  std::uint64_t open = 0, idle = 0;
  std::uint64_t surplus = 0;       // closed because bytes came that nobody had asked for
  std::uint64_t out_of_files = 0;  // no connection: EMFILE or ENFILE
  std::uint64_t out_of_ports = 0;  // no connection: EADDRNOTAVAIL
  std::uint64_t tls_resumed = 0;   // handshakes shortened by an earlier session
};

using exchange_id = std::uint64_t;  // never 0, never reused

class client {
 public:
  // Throws std::runtime_error with a sentence if TLS cannot be set up (a CA file that cannot be read ...).
  client(reactor&, time::timer_wheel&, settings);
  ~client();  // closes all; no handler is called
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  // Writes a request as the bytes that go to the target, for a written_request; see request_text::write.
  const char* write(request_text& out, const request&) const;
  bool replace_address(request_text&, std::uint32_t address) const;  // see request_text::replace_address
  // Starts a request on an idle or new connection of its address, or queues it for one. Never fails at once: every
  // failure comes by on_done. The handler lives until then.
  exchange_id start(const request&, exchange_handler&);
  exchange_id start(const written_request&, exchange_handler&);
  // Ends a request: on_done comes with `cancelled` from the reactor's next round. No effect on one that has ended.
  void cancel(exchange_id);
  // Closes idle connections (a phase that no longer needs them).
  void close_idle();
  const counters& connections() const;
  std::size_t in_flight() const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace lsrun::transport
