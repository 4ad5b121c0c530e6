// What becomes of a request when the target is not there, not in time, or not in its right mind.
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "loop.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

recorder ask(const transport::settings& s, transport::counters* counted = nullptr, time::span timeout = 0) {
  loop l;
  transport::client c(l.reactor, l.timers, s);
  recorder h;
  transport::request r = get();
  r.timeout = timeout;
  c.start(r, h);
  BOOST_TEST(h.dones == 0);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(h.dones == 1);
  BOOST_TEST(c.connections().open == 0u);
  BOOST_TEST(l.timers.size() == 0u);
  if (counted != nullptr) *counted = c.connections();
  return h;
}

// A listener whose queue is full: it answers no further SYN.
struct deaf_listener {
  int fd;
  std::vector<int> fillers;
  sockaddr_storage address{};
  deaf_listener() {
    fd = socket(AF_INET, SOCK_STREAM, 0);
    auto& a = reinterpret_cast<sockaddr_in&>(address);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof a;
    BOOST_REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
    BOOST_REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&a), &length) == 0);
    BOOST_REQUIRE(listen(fd, 0) == 0);
    for (int i = 0; i < 4; ++i) {
      fillers.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      [[maybe_unused]] const int r = connect(fillers.back(), reinterpret_cast<sockaddr*>(&a), sizeof a);
    }
    peer::pause(20);
  }
  ~deaf_listener() {
    for (int f : fillers) ::close(f);
    ::close(fd);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_refused_connection_is_a_connect_error_by_name) {
  transport::counters counted;
  const recorder h = ask(settings_for(closed_port()), &counted);
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.error.find("ECONNREFUSED") != std::string::npos, h.error);
  BOOST_TEST(!h.connect_timed_out);
  BOOST_TEST(h.sent == 0);
  BOOST_TEST(h.status == 0u);
  BOOST_TEST(counted.failed == 1u);
  BOOST_TEST(counted.opened == 0u);
}

BOOST_AUTO_TEST_CASE(a_target_that_does_not_answer_the_connect_is_told_apart) {
  deaf_listener deaf;
  transport::settings s = settings_for(deaf.address);
  s.connect_timeout = 50 * time::millisecond;
  transport::counters counted;
  const recorder h = ask(s, &counted);
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.error == "connect timed out after 50ms");
  BOOST_TEST(h.connect_timed_out);
  BOOST_TEST(counted.failed == 1u);
}

