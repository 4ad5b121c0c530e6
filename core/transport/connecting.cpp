// Connections: how they come to be, wait to be used again, and go.
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "transport/client_impl.hpp"

namespace lsrun::transport {

void client::impl::connect(exchange& e) {
  const opened_socket s = open_socket(settings_.target, settings_.addresses[e.address]);
  if (s.fd < 0) {
    ++counters_.failed;
    if (!s.at_bind) count_shortage(s.error);  // there EADDRNOTAVAIL means an address that is not this machine's
    fail(e, model::outcome::connect_error, std::string(s.step) + ": " + words_of(s.error));
    return;
  }
  connection& c = connections_.take();
  c.owner = this;
  c.user = &e;
  c.fd = s.fd;
  c.address = e.address;
  c.state = connection::phase::connecting;
  c.reused = c.drained = c.hung_up = false;
  ++addresses_[c.address].open;
  e.link = &c;
  e.state = exchange::phase::connecting;
  try {
    reactor_.add(c.fd, c);
  } catch (const std::system_error& x) {
    connect_failed(c, x.what());
    return;
  }
  if (settings_.connect_timeout > 0 && (!s.connected || settings_.tls))
    set_deadline(e, time::now() + settings_.connect_timeout);
  if (s.connected) connected(c);
}

// The TCP connection stands, or has failed.
void client::impl::connected(connection& c) {
  if (const int error = connect_result(c.fd, settings_.target)) {
    count_shortage(error);
    connect_failed(c, "cannot connect: " + words_of(error));
  } else if (tls_ == nullptr) {
    established(c);
  } else if (!tls_->attach(c)) {
    connect_failed(c, "TLS: no memory for a connection");
  } else {
    c.state = connection::phase::handshaking;
    shake(c);
  }
}

void client::impl::shake(connection& c) {
  std::string why;
  switch (tls_->shake(c, why)) {
    case tls_context::handshake::done:
      if (tls_->resumed(c)) ++counters_.tls_resumed;
      established(c);
      break;
    case tls_context::handshake::later:
      break;
    case tls_context::handshake::failed:
      connect_failed(c, why);
  }
}

void client::impl::connect_failed(connection& c, std::string_view words) {
  ++counters_.failed;
  fail(*c.user, model::outcome::connect_error, words);
}

void client::impl::count_shortage(int error) {
  if (error == EMFILE || error == ENFILE) ++counters_.out_of_files;
  if (error == EADDRNOTAVAIL) ++counters_.out_of_ports;
}

void client::impl::established(connection& c) {
  ++counters_.opened;
  ++counters_.open;
  c.state = connection::phase::busy;
  set_deadline(*c.user, time::never);
  send(c);
}

void client::impl::close(connection& c) {
  const bool idle = c.state == connection::phase::idle;
  if (idle) unpark(c);
  if (c.state == connection::phase::busy) --counters_.open;
  if (c.tls != nullptr) tls_context::detach(c, idle || c.user == nullptr);
  --addresses_[c.address].open;
  reactor_.forget(c);
  ::close(c.fd);
  if (c.user != nullptr) c.user->link = nullptr;
  c.user = nullptr;
  c.fd = -1;
  c.state = connection::phase::unused;
  connections_.give_back(c);
}

// An idle connection has something to tell: mostly that the target closed it.
void client::impl::on_idle_event(connection& c) {
  char probe[512];
  const transfer t = receive(c, probe, sizeof probe);
  if (t.size < 0 && t.error == EAGAIN) return;
  ++(t.size > 0 ? counters_.surplus : counters_.closed_by_target);
  close(c);
}

void client::impl::on_connection_ready(connection& c, std::uint32_t events) {
  constexpr std::uint32_t readable = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  c.drained = false;
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c.hung_up = true;
  switch (c.state) {
    case connection::phase::unused:
      return;
    case connection::phase::connecting:
      if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
      connected(c);
      break;
    case connection::phase::handshaking:
      shake(c);
      break;
    case connection::phase::idle:
      if (events & readable) on_idle_event(c);
      return;
    case connection::phase::busy:
      if (c.user->state == exchange::phase::unsent) {
        if (events & readable) replace_unsent(c);
        return;
      }
      if (c.user->state == exchange::phase::sending) send(c);
  }
  if (c.state == connection::phase::busy && (events & readable)) read_soon(c);
}

}  // namespace lsrun::transport
