// A server that is never the bottleneck: one thread, one edge-triggered epoll set, canned answers, which differ as
// a chat's do: words of many lengths, ids, counts.
// What the benchmarks and their guards load; so that nobody measures it by mistake, it says at its end what it used.
//   responder PORT SECONDS [CERTIFICATE KEY | --times FILE | --spend US]
// Serves every address of 127.0.0.0/8, with TLS if a certificate (PEM) is given. PORT 0 picks a free one. With --times
// it writes to FILE at its end when each request came, in the order it read them: by the kernel's clock at the moment
// the bytes were there (CLOCK_REALTIME, a double of seconds each), however late this process read them. With --spend it
// uses so many microseconds of its core for each request: where a test wants it to be the bottleneck for once. Says
// "READY PORT" once it listens; ends after SECONDS or at SIGTERM and says "requests N connections N cpu_s N first_s N
// wall_s N resumed N": when the first request came (CLOCK_MONOTONIC), how long from then to the last, and how many
// connections went on with an earlier one's TLS session. A GET, as a health check is, is answered and counts as none.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

volatile std::sig_atomic_t ended = 0;

double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Answer `number` as the chat API gives it: an envelope that reports success.
std::string canned(bool close, unsigned number) {
  static constexpr std::string_view words =
      "a reply of some words, some of them few and some of them many, as they come";
  const std::string id = std::to_string(number);
  const std::string body = R"({"status":200,"code":0,"message":"SUCCESS","data":{"message":")" +
                           std::string(words.substr(0, 5 + number * 7 % 61)) + R"(","success":true,"id":"m)" + id +
                           R"(","correlation_id":"c)" + std::to_string(number * 7919) +
                           R"(","creation_utc":"2026-01-01T00:00:00Z","total_tokens":)" +
                           std::to_string(9 + number * 5) + R"(,"session_id":"s)" + id + R"("}})";
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\ncontent-type: application/json\r\n" + (close ? "connection: close\r\n" : "") + "\r\n" + body;
}

struct request {
  std::size_t size = 0;  // 0: it is not all there yet
  bool close = false;
};

// The first request in `in`: its header lines up to the empty one, then Content-Length bytes.
request first_request(std::string_view in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string_view::npos) return {};
  request r{head + 4};
  for (std::size_t at = in.find("\r\n"); at < head; at = in.find("\r\n", at)) {
    const char* const line = in.data() + (at += 2);
    if ((*line | 0x20) != 'c') continue;
    if (strncasecmp(line, "content-length:", 15) == 0) r.size += std::strtoul(line + 15, nullptr, 10);
    if (strncasecmp(line, "connection: close", 17) == 0) r.close = true;
  }
  if (in.size() < r.size) r.size = 0;
  return r;
}

// A connection by its descriptor; the bytes of a request that came in pieces wait in `partial`.
struct peer {
  std::string partial;
  SSL* tls = nullptr;
  bool heard = false;  // over TLS
};

class server {
 public:
  // With `times` it keeps there when each request came. `spend_s`: seconds of its core for each.
  server(SSL_CTX* tls, std::vector<double>* times, double spend_s) : tls_(tls), times_(times), spend_s_(spend_s) {}