// The timer of a deadline that an answer has lifted stays set: it must not end the next request, nor keep it waiting.
BOOST_AUTO_TEST_CASE(a_deadline_is_its_own_request_s_whatever_timer_the_one_before_has_left) {
  raw_server server([](peer& p) {
    for (;;) {
      const std::string seen = p.read_request();
      if (seen.empty()) return;
      if (seen.find("/silent") == std::string::npos) p.write(ok("x"));
    }
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  const auto ask_within = [&](std::string_view target, time::span timeout) {
    recorder h;
    transport::request r = get(target);
    r.timeout = timeout;
    c.start(r, h);
    BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
    return h;
  };
  BOOST_TEST((ask_within("/", 100 * time::millisecond).outcome == outcome::ok));
  const recorder later = ask_within("/silent", 300 * time::millisecond);
  BOOST_TEST((later.outcome == outcome::timeout));
  BOOST_TEST(later.end - later.sent >= 300 * time::millisecond);
  BOOST_TEST((ask_within("/", time::hour).outcome == outcome::ok));
  BOOST_TEST((ask_within("/silent", 20 * time::millisecond).outcome == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(an_unreachable_network_is_a_connect_error) {
  sockaddr_storage far{};
  auto& a = reinterpret_cast<sockaddr_in&>(far);
  a.sin_family = AF_INET;
  a.sin_port = htons(9);
  a.sin_addr.s_addr = htonl(0xffffffff);  // broadcast: the kernel refuses at once, nothing is sent
  const recorder h = ask(settings_for(far));
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.error.find("(E") != std::string::npos, h.error);
}

BOOST_AUTO_TEST_CASE(no_file_descriptor_left_is_a_connect_error_by_name) {
  raw_server server([](peer& p) { p.read_request(); });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  recorder h;
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit none = old;
  none.rlim_cur = 3;
  BOOST_REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  c.start(get(), h);
  setrlimit(RLIMIT_NOFILE, &old);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.error.find("EMFILE") != std::string::npos, h.error);
  BOOST_TEST(c.connections().out_of_files == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_in_time_is_a_timeout_and_its_connection_is_closed) {
  struct silence {
    const char* begun;
    const char* words;
  };
  for (const silence& x :
       {silence{"", "no answer within 60ms"},
        silence{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "the answer was not complete within 60ms"}}) {
    raw_server server([&](peer& p) {
      p.read_request();
      p.write(x.begun);
      p.wait_closed();
    });
    transport::settings s = settings_for(server.address());
    s.request_timeout = 60 * time::millisecond;
    const recorder h = ask(s);
    BOOST_TEST((h.outcome == outcome::timeout));
    BOOST_TEST(h.error == x.words);
    BOOST_TEST(h.end - h.sent >= 60 * time::millisecond);
    BOOST_TEST(h.body == "");
  }
}

BOOST_AUTO_TEST_CASE(a_request_may_bring_its_own_timeout) {
  raw_server server([](peer& p) {
    p.read_request();
    p.wait_closed();
  });
  const recorder h = ask(settings_for(server.address()), nullptr, 30 * time::millisecond);
  BOOST_TEST(h.error == "no answer within 30ms");
}

BOOST_AUTO_TEST_CASE(a_reset_inside_an_answer_is_a_protocol_error) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    p.pause(30);
    p.reset();
  });
  const recorder h = ask(settings_for(server.address()));
  BOOST_TEST((h.outcome == outcome::protocol_error));
  BOOST_TEST(h.error.find("ECONNRESET") != std::string::npos, h.error);
  BOOST_TEST(h.status == 200u);
}

BOOST_AUTO_TEST_CASE(a_new_connection_that_is_closed_without_an_answer_is_a_protocol_error_and_not_tried_again) {
  raw_server server([](peer& p) { p.read_request(); });
  transport::counters counted;
  const recorder h = ask(settings_for(server.address()), &counted);
  BOOST_TEST((h.outcome == outcome::protocol_error));
  BOOST_TEST(h.error == "the target closed the connection without an answer");
  BOOST_TEST(counted.replaced == 0u);
  BOOST_TEST(server.accepted() == 1u);
}

BOOST_AUTO_TEST_CASE(a_request_is_sent_again_once_and_not_for_ever) {
  raw_server server([](peer& p) {
    p.read_request();
    if (p.number() == 0) p.write(ok("x"));
    p.wait_readable();
    p.reset();
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  recorder first, second;
  c.start(get(), first);
  BOOST_REQUIRE(l.until([&] { return first.dones > 0; }));
  transport::request r = get();
  r.timeout = 300 * time::millisecond;
  c.start(r, second);  // this connection is closed at once, the new one says nothing
  BOOST_REQUIRE(l.until([&] { return second.dones > 0; }));
  BOOST_TEST((second.outcome == outcome::timeout));
  BOOST_TEST(c.connections().replaced == 1u);
  BOOST_TEST(server.accepted() == 2u);
}

BOOST_AUTO_TEST_CASE(a_target_gone_between_two_requests_is_a_connect_error) {
  raw_server server([](peer& p) {
    p.read_request();
    p.write(ok("x"));
    p.wait_readable();
    p.reset();
  });
  loop l;
  transport::client c(l.reactor, l.timers, settings_for(server.address()));
  recorder first, second;
  c.start(get(), first);
  BOOST_REQUIRE(l.until([&] { return first.dones > 0; }));
  server.stop_listening();
  c.start(get(), second);
  BOOST_REQUIRE(l.until([&] { return second.dones > 0; }));
  BOOST_TEST((second.outcome == outcome::connect_error));
  BOOST_TEST(second.error.find("ECONNREFUSED") != std::string::npos, second.error);
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_ends_once_wherever_it_stands) {
  deaf_listener deaf;
  raw_server server([](peer& p) {
    p.read_request();
    p.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    p.wait_closed();
  });
  loop l;
  transport::settings waiting = settings_for(server.address());
  waiting.connections_per_address = 1;
  transport::client connecting(l.reactor, l.timers, settings_for(deaf.address));
  transport::client answering(l.reactor, l.timers, waiting);
  recorder a, b, queued;
  const auto ida = connecting.start(get(), a);
  const auto idb = answering.start(get(), b);
  const auto idq = answering.start(get(), queued);
  l.turn_for(30 * time::millisecond);
  b.when_done = [&] { answering.cancel(idb); };
  connecting.cancel(ida);
  answering.cancel(idq);
  answering.cancel(idb);
  answering.cancel(idb);
  answering.cancel(0);
  answering.cancel(idb + (1u << 24));
  BOOST_TEST(a.dones + b.dones + queued.dones == 0);
  BOOST_REQUIRE(l.until([&] { return connecting.in_flight() + answering.in_flight() == 0; }));
  answering.cancel(idb);
  l.turn_for(5 * time::millisecond);
  for (const recorder* h : {&a, &b, &queued}) {
    BOOST_TEST(h->dones == 1);
    BOOST_TEST((h->outcome == outcome::cancelled));
  }
  BOOST_TEST(connecting.connections().open + answering.connections().open == 0u);
}

namespace {

// Puts this thread, and those that it starts, into a network of its own with four ports to connect from and large
// receive buffers.
bool enter_own_network() {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
  ::close(fd);
  std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
  range << "61000 61003" << std::flush;
  std::ofstream buffers("/proc/sys/net/ipv4/tcp_rmem");
  buffers << "4096 8000000 8000000" << std::flush;
  return up && range.good() && buffers.good();
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_port_left_is_a_connect_error_by_name) {
  bool possible = true;
  transport::counters counted;
  std::vector<recorder> all(6);
  std::thread([&] {
    possible = enter_own_network();
    if (!possible) return;
    raw_server server(
        [](peer& p) {
          p.read_request();
          p.wait_closed();
        },
        "127.0.0.1");
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    for (recorder& h : all) c.start(get(), h);
    l.turn_for(50 * time::millisecond);
    counted = c.connections();
  }).join();
  if (!possible) {
    BOOST_TEST_MESSAGE("skipped: only root may make a network with few ports");
    return;
  }
  BOOST_TEST(counted.out_of_ports == counted.failed);
  BOOST_TEST(counted.out_of_ports >= 2u);
  BOOST_TEST((all.back().outcome == outcome::connect_error));
  BOOST_TEST(all.back().error.find("EADDRNOTAVAIL") != std::string::npos, all.back().error);
}

BOOST_AUTO_TEST_CASE(an_answer_that_lies_whole_in_the_socket_is_read_to_its_end_in_several_rounds) {
  bool possible = true;
  recorder h;
  std::thread([&] {
    possible = enter_own_network();
    if (!possible) return;
    raw_server server([](peer& p) {
      p.read_request();
      p.write(ok(std::string(2'500'000, 'x')));
      p.wait_closed();
    });
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(server.address()));
    c.start(get(), h);
    peer::pause(300);  // all of it arrives before the first round
    l.until([&] { return h.dones > 0; });
  }).join();
  if (possible) {
    BOOST_TEST((h.outcome == outcome::ok));
    BOOST_TEST(h.body.size() == 2'500'000u);
  } else {
    BOOST_TEST_MESSAGE("skipped: only root may make a network with large buffers");
  }
}

BOOST_AUTO_TEST_CASE(a_socket_never_takes_itself_for_the_target) {
  bool possible = true;
  std::vector<recorder> all(60);
  std::thread([&] {
    possible = enter_own_network();
    if (!possible) return;
    sockaddr_storage target = closed_port();
    reinterpret_cast<sockaddr_in&>(target).sin_port = htons(61'002);  // one of the four to connect from
    loop l;
    transport::client c(l.reactor, l.timers, settings_for(target));
    for (recorder& h : all) {
      c.start(get(), h);
      l.until([&] { return h.dones > 0; });
    }
  }).join();
  for (const recorder& h : all)
    if (possible) BOOST_TEST(h.error.find("ECONNREFUSED") != std::string::npos, h.error);
}
