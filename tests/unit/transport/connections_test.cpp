// The pool of connections: which are used again, which are closed, and who waits for whom.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <boost/test/unit_test.hpp>

#include "loop.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

void serve(peer& p) {
  for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) p.write(ok(std::to_string(p.number())));
}

transport::address_settings bound_to(const char* host) {
  transport::address_settings a;
  a.bound = true;
  a.headers = "Host: test\r\n";
  if (inet_pton(AF_INET6, host, &reinterpret_cast<sockaddr_in6&>(a.bind).sin6_addr) == 1) {
    a.bind.ss_family = AF_INET6;
  } else {
    a.bind.ss_family = AF_INET;
    inet_pton(AF_INET, host, &reinterpret_cast<sockaddr_in&>(a.bind).sin_addr);
  }
  return a;
}

// Starts a request and waits for its end.
recorder ask(loop& l, transport::client& c, std::uint32_t address = 0, std::string_view target = "/") {
  recorder h;
  transport::request r = get(target);
  r.address = address;
  c.start(r, h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  return h;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_kept_connection_carries_one_request_after_the_other) {
  raw_server server(serve);
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  for (int i = 0; i < 20; ++i) BOOST_TEST(ask(l, c).body == "0");
  BOOST_TEST(c.connections().opened == 1u);
  BOOST_TEST(c.connections().idle == 1u);
  BOOST_TEST(server.accepted() == 1u);
}

BOOST_AUTO_TEST_CASE(a_handler_that_starts_its_next_request_at_once_gets_the_same_connection) {
  raw_server server(serve);
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  recorder h;
  h.when_done = [&] {
    if (h.dones < 50) c.start(get(), h);
  };
  c.start(get(), h);
  BOOST_REQUIRE(l.until([&] { return h.dones == 50; }));
  BOOST_TEST(c.connections().opened == 1u);
}

BOOST_AUTO_TEST_CASE(without_keep_alive_every_request_has_its_own_connection) {
  std::string seen;
  raw_server server([&](peer& p) {
    seen = p.read_request();
    p.write(ok("x"));
    p.wait_closed();
  });
  loop l;
  {
    transport::settings s = settings_for(server.address());
    s.keep_alive = false;
    transport::client c(l.reactor, l.timers, s);
    for (int i = 0; i < 3; ++i) BOOST_TEST(ask(l, c).body == "x");
    BOOST_TEST(c.connections().opened == 3u);
    BOOST_TEST(c.connections().open == 0u);
  }
  BOOST_TEST(seen.find("\r\nConnection: close\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_answer_that_says_close_is_obeyed) {
  for (const char* head : {"HTTP/1.1 200 OK\r\nConnection: close\r\n", "HTTP/1.0 200 OK\r\n"}) {
    raw_server server([&](peer& p) {
      while (!p.read_request().empty()) p.write(head + std::string("Content-Length: 1\r\n\r\nx"));
    });
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    for (int i = 0; i < 2; ++i) BOOST_TEST(ask(l, c).body == "x");
    BOOST_TEST(c.connections().opened == 2u);
    BOOST_TEST(c.connections().idle == 0u);
    BOOST_TEST(c.connections().replaced == 0u);
  }
}

BOOST_AUTO_TEST_CASE(the_connection_used_last_is_used_first) {
  raw_server server([](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      if (r.find("/late") != std::string::npos) p.pause(100);
      p.write(ok(std::to_string(p.number())));
    }
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  recorder late, early;
  c.start(get("/late"), late);
  c.start(get("/early"), early);
  BOOST_REQUIRE(l.until([&] { return late.dones > 0 && early.dones > 0; }));
  BOOST_TEST(c.connections().idle == 2u);
  BOOST_TEST(ask(l, c).body == late.body);
  c.close_idle();
  BOOST_TEST(c.connections().idle == 0u);
  BOOST_TEST(c.connections().open == 0u);
  BOOST_TEST(ask(l, c).body == "2");
}

BOOST_AUTO_TEST_CASE(no_more_connections_than_allowed_are_opened_and_who_came_first_is_served_first) {
  std::atomic<int> now = 0, most = 0;
  raw_server server([&](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      const int n = ++now;
      if (n > most) most = n;
      p.pause(5);
      --now;
      p.write(ok(r.substr(4, r.find(' ', 4) - 4)));
    }
  });
  loop l;
  transport::settings s = settings_for(server.address(), 2);
  s.connections_per_address = 1;
  transport::client c(l.reactor, l.timers, s);
  std::vector<recorder> all(30);
  std::vector<std::size_t> order;
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < all.size(); ++i) targets.push_back("/" + std::to_string(i));
  std::vector<transport::exchange_id> ids;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].when_done = [&, i] { order.push_back(i); };
    transport::request r = get(targets[i]);
    r.address = i < 25 ? 0 : 1;
    ids.push_back(c.start(r, all[i]));
  }
  c.cancel(ids[5]);
  c.cancel(ids[24]);
  BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0; }));
  for (std::size_t i = 0; i < all.size(); ++i) {
    BOOST_TEST(all[i].dones == 1);
    if (i != 5 && i != 24) BOOST_TEST(all[i].body == targets[i]);
  }
  BOOST_TEST((all[5].outcome == outcome::cancelled));
  std::erase_if(order, [](std::size_t i) { return i >= 24 || i == 5; });
  BOOST_TEST(std::is_sorted(order.begin(), order.end()));
  BOOST_TEST(order.size() == 23u);
  BOOST_TEST(most <= 2);
  BOOST_TEST(c.connections().opened == 2u);
}

