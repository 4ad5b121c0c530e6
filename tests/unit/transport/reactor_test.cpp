// The loop's promises: time-outs in nanoseconds, posts, deferred work, events that come once.
#include "transport/reactor.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

using namespace lsrun;
using transport::reactor;

namespace {

struct noting : reactor::watcher {
  int calls = 0;
  std::uint32_t events = 0;
  std::function<void()> then;
  void on_ready(std::uint32_t e) override {
    ++calls;
    events = e;
    if (then) then();
  }
};

struct pair {
  int a = -1, b = -1;
  pair() {
    int fds[2];
    BOOST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
    a = fds[0];
    b = fds[1];
  }
  ~pair() {
    ::close(a);
    ::close(b);
  }
};

struct counting_task : reactor::task {
  int runs = 0;
  void run() override { ++runs; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(waiting_ends_at_its_time_and_never_before) {
  reactor r;
  for (time::span s : {time::span{0}, 50 * time::microsecond, 2 * time::millisecond}) {
    for (time::span spin : {time::span{0}, 20 * time::microsecond}) {
      const time::instant until = time::now() + s;
      BOOST_TEST(r.wait(until, spin) == 0);
      BOOST_TEST(time::now() >= until);
    }
  }
  r.wait(time::now() - time::second);
}

BOOST_AUTO_TEST_CASE(a_sleep_that_would_be_too_short_lasts_as_long_as_it_is_to_at_least) {
  reactor r;
  constexpr time::span least = 300 * time::microsecond;
  const time::instant begun = time::now();
  BOOST_TEST(r.wait(begun + 10 * time::microsecond, 0, least) == 0);
  BOOST_TEST(time::now() >= begun + least);
  // It is not put off: what is due already is not waited for, and what is there already is handed out first.
  const time::instant due = time::now();
  BOOST_TEST(r.wait(due, 0, time::minute) == 0);
  pair p;
  noting n;
  r.add(p.a, n);
  BOOST_TEST(r.wait(time::now() + time::second, 0, time::minute) == 1);
  BOOST_TEST(n.calls == 1);
  BOOST_TEST(time::now() < due + 30 * time::second);
}

BOOST_AUTO_TEST_CASE(an_edge_is_reported_once_and_again_after_rearm) {
  reactor r;
  pair p;
  noting n;
  r.add(p.a, n);
  r.wait(time::now());  // writable
  BOOST_TEST(n.calls == 1);
  BOOST_TEST(::write(p.b, "x", 1) == 1);
  r.wait(time::now() + time::second);
  BOOST_TEST(n.calls == 2);
  BOOST_TEST((n.events & EPOLLIN) != 0u);
  r.wait(time::now());
  BOOST_TEST(n.calls == 2);
  r.rearm(p.a, n);
  r.wait(time::now());
  BOOST_TEST(n.calls == 3);
  r.remove(p.a, n);
  BOOST_TEST(::write(p.b, "x", 1) == 1);
  r.wait(time::now());
  BOOST_TEST(n.calls == 3);
}

BOOST_AUTO_TEST_CASE(events_already_fetched_are_dropped_when_their_watcher_is_removed) {
  reactor r;
  pair p, q;
  noting first, second;
  first.then = [&] { r.remove(q.a, second); };
  second.then = [&] { r.forget(first); };
  r.add(p.a, first);
  r.add(q.a, second);
  r.wait(time::now());
  BOOST_TEST(first.calls + second.calls == 1);
}

BOOST_AUTO_TEST_CASE(a_post_from_another_thread_wakes_the_loop) {
  reactor r;
  const auto self = std::this_thread::get_id();
  int ran = 0;
  std::thread other([&] {
    for (int i = 0; i < 1'000; ++i) r.post([&] { ran += std::this_thread::get_id() == self ? 1 : 1'000'000; });
  });
  const time::instant limit = time::now() + 5 * time::second;
  while (ran < 1'000 && time::now() < limit) r.wait(time::never);
  other.join();
  BOOST_TEST(ran == 1'000);
}

BOOST_AUTO_TEST_CASE(deferred_work_runs_once_after_the_round_and_does_not_wait) {
  reactor r;
  std::string order;
  counting_task t, withdrawn;
  r.defer([&] {
    order += "1";
    r.defer([&] { order += "2"; });
  });
  r.defer(t);
  r.defer(t);
  r.defer(withdrawn);
  r.withdraw(withdrawn);
  r.wait(time::never);
  BOOST_TEST(order == "1");
  r.wait(time::never);
  BOOST_TEST(order == "12");
  BOOST_TEST(t.runs == 1);
  BOOST_TEST(withdrawn.runs == 0);
  r.defer(t);
  r.wait(time::never);
  BOOST_TEST(t.runs == 2);
}

BOOST_AUTO_TEST_CASE(what_is_to_run_before_a_wait_runs_once_and_may_make_what_is_waited_for) {
  struct writing : counting_task {
    int fd = -1;
    void run() override {
      counting_task::run();
      BOOST_TEST(::write(fd, "x", 1) == 1);
    }
  };
  reactor r;
  pair p;
  noting n;
  r.add(p.b, n);
  r.wait(time::now());  // that it can be written to
  n.calls = 0;
  writing t;
  counting_task withdrawn;
  t.fd = p.a;
  r.before_wait(t);
  r.before_wait(t);
  r.before_wait(withdrawn);
  r.withdraw(withdrawn);
  BOOST_TEST(t.runs == 0);
  r.wait(time::now() + 10 * time::second);
  BOOST_TEST(n.calls == 1);
  r.wait(time::now());
  BOOST_TEST(t.runs == 1);
  BOOST_TEST(withdrawn.runs == 0);
  r.before_wait(t);
  r.wait(time::now() + 10 * time::second);
  BOOST_TEST(t.runs == 2);
  r.remove(p.b, n);
}
