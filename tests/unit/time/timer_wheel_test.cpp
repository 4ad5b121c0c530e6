// The timing wheel against a plain sorted list of what should fire.
#include "time/timer_wheel.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

namespace {

using lsrun::time::instant;
using lsrun::time::timer_wheel;

struct recorder : timer_wheel::client {
  std::vector<std::pair<std::uint64_t, instant>> fired;
  void on_timer(std::uint64_t cookie, instant now) override { fired.emplace_back(cookie, now); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(timer_wheel_test)

BOOST_AUTO_TEST_CASE(a_timer_never_fires_early_and_fires_at_its_instant) {
  timer_wheel wheel(1000);
  recorder r;
  wheel.schedule(5'000'003, r, 1);
  wheel.advance(5'000'002);
  BOOST_TEST(r.fired.empty());
  BOOST_TEST(wheel.next_due() <= 5'000'003);
  wheel.advance(5'000'003);
  BOOST_TEST(r.fired.size() == 1u);
  BOOST_TEST(wheel.next_due() == lsrun::time::never);
}

BOOST_AUTO_TEST_CASE(a_due_instant_in_the_past_fires_in_the_next_advance) {
  timer_wheel wheel(lsrun::time::hour);
  recorder r;
  wheel.schedule(5, r, 1);
  wheel.advance(lsrun::time::hour);
  BOOST_TEST(r.fired.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_timer_set_in_a_callback_for_now_waits_for_the_next_advance) {
  struct again : timer_wheel::client {
    timer_wheel* wheel = nullptr;
    int count = 0;
    void on_timer(std::uint64_t, instant now) override {
      ++count;
      wheel->schedule(now, *this, 0);
    }
  } a;
  timer_wheel wheel(0);
  a.wheel = &wheel;
  wheel.schedule(100'000, a, 0);
  wheel.advance(200'000);
  BOOST_TEST(a.count == 1);
  BOOST_TEST(wheel.next_due() <= 200'000);
  wheel.advance(200'000);
  BOOST_TEST(a.count == 2);
}

BOOST_AUTO_TEST_CASE(a_callback_may_cancel_another_timer_that_is_due_now) {
  struct canceller : timer_wheel::client {
    timer_wheel* wheel = nullptr;
    std::map<std::uint64_t, timer_wheel::id> ids;
    int count = 0;
    void on_timer(std::uint64_t cookie, instant) override {
      ++count;
      wheel->cancel(ids[1 - cookie]);
    }
  } c;
  timer_wheel wheel(0);
  c.wheel = &wheel;
  c.ids[0] = wheel.schedule(50'000, c, 0);
  c.ids[1] = wheel.schedule(50'000, c, 1);
  wheel.advance(60'000);
  BOOST_TEST(c.count == 1);
  BOOST_TEST(wheel.size() == 0u);
}

BOOST_AUTO_TEST_CASE(random_timers_fire_just_as_a_sorted_list_says) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100; ++round) {
    instant now = static_cast<instant>(random() % (lsrun::time::hour * 1000));
    timer_wheel wheel(now);
    recorder r;
    std::multimap<instant, std::uint64_t> expected;
    std::map<std::uint64_t, std::pair<timer_wheel::id, instant>> live;
    std::uint64_t cookie = 0;
    for (int act = 0; act < 2000; ++act) {
      if (random() % 3 != 0) {
        const instant due = now + static_cast<instant>(random() % (std::uint64_t{1} << (5 + random() % 42)));
        ++cookie;
        live[cookie] = {wheel.schedule(due, r, cookie), due};
        expected.emplace(due, cookie);
      } else if (!live.empty() && random() % 2 == 0) {
        const auto it = live.begin();
        wheel.cancel(it->second.first);
        for (auto [e, end] = expected.equal_range(it->second.second); e != end; ++e)
          if (e->second == it->first) {
            expected.erase(e);
            break;
          }
        live.erase(it);
      } else {
        const instant next = wheel.next_due();
        if (!expected.empty()) BOOST_TEST(next <= expected.begin()->first);
        now = random() % 2 == 0 && next != lsrun::time::never && next > now
                  ? next
                  : now + static_cast<instant>(random() % (std::uint64_t{1} << (10 + random() % 31)));
        r.fired.clear();
        wheel.advance(now);
        std::set<std::uint64_t> fired, due;
        for (const auto& f : r.fired) fired.insert(f.first);
        while (!expected.empty() && expected.begin()->first <= now) {
          due.insert(expected.begin()->second);
          live.erase(expected.begin()->second);
          expected.erase(expected.begin());
        }
        BOOST_TEST((fired == due));
        BOOST_TEST(wheel.size() == expected.size());
      }
    }
  }
}

// Many timers with a far instant in common, looked at often: they come down from level to level on the way.
BOOST_AUTO_TEST_CASE(a_wave_far_ahead_fires_at_its_instants) {
  timer_wheel wheel(0);
  recorder r;
  std::mt19937_64 random(3);
  constexpr instant from = 100 * lsrun::time::second;
  for (std::uint64_t cookie = 0; cookie < 20'000; ++cookie)
    wheel.schedule(from + static_cast<instant>(random() % 80) * lsrun::time::second, r, cookie);
  for (instant now = 0; now < from + 81 * lsrun::time::second; now += 500 * lsrun::time::microsecond) {
    wheel.advance(now);
    if (now < from) BOOST_REQUIRE(r.fired.empty());
  }
  BOOST_TEST(r.fired.size() == 20'000u);
  BOOST_TEST(wheel.size() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
