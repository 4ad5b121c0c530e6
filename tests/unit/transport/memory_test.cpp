// Once warm, a request allocates nothing; and an idle connection is small.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <new>

#include "loop.hpp"
#include "transport/connection.hpp"

namespace {
thread_local std::size_t allocations = 0;  // of this thread: the servers' own do not count
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

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

// Allocations of `rounds` requests after a warm-up of as many.
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
  std::size_t before = 0;
  for (int pass = 0; pass < 2; ++pass) {
    before = allocations;
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
  }
  return allocations - before;
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
  BOOST_TEST(sizeof(transport::connection) <= 72u);
  BOOST_TEST(sizeof(transport::exchange) <= 256u);
}