BOOST_AUTO_TEST_CASE(who_waits_is_served_when_the_one_before_fails) {
  raw_server server([](peer& p) {
    const std::string r = p.read_request();
    if (r.find("/bad") != std::string::npos) {
      p.write("nonsense");
    } else {
      p.write(ok("good"));
    }
    p.wait_closed();
  });
  loop l;
  transport::settings s = settings_for(server.address());
  s.connections_per_address = 1;
  transport::client c(l.reactor, l.timers, s);
  recorder bad, good;
  c.start(get("/bad"), bad);
  c.start(get("/good"), good);
  BOOST_REQUIRE(l.until([&] { return bad.dones > 0 && good.dones > 0; }));
  BOOST_TEST((bad.outcome == outcome::protocol_error));
  BOOST_TEST(good.body == "good");
}

BOOST_AUTO_TEST_CASE(a_place_that_a_failure_frees_goes_to_who_waits_not_to_who_comes_next) {
  std::string order;
  std::mutex mutex;
  raw_server server([&](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      {
        const std::lock_guard lock(mutex);
        order += r[5];
      }
      if (r[5] != 'a') p.write(ok("x"));
    }
  });
  loop l;
  recorder a, b, c;
  {
    transport::settings s = settings_for(server.address());
    s.connections_per_address = 1;
    transport::client client(l.reactor, l.timers, s);
    const auto id = client.start(get("/a"), a);
    client.start(get("/b"), b);
    l.turn_for(20 * time::millisecond);
    client.cancel(id);
    client.start(get("/c"), c);
    BOOST_REQUIRE(l.until([&] { return client.in_flight() == 0; }));
  }
  const std::lock_guard lock(mutex);
  BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_target_closes_while_idle_is_removed_at_once) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write(ok("x"));
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  ask(l, c);
  BOOST_REQUIRE(l.until([&] { return c.connections().open == 0; }));
  BOOST_TEST(c.connections().idle == 0u);
  BOOST_TEST(c.connections().closed_by_target == 1u);
  BOOST_TEST(ask(l, c).body == "x");
  BOOST_TEST(c.connections().replaced == 0u);
}

