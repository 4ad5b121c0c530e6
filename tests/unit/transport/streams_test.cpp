// Bodies handed on while they come.
#include <boost/test/unit_test.hpp>

#include "loop.hpp"
#include "transport/sse_decoder.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

transport::request streaming(std::string_view target = "/") {
  transport::request r = get(target);
  r.stream = true;
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(pieces_of_a_streamed_answer_come_when_they_are_sent) {
  std::atomic<int> seen = 0;
  raw_server server([&](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
      for (int w = 0; w < 500 && seen < i; ++w) p.pause(10);  // the next is sent when the last was handed on
      p.write("1\r\n0\r\n");
    }
    p.write("0\r\n\r\n");
    p.wait_closed();
  });
  loop l;
  recorder h;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  h.when_data = [&](std::string_view) {
    ++seen;
    return true;
  };
  c.start(streaming(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }, 4 * time::second));
  BOOST_TEST((h.outcome == outcome::ok));
  BOOST_TEST(h.status == 200u);
  BOOST_TEST(h.pieces.size() == 5u);
  BOOST_TEST(h.streamed() == "00000");
  BOOST_TEST(h.body == "");
  BOOST_TEST(c.connections().idle == 1u);
}

BOOST_AUTO_TEST_CASE(a_streamed_body_of_any_framing_is_whole_however_it_is_cut) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", "HTTP/1.1 200 OK\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"}) {
    for (std::size_t piece : {1, 3, 1000}) {
      raw_server server([&](peer& p) {
        p.read_request();
        p.write_pieces(bytes, piece);
      });
      loop l;
      recorder h;
      transport::client c(l.reactor, l.timers, settings_for(server.address()));
      c.start(streaming(), h);
      BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
      BOOST_TEST((h.outcome == outcome::ok));
      BOOST_TEST(h.streamed() == "hello world");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_error_answer_to_a_streaming_request_is_collected) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nno.\r\n0\r\n\r\n");
    p.wait_closed();
  });
  loop l;
  recorder h;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  c.start(streaming(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(h.status == 429u);
  BOOST_TEST(h.body == "no.");
  BOOST_TEST(h.pieces.empty());
}

BOOST_AUTO_TEST_CASE(a_handler_that_has_enough_ends_the_answer_well_and_the_connection_is_closed) {
  bool closed = false;
  raw_server server([&](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n");
    closed = p.wait_closed();
  });
  loop l;
  recorder h;
  {
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    h.when_data = [&](std::string_view piece) { return piece != "b"; };
    c.start(streaming(), h);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    BOOST_TEST((h.outcome == outcome::ok));
    BOOST_TEST(h.streamed() == "ab");
    BOOST_TEST(c.connections().open == 0u);
  }
  BOOST_TEST(h.dones == 1);
}

BOOST_AUTO_TEST_CASE(a_handler_may_cancel_its_own_request_or_start_another_while_data_comes) {
  raw_server server([](peer& p) {
    while (!p.read_request().empty())
      p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
  });
  loop l;
  recorder h, other;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  transport::exchange_id id = 0;
  bool inside = false;
  h.when_data = [&](std::string_view) {
    inside = true;
    c.start(streaming(), other);
    c.cancel(id);
    BOOST_TEST(h.dones == 0);
    inside = false;
    return true;
  };
  h.when_done = [&] { BOOST_TEST(!inside); };
  id = c.start(streaming(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0 && other.dones > 0; }));
  BOOST_TEST((h.outcome == outcome::cancelled));
  BOOST_TEST(h.streamed() == "a");
  BOOST_TEST((other.outcome == outcome::ok));
  BOOST_TEST(other.streamed() == "ab");
  BOOST_TEST(h.dones == 1);
}

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_off_is_a_protocol_error_after_its_pieces) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  });
  loop l;
  recorder h;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  c.start(streaming(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST((h.outcome == outcome::protocol_error));
  BOOST_TEST(h.streamed() == "a");
}

BOOST_AUTO_TEST_CASE(a_stream_faster_than_its_reader_does_not_starve_other_requests) {
  std::atomic<bool> stop = false;
  raw_server server([&](peer& p) {
    const std::string request = p.read_request();
    if (request.find("/slow") != std::string::npos) {
      p.write(ok("done"));
      return;
    }
    p.write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string much(1 << 20, 'x');
    for (int i = 0; i < 2'000 && !stop; ++i) p.write(much);
  });
  loop l;
  recorder fast, slow;
  {
    transport::settings s = settings_for(server.address());
    s.largest_body = std::size_t{4} << 30;
    transport::client c(l.reactor, l.timers, s);
    std::size_t bytes = 0;
    fast.when_data = [&](std::string_view piece) {
      bytes += piece.size();
      fast.pieces.clear();
      return true;
    };
    c.start(streaming("/fast"), fast);
    BOOST_REQUIRE(l.until([&] { return bytes > 1'000'000; }));
    c.start(get("/slow"), slow);
    BOOST_REQUIRE(l.until([&] { return slow.dones > 0; }, 3 * time::second));
    BOOST_TEST(slow.body == "done");
    BOOST_TEST(fast.dones == 0);
    stop = true;
  }
}

BOOST_AUTO_TEST_CASE(server_sent_events_arrive_one_by_one) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write_pieces(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        "f\r\ndata: {\"a\":1}\n\n\r\nf\r\ndata: {\"b\":2}\n\n\r\n0\r\n\r\n",
        5);
    p.wait_closed();
  });
  loop l;
  recorder h;
  transport::sse_decoder decoder;
  std::vector<std::string> events;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  h.when_data = [&](std::string_view bytes) {
    transport::sse_event e;
    while (decoder.next(bytes, e)) events.emplace_back(e.data);
    return true;
  };
  c.start(streaming(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(events == (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}), boost::test_tools::per_element());
}
