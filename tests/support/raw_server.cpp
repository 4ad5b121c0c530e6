// See raw_server.hpp. Plain blocking sockets with time-outs, one thread a connection: slow and obvious.
#include "support/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace lsrun::test {

namespace {

constexpr int patience = 5'000;  // milliseconds

sockaddr_storage make_address(const char* host) {
  sockaddr_storage a{};
  if (inet_pton(AF_INET6, host, &reinterpret_cast<sockaddr_in6&>(a).sin6_addr) == 1) {
    a.ss_family = AF_INET6;
  } else {
    a.ss_family = AF_INET;
    inet_pton(AF_INET, host, &reinterpret_cast<sockaddr_in&>(a).sin_addr);
  }
  return a;
}

int bound_socket(sockaddr_storage& a) {
  const int fd = socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t length = a.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&a), length) < 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&a), &length) < 0)
    throw std::runtime_error("no test server on loopback");
  return fd;
}

}  // namespace

peer::~peer() { close(); }

void peer::pause(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

std::string peer::address() const {
  sockaddr_storage a{};
  socklen_t length = sizeof a;
  getpeername(fd_, reinterpret_cast<sockaddr*>(&a), &length);
  char text[INET6_ADDRSTRLEN] = "";
  if (a.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6&>(a).sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(a).sin_addr, text, sizeof text);
  }
  return text;
}

void peer::wait_readable() {
  pollfd one{fd_, POLLIN, 0};
  poll(&one, 1, patience);
}

ssize_t peer::receive(char* to, std::size_t room) {
  if (fd_ < 0) return -1;
  return tls_ != nullptr ? SSL_read(tls_, to, static_cast<int>(room)) : recv(fd_, to, room, 0);
}

std::string peer::read_request() {
  char piece[16'384];
  for (;;) {
    const std::size_t end = buffered_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::size_t size = end + 4;
      const std::size_t at = buffered_.find("Content-Length: ");
      if (at < end) size += std::strtoul(buffered_.c_str() + at + 16, nullptr, 10);
      if (buffered_.size() >= size) {
        std::string request = buffered_.substr(0, size);
        buffered_.erase(0, size);
        return request;
      }
    }
    const ssize_t n = receive(piece, sizeof piece);
    if (n <= 0) return {};
    buffered_.append(piece, static_cast<std::size_t>(n));
  }
}

void peer::write(std::string_view bytes) {
  while (!bytes.empty() && fd_ >= 0) {
    const ssize_t n = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void peer::write_pieces(std::string_view bytes, std::size_t size) {
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    write(bytes.substr(i, size));
    std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
}

bool peer::wait_closed() {
  char piece[4096];
  for (;;) {
    const ssize_t n = receive(piece, sizeof piece);
    if (n == 0) return true;
    if (n < 0) return errno != EAGAIN;
  }
}

void peer::close() {
  if (fd_ < 0) return;
  if (tls_ != nullptr) SSL_shutdown(tls_);
  cut();
}

void peer::cut() {
  SSL_free(tls_);
  tls_ = nullptr;
  shutdown(fd_, SHUT_WR);  // the file descriptor itself is closed by the server, which knows it
  fd_ = -1;
}

void peer::reset() {
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  if (tls_ != nullptr) SSL_free(tls_);
  tls_ = nullptr;
  fd_ = -1;
}

raw_server::raw_server(script s, const char* host, ssl_ctx_st* tls) : script_(std::move(s)), tls_(tls) {
  address_ = make_address(host);
  listener_ = bound_socket(address_);
  if (listen(listener_, 512) < 0) throw std::runtime_error("no test server on loopback");
  acceptor_ = std::thread([this] { accept_all(); });
}

raw_server::~raw_server() {
  stop_listening();
  {
    const std::lock_guard lock(mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& t : threads_) t.join();
}

void raw_server::stop_listening() {
  if (!acceptor_.joinable()) return;
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
}

void raw_server::accept_all() {
  while (!stopping_) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    const timeval limit{patience / 1000, 0};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    const unsigned number = accepted_++;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

void raw_server::serve(int fd, unsigned number) {
  SSL* tls = nullptr;
  if (tls_ != nullptr) {
    tls = SSL_new(tls_);
    SSL_set_fd(tls, fd);
  }
  if (tls == nullptr || SSL_accept(tls) == 1) {
    peer p(fd, tls, number);
    script_(p);
  } else {
    SSL_free(tls);
  }
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), fd));
  ::close(fd);
}

sockaddr_storage closed_port() {
  sockaddr_storage a = make_address("127.0.0.1");
  ::close(bound_socket(a));
  return a;
}

}  // namespace lsrun::test
