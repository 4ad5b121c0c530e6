// The web server asked over a real socket; the client's side is written by hand, byte by byte.
#include "web/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "web/connection.hpp"

namespace {

using namespace lsrun;
namespace asio = boost::asio;
using asio::ip::tcp;

struct running {
  asio::io_context io;
  std::unique_ptr<web::server> server;
  std::vector<std::shared_ptr<web::stream>> streams;

  running() {
    auto made = web::server::listen(io, {"127.0.0.1", 0});
    BOOST_REQUIRE(made);
    server = std::move(*made);
    server->get("/hello", [](const web::request& r) { return web::answer{200, "text/plain", "hi " + r.query, {}}; });
    server->get_stream("/stream", "text/event-stream",
                       [this](const web::request&, std::shared_ptr<web::stream> s) { streams.push_back(s); });
  }

  tcp::socket connected() {
    tcp::socket s(io);
    s.connect({asio::ip::make_address("127.0.0.1"), server->port()});
    return s;
  }

  // Runs the server until `done`; the client's side of the test never blocks without it.
  template <class Done>
  void until(Done done) {
    for (int i = 0; i < 20000 && !done(); ++i) io.run_one_for(std::chrono::milliseconds(10));
    BOOST_REQUIRE(done());
  }

  // What is answered to `bytes`, up to the closing of the connection or the end of one answer's body.
  std::string asked(tcp::socket& s, const std::string& bytes) {
    asio::write(s, asio::buffer(bytes));
    std::string got;
    bool over = false;
    std::array<char, 4096> piece{};
    std::function<void()> more = [&] {
      s.async_read_some(asio::buffer(piece), [&](boost::system::error_code failed, std::size_t n) {
        got.append(piece.data(), n);
        over = failed || complete(got);
        if (!over) more();
      });
    };
    more();
    until([&] { return over; });
    return got;
  }
  std::string asked(const std::string& bytes) {
    auto s = connected();
    return asked(s, bytes);
  }

