// HTTP/1.1 over real sockets: what is sent, and how answers of every shape are read.
#include <boost/test/unit_test.hpp>

#include "loop.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

// Serves the same answer to every request of every connection, in pieces of `size` bytes (0: at once).
raw_server::script answering(std::string bytes, std::size_t size = 0, bool close = false) {
  return [=](peer& p) {
    while (!p.read_request().empty()) {
      if (size == 0) {
        p.write(bytes);
      } else {
        p.write_pieces(bytes, size);
      }
      if (close) return;
    }
  };
}

// One request to a server that gives `bytes` and then, if `close`, closes.
recorder ask(const std::string& bytes, std::size_t piece = 0, bool close = false, transport::request r = get(),
             std::size_t largest_body = 1 << 20) {
  raw_server server(answering(bytes, piece, close));
  loop l;
  transport::settings s = settings_for(server.address());
  s.largest_body = largest_body;
  transport::client c(l.reactor, l.timers, s);
  recorder h;
  c.start(r, h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  return h;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_goes_out_as_written_and_its_answer_comes_back) {
  std::string seen;
  raw_server server([&](peer& p) {
    seen = p.read_request();
    p.write("HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-Name: some value \r\n\r\nhello");
    p.wait_closed();
  });
  loop l;
  transport::settings s = settings_for(server.address());
  s.base_path = "/api";
  recorder h;
  {
    transport::client c(l.reactor, l.timers, s);
    transport::request r = post("{}", "/chat?x=1");
    const transport::header_view headers[] = {{"Content-Type", "application/json"}, {"X-A", ""}};
    r.headers = headers;
    r.header_count = 2;
    const auto before = time::now();
    BOOST_TEST(c.start(r, h) != 0u);
    BOOST_TEST(c.in_flight() == 1u);
    BOOST_TEST(h.dones == 0);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    BOOST_TEST(c.in_flight() == 0u);
    BOOST_TEST((before <= h.sent && h.sent <= h.first_byte && h.first_byte <= h.end && h.end <= time::now()));
    BOOST_TEST(c.connections().opened == 1u);
    BOOST_TEST(c.connections().idle == 1u);
  }
  BOOST_TEST(seen ==
             "POST /api/chat?x=1 HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nX-A: \r\nContent-Length: "
             "2\r\n\r\n{}");
  BOOST_TEST((h.outcome == outcome::ok));
  BOOST_TEST(h.status == 201u);
  BOOST_TEST(h.body == "hello");
  BOOST_TEST(h.headers.find("X-Name")->second == "some value");
}

BOOST_AUTO_TEST_CASE(answers_of_every_framing_are_read_whole_however_they_are_cut) {
  struct shape {
    const char* bytes;
    bool close;
    unsigned status;
    const char* body;
  };
  const shape shapes[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nA: b\r\n\r\nhello world", false, 200, "hello world"},
      {"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n0", false, 200, "0"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, 200, ""},
      {"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", false, 200,
       "hello world"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n0001\r\n1\r\n0\r\nTrailer: t\r\n\r\n", false,
       200, "01"},
      {"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, 404, ""},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", true, 200, "until the end"},
      {"HTTP/1.0 200 OK\r\nContent-Type: x\r\n\r\n", true, 200, ""},
      {"HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", false, 204, ""},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", false, 304, ""},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
       "2\r\n\r\nok",
       false, 200, "ok"},
  };
  for (const shape& s : shapes) {
    for (std::size_t piece : {0, 1, 2, 3, 7, 40}) {
      BOOST_TEST_CONTEXT(s.bytes << " in pieces of " << piece) {
        const recorder h = ask(s.bytes, piece, s.close);
        BOOST_TEST((h.outcome == outcome::ok));
        BOOST_TEST(h.error == "");
        BOOST_TEST(h.status == s.status);
        BOOST_TEST(h.body == s.body);
        BOOST_TEST(h.dones == 1);
        BOOST_TEST(h.headers.count("Link") == 0u);
        BOOST_TEST(h.headers.count("Trailer") == 0u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_to_head_has_no_body) {
  transport::request r = get();
  r.method = "HEAD";
  const recorder h = ask("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 0, false, r);
  BOOST_TEST((h.outcome == outcome::ok));
  BOOST_TEST(h.body == "");
  BOOST_TEST(h.headers.find("Content-Length")->second == "100");
}

BOOST_AUTO_TEST_CASE(headers_survive_an_answer_that_comes_in_pieces) {
  for (std::size_t piece : {0, 1, 5, 30}) {
    const recorder h =
        ask("HTTP/1.1 200 OK\r\nA: first\r\nFolded: one\r\n  two\r\nEmpty:\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
            "Content-Length: 40\r\n\r\n0123456789012345678901234567890123456789",
            piece);
    BOOST_TEST(h.body == "0123456789012345678901234567890123456789");
    BOOST_TEST(h.headers.find("A")->second == "first");
    BOOST_TEST(h.headers.find("Folded")->second == "one two");
    BOOST_TEST(h.headers.find("Empty")->second == "");
    BOOST_TEST(h.headers.count("Set-Cookie") == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_large_body_arrives_whole) {
  std::string body(3'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  const recorder whole = ask(ok(body), 0, false, get(), 4'000'000);
  BOOST_TEST((whole.body == body));
  std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i < body.size(); i += 10'000) chunked += "2710\r\n" + body.substr(i, 10'000) + "\r\n";
  const recorder pieces = ask(chunked + "0\r\n\r\n", 0, false, get(), 4'000'000);
  BOOST_TEST((pieces.body == body));
}

BOOST_AUTO_TEST_CASE(a_large_request_is_sent_whole) {
  const std::string body(5'000'000, 'x');
  std::size_t got = 0;
  raw_server server([&](peer& p) {
    p.pause(50);  // let the socket's buffer fill
    got = p.read_request().size();
    p.write(ok("1"));
    p.wait_closed();
  });
  loop l;
  recorder h;
  {
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    c.start(post(body), h);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  }
  BOOST_TEST((h.outcome == outcome::ok));
  BOOST_TEST(got > body.size());
}

BOOST_AUTO_TEST_CASE(what_is_not_a_whole_answer_is_a_protocol_error_in_words) {
  struct fault {
    std::string bytes;
    bool close;
    const char* words;
  };
  const fault faults[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n", false, "does not begin with HTTP/1"},
      {"HTTP/2.0 200 OK\r\n\r\n", false, "does not begin with HTTP/1"},
      {"HTTP/1.1 20x OK\r\n\r\n", false, "status is not a number"},
      {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", false, "not well formed"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false, "not well formed"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", false, "Content-Length is not a length"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", false, "two different"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, "contradicts"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, "chunks are not well formed"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", false,
       "chunks are not well formed"},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", false, "101"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", true, "before the answer's body was complete"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", true, "before the answer's body was complete"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true,
       "before the answer's body was complete"},
      {"HTTP/1.1 200 OK\r\nContent-Le", true, "inside the answer's header"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n", false, "longer than the largest allowed"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n", false, "longer than the largest allowed"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1'100'000, 'x'), false, "longer than the largest allowed"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", false, "longer than 64 KiB"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'), false,
       "chunks are not well formed"},
  };
  for (const fault& f : faults) {
    std::string in_one_piece;
    for (std::size_t piece : {0, 1, 4}) {
      if (piece != 0 && f.bytes.size() > 1'000) continue;
      BOOST_TEST_CONTEXT(f.bytes.substr(0, 80) << " in pieces of " << piece) {
        const recorder h = ask(f.bytes, piece, f.close);
        BOOST_TEST((h.outcome == outcome::protocol_error));
        BOOST_TEST(h.error.find(f.words) != std::string::npos, h.error);
        BOOST_TEST(h.body == "");
        if (piece == 0) in_one_piece = h.error;
        BOOST_TEST(h.error == in_one_piece);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(endless_interim_answers_are_refused) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  BOOST_TEST(ask(bytes).error.find("1xx") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_that_would_not_arrive_as_one_is_not_sent) {
  raw_server server([](peer& p) { p.read_request(); });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  const transport::header_view headers[] = {
      {"X", "a\r\nInjected: 1"}, {"X\n", "a"}, {"Content-Length", "1"}, {"", "v"}};
  std::vector<transport::request> bad;
  for (const char* method : {"GET /\r\nX: y", "", "G T"}) bad.push_back(get()), bad.back().method = method;
  for (const char* target : {"/a b", "/a\r\nX: y", "/a\x7f", "http://other/"}) bad.push_back(get(target));
  for (const auto& h : headers) bad.push_back(get()), bad.back().headers = &h, bad.back().header_count = 1;
  for (const transport::request& r : bad) {
    recorder h;
    c.start(r, h);
    BOOST_TEST(h.dones == 0);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    BOOST_TEST((h.outcome == outcome::protocol_error));
    BOOST_TEST(h.error.find("not sent") == 0u, h.error);
    BOOST_TEST(h.sent == 0);
  }
  BOOST_TEST(server.accepted() == 0u);
}

BOOST_AUTO_TEST_CASE(a_body_is_announced_for_post_even_when_empty_and_not_for_get) {
  std::vector<std::string> seen;
  raw_server server([&](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      seen.push_back(r);
      p.write(ok(""));
    }
  });
  loop l;
  {
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    for (const transport::request& r : {post(""), get("")}) {
      recorder h;
      c.start(r, h);
      BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    }
  }
  BOOST_REQUIRE(seen.size() == 2u);
  BOOST_TEST(seen[0] == "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST(seen[1] == "GET / HTTP/1.1\r\nHost: test\r\n\r\n");
}