BOOST_AUTO_TEST_CASE(a_request_that_finds_its_connection_closed_goes_out_again_on_a_new_one) {
  for (bool unread : {true, false}) {
    raw_server server([&](peer& p) {
      p.read_request();
      p.write(ok(std::to_string(p.number())));
      if (p.number() > 0) {
        p.wait_closed();
        return;
      }
      // The second request on this connection finds it closed; or it was read, but a reset does not tell.
      if (unread) {
        p.wait_readable();
      } else {
        p.read_request();
      }
      p.reset();
    });
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    BOOST_TEST(ask(l, c).body == "0");
    const recorder again = ask(l, c);
    BOOST_TEST((again.outcome == outcome::ok));
    BOOST_TEST(again.body == "1");
    BOOST_TEST(c.connections().replaced == 1u);
    BOOST_TEST(c.connections().closed_by_target == 1u);
    BOOST_TEST(c.connections().opened == 2u);
    BOOST_TEST(c.connections().open == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_ends_in_order_after_its_request_was_read_is_a_failure_and_not_tried_again) {
  for (std::size_t size : {std::size_t{10}, std::size_t{1'000'000}}) {
    raw_server server([&](peer& p) {
      p.read_request();
      p.write(ok("x"));
      p.read_request();
    });
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    BOOST_TEST(ask(l, c).body == "x");
    recorder h;
    c.start(post(std::string(size, 'x')), h);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    BOOST_TEST((h.outcome == outcome::protocol_error));
    BOOST_TEST(h.error == "the target closed the connection without an answer");
    BOOST_TEST(c.connections().replaced == 0u);
    BOOST_TEST(server.accepted() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_close_that_was_not_seen_yet_when_the_request_starts_is_no_failure) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write(ok(std::to_string(p.number())));
    if (p.number() == 0) {
      p.pause(30);
      p.reset();
    } else {
      p.wait_closed();
    }
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  BOOST_TEST(ask(l, c).body == "0");
  peer::pause(100);  // the loop stands still meanwhile
  recorder h;
  c.start(post(std::string(1'000'000, 'x')), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(h.error == "");
  BOOST_TEST(h.body == "1");
  BOOST_TEST(c.connections().replaced == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_after_an_answer_close_the_connection_and_reach_no_other_request) {
  for (bool later : {false, true}) {
    raw_server server([&](peer& p) {
      p.read_request();
      if (later) {
        p.write(ok("good"));
        p.pause(30);
        p.write(ok("bad"));
      } else {
        p.write(ok("good") + ok("bad"));
      }
      p.wait_closed();
    });
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    BOOST_TEST(ask(l, c).body == "good");
    BOOST_REQUIRE(l.until([&] { return c.connections().surplus == 1; }));
    BOOST_TEST(c.connections().open == 0u);
    BOOST_TEST(ask(l, c).body == "good");
    BOOST_TEST(c.connections().opened == 2u);
  }
}

BOOST_AUTO_TEST_CASE(bytes_after_an_answer_that_fills_the_read_buffer_are_found_too) {
  struct way {
    std::size_t read_size, buffer;
  };
  for (const way w : {way{0, 16'384}, way{65'536, 65'536}}) {
    const std::string answer = ok(std::string(w.buffer - 1'000, 'x'));
    const std::string padded =
        "HTTP/1.1 200 OK\r\nX: " + std::string(w.buffer - answer.size() - 5, 'p') + answer.substr(15);
    BOOST_TEST(padded.size() == w.buffer);
    raw_server server([&](peer& p) {
      while (!p.read_request().empty()) p.write(padded + "HTTP/1.1 500 Bad\r\nContent-Length: 0\r\n\r\n");
    });
    loop l;
    transport::settings s = settings_for(server.address());
    s.read_size = w.read_size;
    transport::client c(l.reactor, l.timers, s);
    for (int i = 0; i < 3; ++i) BOOST_TEST(ask(l, c).status == 200u);
    BOOST_TEST(c.connections().surplus + c.connections().closed_by_target >= 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_request_on_a_kept_connection_goes_out_when_the_loop_waits_or_never_if_it_is_cancelled_first) {
  std::string seen;
  std::mutex mutex;
  raw_server server([&](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      const std::lock_guard lock(mutex);
      seen += r[5];
      p.write(ok("x"));
    }
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  ask(l, c, 0, "/a");
  recorder never, later;
  const auto id = c.start(get("/b"), never);
  c.cancel(id);
  BOOST_REQUIRE(l.until([&] { return never.dones > 0; }));
  BOOST_TEST((never.outcome == outcome::cancelled));
  BOOST_TEST(never.sent == 0);
  ask(l, c, 0, "/c");
  c.start(get("/d"), later);
  const time::instant waiting_from = time::now();
  BOOST_REQUIRE(l.until([&] { return later.dones > 0; }));
  BOOST_TEST(later.sent >= waiting_from);
  const std::lock_guard lock(mutex);
  BOOST_TEST(seen == "acd");
}

BOOST_AUTO_TEST_CASE(more_requests_than_go_out_at_once_are_all_sent_and_answered) {
  raw_server server(serve);
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  for (int round = 0; round < 3; ++round) {  // of the first all are on new connections
    std::vector<recorder> all(150);
    for (recorder& h : all) c.start(get(), h);
    BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0; }));
    for (const recorder& h : all) BOOST_TEST((h.outcome == outcome::ok));
  }
  BOOST_TEST(c.connections().opened == 150u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_received_with_another_whose_handler_cancels_it_is_not_told) {
  std::atomic<int> answered = 0;
  raw_server server([&](peer& p) {
    for (; !p.read_request().empty(); ++answered) p.write(ok("x"));
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  std::vector<recorder> all(5);
  std::vector<transport::exchange_id> ids;
  for (recorder& h : all) ids.push_back(c.start(get(), h));
  BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0; }));
  ids.clear();
  for (recorder& h : all) {
    h.dones = 0;
    h.when_done = [&] {
      for (const auto id : ids) c.cancel(id);
    };
    ids.push_back(c.start(get(), h));
  }
  l.reactor.wait(time::now());  // they go out; all answers come while the loop stands still
  for (int i = 0; i < 5'000 && answered < 10; ++i) peer::pause(1);
  BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0; }));
  int well = 0;
  for (const recorder& h : all) {
    BOOST_TEST(h.dones == 1);
    well += h.outcome == outcome::ok;
    BOOST_TEST((h.outcome == outcome::ok || h.outcome == outcome::cancelled));
  }
  BOOST_TEST(well == 1);
  BOOST_TEST(c.connections().open == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_speaks_before_its_request_is_sent_is_given_up_and_the_request_goes_another_way) {
  std::atomic<bool> standing = false, answered = false, spoken = false;
  const auto await = [](const std::atomic<bool>& what) {
    for (int i = 0; i < 5'000 && !what; ++i) peer::pause(1);
  };
  raw_server server([&](peer& p) {
    for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
      if (r.find("/late") != std::string::npos) p.pause(50);  // so that this connection is the first to be used again
      if (r.find("/first") != std::string::npos) await(standing);
      p.write(ok(std::to_string(p.number())));
      if (r.find("/first") != std::string::npos) answered = true;
      if (r.find("/early") == std::string::npos) continue;
      await(answered);
      p.write(ok("nobody asked"));
      spoken = true;
    }
  });
  loop l;
  transport::settings s = settings_for(server.address());
  s.read_size = 4096;  // each answer is told as soon as it was read
  transport::client c(l.reactor, l.timers, s);
  recorder late, early, first, second, third;
  c.start(get("/late"), late);
  c.start(get("/early"), early);
  BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0; }));
  BOOST_TEST(c.connections().idle == 2u);
  first.when_done = [&] {
    c.start(get("/second"), second);  // on the same connection
    c.start(get("/third"), third);    // on the one whose bytes nobody asked for
  };
  c.start(get("/first"), first);
  l.reactor.wait(time::now());  // it goes out
  standing = true;              // the loop: both connections will have something to tell in one round, the answer first
  await(spoken);
  BOOST_REQUIRE(l.until([&] { return c.in_flight() == 0 && third.dones > 0; }));
  BOOST_TEST(second.body == first.body);
  BOOST_TEST(third.body == "2");
  BOOST_TEST(c.connections().surplus == 1u);
  BOOST_TEST(c.connections().opened == 3u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_before_the_request_is_out_is_taken) {
  raw_server server([](peer& p) {
    p.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
    p.pause(100);
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  const std::string much(20'000'000, 'x');
  recorder h;
  c.start(post(much), h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(h.status == 413u);
  BOOST_TEST(h.body == "big");
  BOOST_TEST(c.connections().open == 0u);
}

BOOST_AUTO_TEST_CASE(a_bound_address_is_the_one_that_the_target_sees) {
  raw_server server([](peer& p) {
    while (!p.read_request().empty()) p.write(ok(p.address()));
  });
  loop l;
  transport::settings s = settings_for(server.address(), 0);
  s.addresses = {bound_to("127.0.0.2"), bound_to("127.0.0.3"), bound_to("192.0.2.1")};
  transport::client c(l.reactor, l.timers, s);
  BOOST_TEST(ask(l, c, 0).body == "127.0.0.2");
  BOOST_TEST(ask(l, c, 1).body == "127.0.0.3");
  BOOST_TEST(ask(l, c, 0).body == "127.0.0.2");
  BOOST_TEST(c.connections().opened == 2u);
  const recorder foreign = ask(l, c, 2);
  BOOST_TEST((foreign.outcome == outcome::connect_error));
  BOOST_TEST(foreign.error.find("EADDRNOTAVAIL") != std::string::npos, foreign.error);
  BOOST_TEST(c.connections().out_of_ports == 0u);
}

BOOST_AUTO_TEST_CASE(a_target_with_an_ipv6_address_is_reached) {
  raw_server server(
      [](peer& p) {
        while (!p.read_request().empty()) p.write(ok(p.address()));
      },
      "::1");
  loop l;
  transport::settings s = settings_for(server.address(), 1);
  s.addresses.push_back(bound_to("::1"));
  transport::client c(l.reactor, l.timers, s);
  BOOST_TEST(ask(l, c, 0).body == "::1");
  BOOST_TEST(ask(l, c, 1).body == "::1");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_closes_all_and_calls_nobody) {
  std::atomic<bool> closed = false;
  raw_server server([&](peer& p) {
    p.read_request();
    closed = p.wait_closed();
  });
  loop l;
  recorder open, failing;
  {
    transport::settings s = settings_for(server.address());
    transport::client c(l.reactor, l.timers, s);
    c.start(get(), open);
    c.start(get("bad target"), failing);
    l.turn_for(0);
  }
  l.turn_for(20 * time::millisecond);
  BOOST_TEST(open.dones == 0);
  BOOST_TEST(l.timers.size() == 0u);
}
