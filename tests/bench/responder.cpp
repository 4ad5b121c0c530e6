// A server that is never the bottleneck: one thread, one edge-triggered epoll set, canned answers, which differ as
// a chat's do: words of many lengths, ids, counts.
// What the benchmarks and their guards load; so that nobody measures it by mistake, it says at its end what it used.
//   responder PORT SECONDS [CERTIFICATE KEY] [--times FILE] [--spend US] [--head varying] [--answers N]
// Serves every address of 127.0.0.0/8, with TLS if a certificate (PEM) is given. PORT 0 picks a free one. With --times
// it writes to FILE at its end when each request came, in the order it read them: by the kernel's clock at the moment
// the bytes were there (CLOCK_REALTIME, a double of seconds each), however late this process read them. With --spend it
// uses so many microseconds of its core for each request: where a test wants it to be the bottleneck for once. With
// --head varying an answer's head has the date and an id of its own as many servers' have, so that no two are alike;
// else all are but for the length. With --answers it answers so many requests, says "ANSWERED N", and answers no more.
// Says "READY PORT" once it listens; ends after SECONDS or at SIGTERM and says "requests N connections N cpu_s N
// first_s N wall_s N resumed N": when the first request came (CLOCK_MONOTONIC), how long from then to the last, and how
// many connections went on with an earlier one's TLS session. A GET, as a health check is, is answered and counts as
// none.
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

constexpr std::string_view id_name = "x-request-id: ";
constexpr std::size_t id_size = 16;

// The header lines that differ from answer to answer; the id's digits are put in when it goes out.
std::string varying_lines() {
  char date[64];
  const time_t now = std::time(nullptr);
  tm parts{};
  date[std::strftime(date, sizeof date, "date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime_r(&now, &parts))] = 0;
  return "server: responder\r\n" + std::string(date) + std::string(id_name) + std::string(id_size, '0') + "\r\n";
}

// Answer `number` as the chat API gives it: an envelope that reports success.
std::string canned(bool close, bool varying, unsigned number) {
  static constexpr std::string_view words =
      "a reply of some words, some of them few and some of them many, as they come";
  const std::string id = std::to_string(number);
  const std::string body = R"({"status":200,"code":0,"message":"SUCCESS","data":{"message":")" +
                           std::string(words.substr(0, 5 + number * 7 % 61)) + R"(","success":true,"id":"m)" + id +
                           R"(","correlation_id":"c)" + std::to_string(number * 7919) +
                           R"(","creation_utc":"2026-01-01T00:00:00Z","total_tokens":)" +
                           std::to_string(9 + number * 5) + R"(,"session_id":"s)" + id + R"("}})";
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\ncontent-type: application/json\r\n" + (varying ? varying_lines() : "") +
         (close ? "connection: close\r\n" : "") + "\r\n" + body;
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

// What was asked for besides a place to listen.
struct wishes {
  const char *certificate = nullptr, *key = nullptr, *times = nullptr;  // files
  double spend_s = 0;
  bool varying = false;
  unsigned long answers = 0;  // 0: to all
};

class server {
  struct unsent {
    int fd;
    const std::string* bytes;  // nullptr: its connection is closed
  };

 public:
  // With `times` it keeps there when each request came.
  server(SSL_CTX* tls, std::vector<double>* times, const wishes& asked)
      : tls_(tls),
        times_(times),
        asked_(asked),
        in_rounds_(tls == nullptr && !asked.varying && asked.spend_s == 0),
        keeping_(all_canned(false)),
        closing_(all_canned(true)) {}

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
    say("READY", ntohs(at.sin_port));
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
      send_all();
      if (requests_ == before) continue;
      if (requests_ == asked_.answers) say("ANSWERED", requests_);
      last_ = seconds(CLOCK_MONOTONIC);
    }
    std::printf("requests %lu connections %lu cpu_s %.6f first_s %.6f wall_s %.6f resumed %lu\n", requests_,
                connections_, seconds(CLOCK_PROCESS_CPUTIME_ID), first_, last_ - first_, resumed_);
  }

 private:
  static void say(const char* word, unsigned long number) {
    std::printf("%s %lu\n", word, number);
    std::fflush(stdout);
  }

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
      if (asked_.answers > 0 && requests_ == asked_.answers) continue;
      if (times_ != nullptr) times_->push_back(came_);
      if (asked_.spend_s > 0) spend();
      if (asked_.varying) renew();
      auto& answers = r.close ? closing_ : keeping_;
      std::string& one = answers[requests_ % answers.size()];
      if (asked_.varying) number(one, requests_);
      requests_ += in.front() != 'G';
      if (in_rounds_ && !r.close)
        unsent_.push_back({fd, &one});
      else if (!put(p, fd, one) || r.close)
        return false;
    }
    if (in.empty())
      p.partial.clear();
    else
      p.partial = std::string(in);
    return true;
  }

  // The answers of a round go out together, as its requests were read: what the kernel does for one after the other
  // stays in the processor's caches.
  void send_all() {
    for (std::size_t i = 0; i < unsent_.size(); ++i) {
      const auto [fd, bytes] = unsent_[i];
      peer& p = peers_[static_cast<std::size_t>(fd)];
      if (bytes != nullptr && !put(p, fd, *bytes)) end(p, fd);
    }
    unsent_.clear();
  }

  // The date changes with the second.
  void renew() {
    if (const time_t now = std::time(nullptr); now != dated_) {
      dated_ = now;
      keeping_ = all_canned(false);
      closing_ = all_canned(true);
    }
  }

  // Gives an answer an id that no other has, of which each digit differs from that of the answer before as a rule.
  static void number(std::string& answer, std::uint64_t n) {
    n = (n + 1) * 0x9e3779b97f4a7c15u;
    char* const digits = answer.data() + answer.find(id_name) + id_name.size();
    for (std::size_t i = 0; i < id_size; ++i, n >>= 4) digits[i] = "0123456789abcdef"[n & 15];
  }

  void spend() const {
    const double until = seconds(CLOCK_PROCESS_CPUTIME_ID) + asked_.spend_s;
    while (ended == 0 && seconds(CLOCK_PROCESS_CPUTIME_ID) < until) {
    }
  }

  void end(peer& p, int fd) {
    if (p.tls != nullptr) SSL_shutdown(p.tls), SSL_free(p.tls);
    p.tls = nullptr;
    p.heard = false;
    p.partial.clear();
    for (unsent& u : unsent_)
      if (u.fd == fd) u.bytes = nullptr;
    close(fd);
  }

  std::vector<std::string> all_canned(bool close) const {
    std::vector<std::string> all;
    for (unsigned n = 0; n < 61; ++n) all.push_back(canned(close, asked_.varying, n));
    return all;
  }

  SSL_CTX* tls_;
  std::vector<double>* times_;  // nullptr: nobody wants them
  const wishes asked_;
  const bool in_rounds_;  // of answers that are the same whenever they go out
  std::vector<unsent> unsent_;
  double came_ = 0;   // the bytes read last, of those that are timed
  time_t dated_ = 0;  // when the answers were made, of those that have a date
  std::vector<std::string> keeping_, closing_;
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

