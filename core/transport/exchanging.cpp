// What passes over an open connection: the request out, the answer in.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

#include "transport/client_impl.hpp"

namespace lsrun::transport {

namespace {

constexpr std::size_t scratch_size = 64u << 10;
constexpr int most_reads = 16;  // of full buffers in one round, so that one fast stream does not starve the others

// Has the target read a request that was written whole, on a connection that ended without error before a byte of an
// answer? What comes to a connection that is closed already is answered with a reset, not acknowledged, and so ends one
// that is closed with bytes that nobody read (RFC 9293, 3.10.7; RFC 1122, 4.2.2.13). So only an end in order that
// acknowledges the whole request is the end of a connection whose request was read.
bool was_read(int fd) {
  int unacknowledged = 0, error = 0;
  socklen_t length = sizeof error;
  if (ioctl(fd, SIOCOUTQ, &unacknowledged) != 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
    return false;
  return unacknowledged == 0 && error == 0;
}

}  // namespace

// Writes what the socket takes of the request. Never calls a handler.
void client::impl::send(connection& c) {
  exchange& e = *c.user;
  if (e.state != exchange::phase::sending) {
    e.state = exchange::phase::sending;
    e.sent = time::now();
    if (e.timeout > 0) set_deadline(e, e.sent + e.timeout);
  }
  while (e.out_sent < e.out.size()) {
    const char* from = e.out.data() + e.out_sent;
    const std::size_t left = e.out.size() - e.out_sent;
    transfer t;
    if (c.tls != nullptr) {
      t = tls_context::write(c, from, left);
    } else {
      t.size = send_bytes(c.fd, from, left);
      t.error = t.size < 0 ? errno : 0;
    }
    if (t.size > 0) {
      e.out_sent += static_cast<std::size_t>(t.size);
    } else if (t.error == EAGAIN || t.error == EINTR) {
      return;
    } else {  // the target has closed; it may have said why before: read() finds out, in the next round
      e.state = exchange::phase::reading;
      reactor_.rearm(c.fd, c);
      return;
    }
  }
  e.state = exchange::phase::reading;
}

void client::impl::send_all() {
  for (std::size_t i = 0; i < unsent_count_; ++i) {
    const exchange& e = *unsent_[i].what;  // which may have ended, or be another, or be noted twice
    if (e.id == unsent_[i].id && e.state == exchange::phase::unsent) send(*e.link);
  }
  unsent_count_ = 0;
}

inline std::size_t client::impl::receive_here(connection& c, char* to, std::size_t room, transfer& instead) {
  if (c.tls != nullptr) {
    instead = tls_context::read(c, to, room);
    return instead.size > 0 ? static_cast<std::size_t>(instead.size) : 0;
  }
  if (c.drained && !c.hung_up) {
    instead = {-1, EAGAIN};
    return 0;
  }
  const ssize_t n = receive_bytes(c.fd, to, room);
  if (n <= 0) {
    instead = {n, n < 0 ? errno : 0};
    return 0;
  }
  c.drained = static_cast<std::size_t>(n) < room;
  return static_cast<std::size_t>(n);
}
transfer client::impl::receive(connection& c, char* to, std::size_t room) {
  transfer instead;
  const std::size_t n = receive_here(c, to, room, instead);
  return n > 0 ? transfer{static_cast<ssize_t>(n), 0} : instead;
}

// Receives what came for an answer, to be looked at with the others of this round.
void client::impl::read_soon(connection& c) {
  exchange& e = *c.user;
  if (c.tls != nullptr || settings_.read_size != 0) return read(c);
  transfer instead;
  const std::size_t n = receive_here(c, received_.room(), received_answers::largest, instead);
  if (n == 0) return got_nothing(c, e, instead);
  received_.add() = {&e, e.id, n, time::now()};
  if (received_.full())
    take_received();
  else
    reactor_.defer(*this);
}

// Takes what was read at read_at_. False: the exchange is over, or the connection is no longer its own.
[[gnu::always_inline]] inline bool client::impl::take_bytes(connection& c, exchange& e, std::string_view bytes) {
  if (e.first_byte == 0) {
    e.first_byte = read_at_;
    take_reader(e);
    e.reader->begin(e.no_body, e.stream, settings_.largest_body, settings_.parser_only);
  }
  streaming_ = &e;
  const response_reader::progress p = e.reader->feed(bytes, *this);
  if (e.state == exchange::phase::ending) return false;  // cancelled by its own on_data
  switch (p) {
    case response_reader::progress::more:
      return true;
    case response_reader::progress::failed:
      fail(e, model::outcome::protocol_error, e.reader->error());
      return false;
    case response_reader::progress::stopped:
    case response_reader::progress::complete:
      complete(c, e, p == response_reader::progress::complete && e.reader->keep_alive());
  }
  return false;
}

bool client::impl::take_more(connection& c, exchange& e, std::string_view bytes) { return take_bytes(c, e, bytes); }

void client::impl::take_received() {
  for (std::size_t i = 0; i < received_.count(); ++i) {
    const received_answers::one& a = received_[i];
    connection* const c = a.of->link;
    if (a.of->id != a.id || c == nullptr) continue;  // cancelled meanwhile
    read_at_ = a.at;
    if (take_bytes(*c, *a.of, {received_.bytes(i), a.size})) read(*c);
  }
  received_.clear();
}

// A reading that brought nothing: there is no more for now, or the connection has ended.
inline void client::impl::got_nothing(connection& c, exchange& e, const transfer& instead) {
  if (instead.size >= 0 || (instead.error != EAGAIN && instead.error != EINTR)) lost(c, e, instead);
}

// Reads until all that came is read, the answer is whole, or the connection is gone.
void client::impl::read(connection& c) {
  exchange& e = *c.user;
  for (int i = 0; i < most_reads || (c.tls != nullptr && tls_context::pending(c)); ++i) {
    transfer instead;
    const std::size_t room = settings_.read_size != 0 ? settings_.read_size : scratch_size;
    if (const std::size_t n = receive_here(c, scratch_.get(), room, instead); n > 0) {
      read_at_ = time::now();
      if (!take_more(c, e, {scratch_.get(), n})) return;
    } else {
      return got_nothing(c, e, instead);
    }
  }
  reactor_.rearm(c.fd, c);
}

bool client::impl::on_piece(std::string_view piece) {
  exchange& e = *streaming_;
  return e.handler->on_data(piece, read_at_) && e.state != exchange::phase::ending;
}

// Is there nothing more to read on a connection whose answer is whole?
inline bool client::impl::is_quiet(connection& c) {
  const bool quiet = c.drained && !c.hung_up && (c.tls == nullptr || !tls_context::holds_bytes(c));
  return quiet || looks_quiet(c);
}
bool client::impl::looks_quiet(connection& c) {
  char probe[512];
  const transfer t = receive(c, probe, sizeof probe);
  if (t.size < 0 && t.error == EAGAIN) return true;
  ++(t.size > 0 ? counters_.surplus : counters_.closed_by_target);
  return false;
}

// The answer is whole. The connection is given on before the handler is told, so that its next request finds it.
void client::impl::complete(connection& c, exchange& e, bool keep) {
  e.end = read_at_;
  e.deadline = time::never;
  c.user = nullptr;
  e.link = nullptr;
  if (keep && e.reader->surplus() > 0) {
    ++counters_.surplus;
    keep = false;
  }
  keep = keep && settings_.keep_alive && e.out_sent == e.out.size() && is_quiet(c);
  if (keep) {
    park(c);
  } else {
    close(c);
  }
  e.state = exchange::phase::ending;
  if (addresses_[e.address].first != nullptr) serve_waiting(e.address);
  deliver(e);
}

// The connection has ended, well (error 0) or not.
void client::impl::lost(connection& c, exchange& e, transfer last) {
  const int error = last.error;
  ++counters_.closed_by_target;
  // Closed while it was idle: the request goes out once more. A reset does not tell whether it was read, and is taken
  // for such a close.
  const bool read = error == 0 && e.out_sent == e.out.size() && was_read(c.fd);
  if (e.first_byte == 0 && c.reused && !read) {
    ++counters_.replaced;
    set_deadline(e, time::never);
    close(c);
    e.out_sent = 0;
    connect(e);
    return;
  }
  if (error != 0) {
    const char* when =
        e.first_byte == 0 ? "the connection broke before an answer: " : "the connection broke inside the answer: ";
    fail(e, model::outcome::protocol_error, when + words_of(error));
  } else if (e.first_byte == 0) {
    fail(e, model::outcome::protocol_error, "the target closed the connection without an answer");
  } else if (e.reader->finish() != response_reader::progress::complete) {
    fail(e, model::outcome::protocol_error, e.reader->error());
  } else if (last.cut_off) {  // only the connection's end says where this body ends
    fail(e, model::outcome::protocol_error, "TLS: the answer's body ends without close_notify: it may be cut off");
  } else {
    read_at_ = time::now();
    complete(c, e, false);
  }
}

}  // namespace lsrun::transport
