// Once warm, a request allocates nothing; and an idle connection is small.
#include <malloc.h>
#include <netinet/in.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <new>

#include "loop.hpp"
#include "transport/connection.hpp"

namespace {
thread_local std::size_t allocations = 0;  // of this thread: the servers' own do not count
thread_local std::ptrdiff_t bytes_held = 0;
}  // namespace

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // they do match: both are replaced here
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) {
    bytes_held += static_cast<std::ptrdiff_t>(malloc_usable_size(p));
    return p;
  }
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* p) noexcept {
  bytes_held -= static_cast<std::ptrdiff_t>(malloc_usable_size(p));
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
void operator delete[](void* p) noexcept { operator delete(p); }
void operator delete[](void* p, std::size_t) noexcept { operator delete(p); }

using namespace lsrun;
using namespace lsrun::test;

namespace {

struct again : transport::exchange_handler {  // starts the next request from on_done, `left` times
  transport::client* client = nullptr;
  transport::request request;
  int left = 0;
  std::size_t bytes = 0;
  bool on_data(std::string_view piece, time::instant) override {
    bytes += piece.size();
    return true;
  }
  void on_done(const transport::answer& a) override {
    bytes += a.body.size();
    if (a.outcome != model::outcome::ok) left = -1'000'000;
    if (left-- > 0) client->start(request, *this);
  }
};

// The fewest allocations of a pass of `rounds` requests, of several passes: how many answers are incomplete at once,
// and with it what the pools must hold, is up to the network.
std::size_t allocations_of(const std::string& answer, std::size_t piece, transport::request r, int rounds = 200) {
  raw_server server([&](peer& p) {
    while (!p.read_request().empty()) {
      if (piece == 0) {
        p.write(answer);
      } else {
        p.write_pieces(answer, piece);
      }
    }
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  again handlers[4];
  std::size_t least = SIZE_MAX;
  for (int pass = 0; pass < 8 && least > 0; ++pass) {
    const std::size_t before = allocations;
    for (again& h : handlers) {
      h.client = &c;
      h.request = r;
      h.left = rounds / 4;
      c.start(r, h);
    }
    const auto idle = [&] { return c.in_flight() == 0; };
    if (!l.until(idle)) return SIZE_MAX;
    for (again& h : handlers)
      if (h.left != -1 || h.bytes == 0) return SIZE_MAX;
    least = std::min(least, allocations - before);
  }
  return least;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_warm_request_allocates_nothing) {
  const std::string body(2'000, 'b');
  transport::request r = post(body);
  const transport::header_view headers[] = {{"Content-Type", "application/json"}, {"Accept", "*/*"}};
  r.headers = headers;
  r.header_count = 2;
  const std::string small =
      "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: application/json\r\nContent-Length: "
      "20\r\n\r\n01234567890123456789";
  BOOST_TEST(allocations_of(small, 0, r) == 0u);
  BOOST_TEST(allocations_of(small, 30, r) == 0u);
  BOOST_TEST(allocations_of(ok(std::string(30'000, 'x')), 0, r) == 0u);
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n0\r\n\r\n";
  BOOST_TEST(allocations_of(chunked, 0, r) == 0u);
  BOOST_TEST(allocations_of(chunked, 11, r) == 0u);
  r.stream = true;
  BOOST_TEST(allocations_of(chunked, 11, r) == 0u);
}

BOOST_AUTO_TEST_CASE(the_count_of_allocations_can_fail) {
  const std::size_t before = allocations;
  delete new int(1);
  BOOST_TEST(allocations == before + 1);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_keeps_few_bytes) {
  constexpr int connections = 1'000;  // all with a request in flight at once, then all idle
  std::vector<int> accepted;
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof a;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BOOST_REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  BOOST_REQUIRE(listen(listener, 2 * connections) == 0);
  BOOST_REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&a), &length) == 0);
  sockaddr_storage target{};
  reinterpret_cast<sockaddr_in&>(target) = a;

  loop l;
  transport::client c(l.reactor, l.timers, settings_for(target));
  again handler;
  handler.left = -1;
  handler.client = &c;
  const std::string body(1'000, 'b');
  const std::ptrdiff_t before = bytes_held;
  for (int i = 0; i < connections; ++i) c.start(post(body), handler);
  BOOST_REQUIRE(l.until([&] { return c.connections().open == connections; }));
  const std::ptrdiff_t busy = bytes_held - before;
  accepted.reserve(connections);
  for (int i = 0; i < connections; ++i) {
    accepted.push_back(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    const std::string answer = ok("x");
    BOOST_REQUIRE(::send(accepted.back(), answer.data(), answer.size(), MSG_NOSIGNAL) > 0);
  }
  BOOST_REQUIRE(l.until([&] { return c.connections().idle == connections; }));
  const std::ptrdiff_t idle = bytes_held - before - static_cast<std::ptrdiff_t>(accepted.capacity() * sizeof(int));
  for (int fd : accepted) ::close(fd);
  ::close(listener);
  BOOST_TEST_MESSAGE("bytes a connection: " << busy / connections << " with a request in flight, " << idle / connections
                                            << " idle");
  BOOST_TEST(busy / connections > 1'000);
  BOOST_TEST(idle / connections <= 400);
}