// False: nobody knows what is meant.
bool read_words(int count, char** words, wishes& out) {
  int at = 3;
  if (count >= 5 && words[3][0] != '-') {
    out.certificate = words[3];
    out.key = words[4];
    at = 5;
  }
  for (; at + 1 < count; at += 2) {
    const std::string_view option = words[at], value = words[at + 1];
    if (option == "--times")
      out.times = words[at + 1];
    else if (option == "--spend")
      out.spend_s = std::atof(words[at + 1]) / 1e6;
    else if (option == "--answers")
      out.answers = std::strtoul(words[at + 1], nullptr, 10);
    else if (option == "--head" && value == "varying")
      out.varying = true;
    else
      return false;
  }
  return count >= 3 && at == count;
}

}  // namespace

int main(int count, char** words) {
  wishes asked;
  if (!read_words(count, words, asked)) {
    std::fprintf(stderr,
                 "usage: responder PORT SECONDS [CERTIFICATE KEY] [--times FILE] [--spend US] [--head varying] "
                 "[--answers N]\n");
    return 2;
  }
  std::signal(SIGTERM, [](int) { ended = 1; });
  std::signal(SIGINT, [](int) { ended = 1; });
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  rlimit files{};                 // as many connections as the system lets us have
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  SSL_CTX* tls = nullptr;
  if (asked.certificate != nullptr) {
    tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_read_ahead(tls, 1);  // one system call for a record, not two
    if (SSL_CTX_use_certificate_chain_file(tls, asked.certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, asked.key, SSL_FILETYPE_PEM) != 1) {
      ERR_print_errors_fp(stderr);
      return 1;
    }
  }
  std::vector<double> times;
  if (asked.times != nullptr) times.reserve(1 << 20);  // grows seldom, if ever, while it is looked at
  server s(tls, asked.times != nullptr ? &times : nullptr, asked);
  if (!s.listen_on(std::atoi(words[1]))) {
    std::perror("responder: cannot listen");
    return 1;
  }
  s.serve(seconds(CLOCK_MONOTONIC) + std::atof(words[2]));
  if (asked.times != nullptr && !write_times(times, asked.times)) {
    std::perror("responder: cannot write the times");
    return 1;
  }
  return 0;
}