  static bool complete(const std::string& answer) {
    const auto head = answer.find("\r\n\r\n"), length = answer.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return false;
    return answer.size() >= head + 4 + std::stoul(answer.substr(length + 16));
  }
};

std::string get(const std::string& target, const std::string& host = "127.0.0.1:1") {
  return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

bool starts(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_route_is_answered_and_the_connection_kept) {
  running r;
  auto s = r.connected();
  for (int i = 0; i < 3; ++i) {
    const std::string answer = r.asked(s, get("/hello?a=1"));
    BOOST_TEST(starts(answer, "HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(answer.substr(answer.find("\r\n\r\n") + 4) == "hi a=1");
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_404_with_what_there_is) {
  running r;
  const std::string answer = r.asked(get("/nothing"));
  BOOST_TEST(starts(answer, "HTTP/1.1 404 "));
  BOOST_TEST(answer.find("/hello\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(other_methods_are_405_and_a_body_is_not_read) {
  running r;
  const std::string answer = r.asked("POST /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nabcde");
  BOOST_TEST(starts(answer, "HTTP/1.1 405 "));
  BOOST_TEST(answer.find("Allow: GET, HEAD\r\n") != std::string::npos);
  BOOST_TEST(answer.find("Connection: close\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nonsense_is_400_and_a_giant_head_does_not_grow_memory) {
  running r;
  BOOST_TEST(starts(r.asked("nonsense\r\n\r\n"), "HTTP/1.1 400 "));
  BOOST_TEST(starts(r.asked("GET / HTTP/1.1\r\nX: " + std::string(17000, 'a')), "HTTP/1.1 400 "));
}

BOOST_AUTO_TEST_CASE(on_loopback_a_foreign_name_is_refused) {
  running r;
  BOOST_TEST(starts(r.asked(get("/hello", "evil.example:8089")), "HTTP/1.1 403 "));
  BOOST_TEST(starts(r.asked(get("/hello", "localhost:8089")), "HTTP/1.1 200 "));
  for (const char* ours : {"127.0.0.1", "127.0.0.1:80", "[::1]:80", "[::1]", "LOCALHOST"})
    BOOST_TEST(web::host_is_ours(ours), ours);
  for (const char* foreign : {"127.0.0.1.evil.example", "localhost.evil.example", "x", "[x]:1"})
    BOOST_TEST(!web::host_is_ours(foreign), foreign);
}

BOOST_AUTO_TEST_CASE(a_stream_gets_what_is_sent_until_its_end) {
  running r;
  auto s = r.connected();
  asio::write(s, asio::buffer(get("/stream")));
  r.until([&] { return !r.streams.empty(); });
  BOOST_TEST(r.streams[0]->send(std::make_shared<const std::string>("data: 1\n\n")));
  BOOST_TEST(r.streams[0]->send(std::make_shared<const std::string>("data: 2\n\n")));
  r.streams[0]->end();
  BOOST_TEST(!r.streams[0]->send(std::make_shared<const std::string>("late")));
  BOOST_TEST(r.streams[0]->waiting() > 0u);
  const std::string got = r.asked(s, "");
  BOOST_TEST(starts(got, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
  BOOST_TEST(got.substr(got.find("\r\n\r\n") + 4) == "data: 1\n\ndata: 2\n\n");
  BOOST_TEST(r.streams[0]->waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(a_viewer_that_leaves_or_does_not_read_is_let_go) {
  running r;
  {
    auto s = r.connected();
    asio::write(s, asio::buffer(get("/stream")));
    r.until([&] { return !r.streams.empty(); });
  }
  r.until([&] { return !r.streams[0]->send(std::make_shared<const std::string>("x")); });
  auto s = r.connected();
  asio::write(s, asio::buffer(get("/stream")));
  r.until([&] { return r.streams.size() == 2; });
  const auto much = std::make_shared<const std::string>(1 << 20, 'x');
  int taken = 0;
  while (taken < 100 && r.streams[1]->send(much)) ++taken;
  BOOST_TEST(taken < 100);
}

BOOST_AUTO_TEST_CASE(the_server_may_go_before_its_viewers) {
  running r;
  auto s = r.connected();
  asio::write(s, asio::buffer(get("/stream")));
  r.until([&] { return !r.streams.empty(); });
  r.server.reset();
  BOOST_TEST(!r.streams[0]->send(std::make_shared<const std::string>("x")));
}

BOOST_AUTO_TEST_CASE(connections_are_bounded) {
  running r;
  std::vector<tcp::socket> many;
  for (std::size_t i = 0; i < web::most_connections; ++i) {
    many.push_back(r.connected());
    BOOST_TEST(starts(r.asked(many.back(), get("/hello")), "HTTP/1.1 200 "));
  }
  BOOST_TEST(r.asked(get("/hello")) == "");
  many.clear();
  r.until([&] { return starts(r.asked(get("/hello")), "HTTP/1.1 200 "); });
}

BOOST_AUTO_TEST_CASE(a_place_to_listen_is_read) {
  const auto read = [](const char* text) {
    const auto p = web::parse_place(text);
    return p ? p->host + " " + std::to_string(p->port) : "wrong";
  };
  BOOST_TEST(read("127.0.0.1:8089") == "127.0.0.1 8089");
  BOOST_TEST(read("[::1]:0") == "::1 0");
  BOOST_TEST(read(":9090") == "127.0.0.1 9090");
  BOOST_TEST(read("0.0.0.0:9090") == "0.0.0.0 9090");
  BOOST_TEST(read("localhost:1") == "127.0.0.1 1");
  for (const char* bad : {"", "8089", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:1x", "::1:80", "host:1"})
    BOOST_TEST(read(bad) == "wrong", bad);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error_with_its_cure) {
  running r;
  const auto second = web::server::listen(r.io, {"127.0.0.1", r.server->port()});
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error_text().find("choose another") != std::string::npos);
}
