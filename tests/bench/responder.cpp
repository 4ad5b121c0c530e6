// A server that is never the bottleneck: one thread, one epoll set, one canned answer to every request. For benchmarks.
//   responder PORT [SECONDS]      listens on 127.0.0.1; ends by itself after SECONDS (default 600)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

// An answer as both chat APIs read it: an envelope that reports success.
std::string canned() {
  const std::string body =
      R"({"status":200,"code":0,"message":"SUCCESS","data":{"message":"a reply of some words","success":true,"id":"m1","correlation_id":"c1",)"
      R"("creation_utc":"2026-01-01T00:00:00Z","total_tokens":12,"session_id":"s"}})";
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\ncontent-type: application/json\r\n\r\n" + body;
}

// Bytes of the first complete request in `in`, 0 if there is none yet.
std::size_t request_size(std::string_view in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "})
    if (const std::size_t at = in.find(name); at < head)
      body = std::strtoul(in.data() + at + std::strlen(name), nullptr, 10);
  return in.size() >= head + 4 + body ? head + 4 + body : 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const time_t end = std::time(nullptr) + (count > 2 ? std::atol(words[2]) : 600);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(words[1])));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(listener, 4096) != 0) {
    std::perror("responder");
    return 1;
  }
  const int set = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  epoll_ctl(set, EPOLL_CTL_ADD, listener, &event);
  std::printf("READY\n");
  std::fflush(stdout);
  const std::string answer = canned();
  std::unordered_map<int, std::string> partial;  // only what came in pieces
  char buffer[65536];
  epoll_event ready[512];
  while (std::time(nullptr) < end) {
    const int n = epoll_wait(set, ready, 512, 1000);
    for (int i = 0; i < n; ++i) {
      const int fd = ready[i].data.fd;
      if (fd == listener) {
        for (int peer; (peer = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          event.data.fd = peer;
          epoll_ctl(set, EPOLL_CTL_ADD, peer, &event);
        }
        continue;
      }
      const ssize_t got = read(fd, buffer, sizeof buffer);
      if (got <= 0) {
        close(fd);
        partial.erase(fd);
        continue;
      }
      std::string_view in(buffer, static_cast<std::size_t>(got));
      std::string joined;
      if (const auto before = partial.find(fd); before != partial.end()) {
        joined = before->second + std::string(in);
        in = joined;
        partial.erase(before);
      }
      while (const std::size_t size = request_size(in)) {
        if (write(fd, answer.data(), answer.size()) < 0) break;
        in.remove_prefix(size);
      }
      if (!in.empty()) partial.emplace(fd, in);
    }
  }
  return 0;
}
