// How much a request costs in the transport alone: a closed loop of connections against a URL, for a number of
// requests.
//   transport_bench serve PORT            a responder on 127.0.0.1 that does next to nothing, until it is killed
//   transport_bench HOST:PORT[/PATH] N [CONNECTIONS [tls]]
// The client and the server are best pinned to a core each: taskset -c 0, taskset -c 1.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "time/timer_wheel.hpp"
#include "transport/client.hpp"
#include "transport/reactor.hpp"

using namespace lsrun;

namespace {

sockaddr_storage address_of(const std::string& host, int port) {
  sockaddr_storage s{};
  auto& a = reinterpret_cast<sockaddr_in&>(s);
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &a.sin_addr) != 1) {
    std::fprintf(stderr, "transport_bench: %s is not an IPv4 address\n", host.c_str());
    std::exit(2);
  }
  return s;
}

int serve(int port) {
  const std::string body(200, 'x');
  const std::string answer =
      "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n" + body;
  const int listener = socket(AF_INET, SOCK_STREAM, 0), set = epoll_create1(0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_storage a = address_of("127.0.0.1", port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&a), sizeof(sockaddr_in)) < 0 || listen(listener, 1024) < 0) {
    std::perror("transport_bench: cannot listen");
    return 1;
  }
  epoll_event e{EPOLLIN, {.fd = listener}}, events[256];
  epoll_ctl(set, EPOLL_CTL_ADD, listener, &e);
  for (char bytes[65'536];;) {
    const int n = epoll_wait(set, events, 256, -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        e.data.fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        setsockopt(e.data.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_ctl(set, EPOLL_CTL_ADD, e.data.fd, &e);
      } else if (recv(fd, bytes, sizeof bytes, 0) <= 0 || send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) {
        close(fd);
      }
    }
  }
}

struct looping : transport::exchange_handler {
  transport::client* client = nullptr;
  transport::request request;
  long left = 0, ended = 0, good = 0, bytes = 0;
  void on_done(const transport::answer& a) override {
    ++ended;
    good += a.outcome == model::outcome::ok && a.status == 200;
    bytes += static_cast<long>(a.body.size());
    if (left-- > 0) client->start(request, *this);
  }
};

double cpu_seconds() {
  rusage r{};
  getrusage(RUSAGE_SELF, &r);
  const auto s = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return s(r.ru_utime) + s(r.ru_stime);
}

int drive(const std::string& url, long requests, int connections, bool tls) {
  const std::size_t colon = url.find(':'), slash = std::min(url.find('/'), url.size());
  transport::reactor reactor;
  time::timer_wheel timers(time::now());
  transport::settings s;
  s.target = address_of(url.substr(0, colon), std::atoi(url.c_str() + colon + 1));
  s.connect_timeout = s.request_timeout = 30 * time::second;
  s.tls = s.insecure = tls;
  s.addresses.push_back({false, {}, "Host: " + url.substr(0, slash) + "\r\nUser-Agent: lsrun\r\n"});
  transport::client client(reactor, timers, s);
  const std::string body(150, 'q'), target = slash < url.size() ? url.substr(slash) : "/";
  const transport::header_view headers[] = {{"Content-Type", "application/json"}};
  looping h;
  h.client = &client;
  h.request.method = "POST";
  h.request.target = target;
  h.request.body = body;
  h.request.headers = headers;
  h.request.header_count = 1;
  h.left = requests - connections;
  const time::instant begun = time::now();
  const double cpu = cpu_seconds();
  for (int i = 0; i < connections; ++i) client.start(h.request, h);
  while (client.in_flight() > 0) {
    timers.advance(time::now());
    reactor.wait(timers.next_due());
  }
  const double wall = time::seconds(time::now() - begun), used = cpu_seconds() - cpu, n = static_cast<double>(h.ended);
  std::printf("%ld requests, %ld ok, %.0f requests/s, %.2f us CPU a request, %lu connections opened\n", h.ended, h.good,
              n / wall, used / n * 1e6, static_cast<unsigned long>(client.connections().opened));
  return h.good == h.ended ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count == 3 && std::strcmp(words[1], "serve") == 0) return serve(std::atoi(words[2]));
  if (count >= 3 && std::strchr(words[1], ':') != nullptr)
    return drive(words[1], std::atol(words[2]), count > 3 ? std::atoi(words[3]) : 100, count > 4);
  std::fprintf(stderr, "usage: transport_bench serve PORT | HOST:PORT[/PATH] REQUESTS [CONNECTIONS [tls]]\n");
  return 2;
}
