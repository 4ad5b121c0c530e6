// When a worker sleeps longer than it must, and when it stops doing so.
#include "run/wake_pause.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using run::wake_pause;

namespace {

constexpr time::span us = time::microsecond;

// A loop whose turns take so long each, and that uses, or waits for, so much of the processor.
struct loop {
  wake_pause pause;
  time::instant now = 5 * time::second;
  double busy = 0;
  int measured = 0;

  void run(int judgements, time::span turn, double share) {
    for (int i = 0; i < judgements * wake_pause::turns_judged; ++i) {
      now += turn;
      busy += share * static_cast<double>(turn);
      if (!pause.turned(now)) continue;
      ++measured;
      pause.used(now, static_cast<time::span>(busy));
    }
  }
};

constexpr int all_steps = static_cast<int>(wake_pause::longest / wake_pause::step);

}  // namespace

BOOST_AUTO_TEST_SUITE(run_wake_pause)

BOOST_AUTO_TEST_CASE(a_worker_with_time_to_spare_wakes_at_once) {
  loop l;
  l.run(1000, 10 * us, 0.7);
  BOOST_TEST(l.pause.least_sleep() == 0);
  BOOST_TEST(l.measured > 900);
}

BOOST_AUTO_TEST_CASE(a_pause_grows_by_steps_while_the_core_is_nearly_full_and_has_a_bound) {
  loop l;
  l.run(3, 10 * us, 0.99);  // the first two judgements say only from when it is measured
  const time::span begun = l.pause.least_sleep();
  BOOST_TEST(begun > 0);
  BOOST_TEST(begun <= 2 * wake_pause::step);
  l.run(1, 10 * us, 0.99);
  BOOST_TEST(l.pause.least_sleep() == begun + wake_pause::step);
  l.run(2 * all_steps, 10 * us, 0.99);
  BOOST_TEST(l.pause.least_sleep() == wake_pause::longest);
  BOOST_TEST(wake_pause::longest <= 40 * us);  // docs/measurement.md promises so
}

BOOST_AUTO_TEST_CASE(it_stays_as_it_is_between_full_and_easy_and_goes_when_there_is_time_again) {
  loop l;
  l.run(8, 10 * us, 0.99);
  const time::span grown = l.pause.least_sleep();
  l.run(1, 10 * us, (wake_pause::full + wake_pause::easy) / 2);
  l.run(1000, 10 * us, (wake_pause::full + wake_pause::easy) / 2);
  BOOST_TEST(l.pause.least_sleep() == grown);
  l.run(1, 10 * us, 0.5);
  BOOST_TEST(l.pause.least_sleep() == grown - wake_pause::step);
  l.run(all_steps, 10 * us, 0.5);
  BOOST_TEST(l.pause.least_sleep() == 0);
}

// A model of the machine: a wake-up costs 5 us, a request 5 us, and the pause makes wake-ups rarer.
BOOST_AUTO_TEST_CASE(at_a_rate_that_would_fill_the_core_it_finds_the_pause_that_leaves_some_of_it) {
  loop l;
  const auto turn = [&] { return std::max<time::span>(10 * us, 10 * us + l.pause.least_sleep()); };
  const auto share = [&] { return 5.0 / 10 + 4.9 * static_cast<double>(us) / static_cast<double>(turn()); };
  for (int i = 0; i < 200; ++i) l.run(1, turn(), share());
  BOOST_TEST(l.pause.least_sleep() > 0);
  BOOST_TEST(l.pause.least_sleep() < wake_pause::longest);
  BOOST_TEST(share() <= wake_pause::full);
  const time::span found = l.pause.least_sleep();
  for (int i = 0; i < 200; ++i) l.run(1, turn(), share());
  BOOST_TEST(l.pause.least_sleep() == found);
}

BOOST_AUTO_TEST_CASE(where_turns_are_long_nothing_is_measured_and_nothing_put_off) {
  loop l;
  l.run(100, wake_pause::slow_turn + us, 1);
  BOOST_TEST(l.measured == 0);
  BOOST_TEST(l.pause.least_sleep() == 0);
  // With a pause turns are longer, by the pause: it goes only when they are much longer.
  l.run(2 * all_steps, 10 * us, 0.99);
  l.run(2, wake_pause::slow_turn_with_pause - us, 0.99);
  BOOST_TEST(l.pause.least_sleep() == wake_pause::longest);
  l.run(2, wake_pause::slow_turn_with_pause + us, 0.99);
  BOOST_TEST(l.pause.least_sleep() == 0);
}

BOOST_AUTO_TEST_CASE(what_was_used_before_a_time_of_long_turns_does_not_count_after_it) {
  loop l;
  l.run(3, 10 * us, 0.1);
  l.run(50, time::millisecond, 1);  // full, but not of wake-ups
  l.run(2, 10 * us, 0.1);
  BOOST_TEST(l.pause.least_sleep() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
