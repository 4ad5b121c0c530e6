// A TCP server on loopback whose every byte a test writes itself: for answers that no proper server would give.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace lsrun::test {

// One accepted connection, used by its script on a thread of its own. Every call returns within `patience`.
class peer {
 public:
  peer(int fd, ssl_st* tls, unsigned number) : fd_(fd), tls_(tls), number_(number) {}
  ~peer();
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  unsigned number() const { return number_; }  // 0, 1, 2 ... in the order of accepting
  std::string address() const;                 // the client's, without the port
  // One request, head and body by its Content-Length; "" when the client has closed or says nothing.
  std::string read_request();
  void write(std::string_view bytes);
  // The bytes in pieces of `size`, with a moment between them so that each arrives alone.
  void write_pieces(std::string_view bytes, std::size_t size);
  bool wait_closed();    // until the client closes; false if it does not
  void wait_readable();  // until the client has sent something or closed; reads nothing
  void close();          // in good order
  void cut();            // the same for TCP, without the good-bye of TLS
  void reset();          // RST
  static void pause(int milliseconds);

 private:
  ssize_t receive(char* to, std::size_t room);

  int fd_;
  ssl_st* tls_;
  unsigned number_;
  std::string buffered_;
};

class raw_server {
 public:
  using script = std::function<void(peer&)>;
  // Listens on a free port of `host` ("127.0.0.1", "::1") and runs the script for each connection. With a TLS context,
  // which must outlive the server, the script starts after the handshake.
  explicit raw_server(script, const char* host = "127.0.0.1", ssl_ctx_st* tls = nullptr);
  ~raw_server();  // closes and joins all
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  const sockaddr_storage& address() const { return address_; }
  unsigned accepted() const { return accepted_; }
  void stop_listening();

 private:
  void accept_all();
  void serve(int fd, unsigned number);

  script script_;
  ssl_ctx_st* tls_;
  sockaddr_storage address_{};
  int listener_ = -1;
  std::atomic<unsigned> accepted_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::thread> threads_;  // guarded by mutex_
  std::vector<int> open_;             // guarded by mutex_
  std::thread acceptor_;
};

// A port on loopback on which nobody listens.
sockaddr_storage closed_port();

}  // namespace lsrun::test