  bool listen_on(int port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on_, sizeof on_);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    // All of loopback where the system lets us tie the socket to it, else its usual address alone: never the network.
    const bool tied = setsockopt(listener_, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) == 0;
    at.sin_addr.s_addr = htonl(tied ? INADDR_ANY : INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || listen(listener_, 65'535) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      return false;
    set_ = epoll_create1(EPOLL_CLOEXEC);
    watch(listener_, EPOLLIN);
    std::printf("READY %d\n", ntohs(at.sin_port));
    std::fflush(stdout);
    return true;
  }

  void serve(double until) {
    epoll_event ready[512];
    while (ended == 0 && seconds(CLOCK_MONOTONIC) < until) {
      const int n = epoll_wait(set_, ready, 512, 200);
      const unsigned long before = requests_;
      if (before == 0) first_ = seconds(CLOCK_MONOTONIC);
      for (int i = 0; i < n; ++i) {
        if (ready[i].data.fd == listener_)
          accept_all();
        else
          answer(ready[i].data.fd);
      }
      if (requests_ == before) continue;
      last_ = seconds(CLOCK_MONOTONIC);
    }
    std::printf("requests %lu connections %lu cpu_s %.6f first_s %.6f wall_s %.6f resumed %lu\n", requests_,
                connections_, seconds(CLOCK_PROCESS_CPUTIME_ID), first_, last_ - first_, resumed_);
  }

 private:
  void watch(int fd, std::uint32_t events) {
    epoll_event e{};
    e.events = events;
    e.data.fd = fd;
    epoll_ctl(set_, EPOLL_CTL_ADD, fd, &e);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      ++connections_;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on_, sizeof on_);
      if (times_ != nullptr) setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on_, sizeof on_);
      if (peers_.size() <= static_cast<std::size_t>(fd)) peers_.resize(static_cast<std::size_t>(fd) + 1024);
      if (tls_ != nullptr) {
        SSL* const tls = peers_[static_cast<std::size_t>(fd)].tls = SSL_new(tls_);
        SSL_set_fd(tls, fd);
        SSL_set_accept_state(tls);
      }
      watch(fd, EPOLLIN | EPOLLET);
    }
  }

  // Bytes got; 0: none are there now; -1: the connection is over.
  long get(peer& p, int fd, char* to, std::size_t room) {
    if (p.tls != nullptr) {
      ERR_clear_error();
      const int got = SSL_read(p.tls, to, static_cast<int>(room));
      if (got > 0 && !p.heard) p.heard = true, resumed_ += SSL_session_reused(p.tls) == 1;
      if (got > 0) return got;
      return SSL_get_error(p.tls, got) == SSL_ERROR_WANT_READ ? 0 : -1;
    }
    const ssize_t got = times_ == nullptr ? recv(fd, to, room, 0) : get_timed(fd, to, room);
    if (got > 0) return got;
    return got < 0 && errno == EAGAIN ? 0 : -1;
  }

  // recv() that also notes when the last of the bytes came.
  ssize_t get_timed(int fd, char* to, std::size_t room) {
    iovec bytes{to, room};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = recvmsg(fd, &message, 0);
    const cmsghdr* const note = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (note != nullptr && note->cmsg_level == SOL_SOCKET && note->cmsg_type == SCM_TIMESTAMPNS) {
      timespec t{};
      std::memcpy(&t, CMSG_DATA(note), sizeof t);
      came_ = static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
    }
    return got;
  }

  // Answers are small and their reader waits for them: they always find room.
  bool put(peer& p, int fd, const std::string& bytes) {
    if (p.tls != nullptr) return SSL_write(p.tls, bytes.data(), static_cast<int>(bytes.size())) > 0;
    return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  void answer(int fd) {
    static char buffer[65'536];
    peer& p = peers_[static_cast<std::size_t>(fd)];
    for (;;) {
      const long got = get(p, fd, buffer, sizeof buffer);
      if (got < 0 || (got > 0 && !take(p, fd, {buffer, static_cast<std::size_t>(got)}))) return end(p, fd);
      // A short read has emptied the socket: new bytes make a new event. Of TLS more may wait decrypted; its own buffer
      // holds more than a peer sends before it has its answer.
      if (got == 0 || (p.tls != nullptr ? SSL_has_pending(p.tls) == 0 : got < static_cast<long>(sizeof buffer))) return;
    }
  }

  bool take(peer& p, int fd, std::string_view in) {
    if (!p.partial.empty()) in = p.partial.append(in);
    for (request r; (r = first_request(in)).size > 0; in.remove_prefix(r.size)) {
      if (times_ != nullptr) times_->push_back(came_);
      if (spend_s_ > 0) spend();
      const auto& answers = r.close ? closing_ : keeping_;
      const bool answered = put(p, fd, answers[requests_ % answers.size()]);
      requests_ += in.front() != 'G';
      if (!answered || r.close) return false;
    }
    if (in.empty())
      p.partial.clear();
    else
      p.partial = std::string(in);
    return true;
  }

  void spend() const {
    const double until = seconds(CLOCK_PROCESS_CPUTIME_ID) + spend_s_;
    while (ended == 0 && seconds(CLOCK_PROCESS_CPUTIME_ID) < until) {
    }
  }

  void end(peer& p, int fd) {
    if (p.tls != nullptr) SSL_shutdown(p.tls), SSL_free(p.tls);
    p.tls = nullptr;
    p.heard = false;
    p.partial.clear();
    close(fd);
  }

  static std::vector<std::string> all_canned(bool close) {
    std::vector<std::string> all;
    for (unsigned n = 0; n < 61; ++n) all.push_back(canned(close, n));
    return all;
  }

  SSL_CTX* tls_;
  std::vector<double>* times_;  // nullptr: nobody wants them
  double spend_s_;
  double came_ = 0;  // the bytes read last, of those that are timed
  const std::vector<std::string> keeping_ = all_canned(false), closing_ = all_canned(true);
  const int on_ = 1;
  int listener_ = -1, set_ = -1;
  std::vector<peer> peers_;  // by descriptor
  unsigned long requests_ = 0, connections_ = 0, resumed_ = 0;
  double first_ = 0, last_ = 0;
};

// False if the file could not be written whole.
bool write_times(const std::vector<double>& times, const char* path) {
  std::FILE* const file = std::fopen(path, "wb");
  if (file == nullptr) return false;
  const bool all = std::fwrite(times.data(), sizeof(double), times.size(), file) == times.size();
  return std::fclose(file) == 0 && all;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3 && count != 5) {
    std::fprintf(stderr, "usage: responder PORT SECONDS [CERTIFICATE KEY | --times FILE | --spend US]\n");
    return 2;
  }
  const std::string_view option = count == 5 ? words[3] : "";
  const bool timed = option == "--times", spends = option == "--spend";
  std::signal(SIGTERM, [](int) { ended = 1; });
  std::signal(SIGINT, [](int) { ended = 1; });
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  rlimit files{};                 // as many connections as the system lets us have
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  SSL_CTX* tls = nullptr;
  if (count == 5 && !timed && !spends) {
    tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_read_ahead(tls, 1);  // one system call for a record, not two
    if (SSL_CTX_use_certificate_chain_file(tls, words[3]) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, words[4], SSL_FILETYPE_PEM) != 1) {
      ERR_print_errors_fp(stderr);
      return 1;
    }
  }
  std::vector<double> times;
  if (timed) times.reserve(1 << 20);  // grows seldom, if ever, while it is looked at
  server s(tls, timed ? &times : nullptr, spends ? std::atof(words[4]) / 1e6 : 0);
  if (!s.listen_on(std::atoi(words[1]))) {
    std::perror("responder: cannot listen");
    return 1;
  }
  s.serve(seconds(CLOCK_MONOTONIC) + std::atof(words[2]));
  if (timed && !write_times(times, words[4])) {
    std::perror("responder: cannot write the times");
    return 1;
  }
  return 0;
}
