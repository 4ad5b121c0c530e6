// The rate controller against a moving-window limiter as the targets have it, in invented time.
#include "rate/controller.hpp"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>
#include <random>

namespace {

using namespace lsrun;
using rate::adaptation;
using rate::controller;

constexpr std::uint32_t chat = 3, create = 5;

// What the target does: lets `count` requests through in any `window`; refused ones do not count.
struct moving_window {
  std::size_t count;
  time::span window;
  std::deque<time::instant> hits;
  bool admit(time::instant at) {
    while (!hits.empty() && at - hits.front() >= window) hits.pop_front();
    if (hits.size() >= count) return false;
    hits.push_back(at);
    return true;
  }
};

controller two_budgets(double chat_per_minute, double create_per_minute, std::uint32_t addresses = 1) {
  controller c(addresses, {{"chat", chat_per_minute / 60}, {"create_session", create_per_minute / 60}}, adaptation{});
  c.define(chat, {0});
  c.define(create, {0, 1});
  return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_controller)

BOOST_AUTO_TEST_CASE(an_operation_without_budgets_may_always_go) {
  controller c = two_budgets(30, 10);
  BOOST_TEST(c.earliest(0, 7) <= 0);
  c.charge(0, 7, 1000);
  BOOST_TEST(c.earliest(0, 7) <= 0);
}

BOOST_AUTO_TEST_CASE(the_first_request_goes_at_once_and_the_next_an_interval_later) {
  controller c = two_budgets(30, 10);
  BOOST_TEST(c.earliest(0, chat) <= 0);
  c.charge(0, chat, 10 * time::second);
  BOOST_TEST(c.earliest(0, chat) == 12 * time::second);
}

BOOST_AUTO_TEST_CASE(a_request_that_draws_on_two_budgets_waits_for_both_and_charges_both) {
  controller c = two_budgets(30, 10);
  c.charge(0, create, 0);
  BOOST_TEST(c.earliest(0, chat) == 2 * time::second);
  BOOST_TEST(c.earliest(0, create) == 6 * time::second);
  c.charge(0, chat, 5 * time::second);
  BOOST_TEST(c.earliest(0, create) == 7 * time::second);
}

BOOST_AUTO_TEST_CASE(addresses_have_budgets_of_their_own) {
  controller c = two_budgets(30, 10, 2);
  c.charge(0, chat, 0);
  BOOST_TEST(c.earliest(1, chat) <= 0);
}

BOOST_AUTO_TEST_CASE(base_rates_that_do_not_divide_evenly_keep_their_fraction) {
  controller c(1, {{"chat", 7.0 / 60 / 50}}, adaptation{});
  c.define(chat, {0});
  c.charge(0, chat, 0);
  BOOST_TEST(time::seconds(c.earliest(0, chat)) == 60.0 * 50 / 7, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_greedy_client_that_keeps_the_interval_is_never_refused_by_a_moving_window) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 50; ++round) {
    const auto count = 1 + random() % 60;
    const double headroom = 0.05;
    controller c(1, {{"chat", static_cast<double>(count) / 60 * (1 - headroom)}}, adaptation{});
    c.define(chat, {0});
    moving_window target{count, time::minute, {}};
    // The way to the target takes anything up to what the headroom allows for.
    const auto jitter = static_cast<std::uint64_t>(headroom * static_cast<double>(time::minute));
    time::instant now = 0, arrived = 0;
    for (int i = 0; i < 400; ++i) {
      now = std::max(now, c.earliest(0, chat));
      c.charge(0, chat, now);
      arrived = std::max(arrived, now + static_cast<time::instant>(random() % jitter));
      BOOST_TEST_REQUIRE(target.admit(arrived));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lower_multiplier_widens_the_interval_of_the_request_that_comes_next) {
  controller c(1, {{"chat", 0.5}}, adaptation{});
  c.define(chat, {0});
  c.charge(0, chat, 0);
  for (int i = 0; i < 10; ++i) c.count(0, chat, i < 2);
  const auto changes = c.adapt();
  BOOST_TEST_REQUIRE(changes.size() == 1u);
  BOOST_TEST(changes[0].window_ratio == 0.2);
  BOOST_TEST(changes[0].to == 0.8);
  BOOST_TEST(c.earliest(0, chat) == time::from_seconds(2.5));
}

BOOST_AUTO_TEST_CASE(each_window_is_judged_by_its_own_share_alone) {
  controller c(1, {{"chat", 0.5}}, adaptation{});
  c.define(chat, {0});
  for (int i = 0; i < 100; ++i) c.count(0, chat, true);
  c.adapt();
  BOOST_TEST(c.multiplier(0, chat) == 0.8);
  for (int i = 0; i < 100; ++i) c.count(0, chat, i < 5);  // 5 %: neither
  BOOST_TEST(c.adapt().empty());
  for (int i = 0; i < 100; ++i) c.count(0, chat, false);
  BOOST_TEST(c.adapt().size() == 1u);
  BOOST_TEST(c.multiplier(0, chat) == 0.88, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_window_without_requests_changes_nothing) {
  controller c(1, {{"chat", 0.5}}, adaptation{});
  c.define(chat, {0});
  c.count(0, chat, true);
  c.adapt();
  BOOST_TEST(c.adapt().empty());
  BOOST_TEST(c.multiplier(0, chat) == 0.8);
}

BOOST_AUTO_TEST_CASE(the_multiplier_stays_within_its_bounds) {
  controller c(1, {{"chat", 0.5}}, adaptation{});
  c.define(chat, {0});
  for (int window = 0; window < 40; ++window) {
    c.count(0, chat, true);
    c.adapt();
  }
  BOOST_TEST(c.multiplier(0, chat) == 0.1);
  for (int window = 0; window < 40; ++window) {
    c.count(0, chat, false);
    c.adapt();
  }
  BOOST_TEST(c.multiplier(0, chat) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_factor_set_by_hand_holds_for_all_rates_beside_what_adaptation_does) {
  controller c = two_budgets(60, 10);
  c.charge(0, chat, 0);
  c.set_manual(2);
  BOOST_TEST(c.earliest(0, chat) == time::second / 2);
  BOOST_TEST(c.multiplier(0, chat) == 2.0);
  BOOST_TEST(c.mean_multiplier() == 2.0);
  c.count(0, chat, true);
  const auto changes = c.adapt();
  BOOST_TEST_REQUIRE(changes.size() == 1u);
  BOOST_TEST(changes[0].from == 1.0);  // of adaptation's own part
  BOOST_TEST(changes[0].to == 0.8);
  BOOST_TEST(c.multiplier(0, chat) == 1.6, boost::test_tools::tolerance(1e-12));
  c.set_manual(1);
  BOOST_TEST(c.earliest(0, chat) == time::second * 5 / 4);
}

BOOST_AUTO_TEST_CASE(multipliers_belong_to_an_address_and_an_operation) {
  controller c = two_budgets(30, 10, 2);
  c.count(1, create, true);
  const auto changes = c.adapt();
  BOOST_TEST_REQUIRE(changes.size() == 1u);
  BOOST_TEST(changes[0].address == 1u);
  BOOST_TEST(changes[0].operation == create);
  BOOST_TEST(c.multiplier(0, create) == 1.0);
  BOOST_TEST(c.multiplier(1, chat) == 1.0);
  BOOST_TEST(c.mean_multiplier() == 0.95, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_hold_keeps_an_operation_back_and_no_other) {
  controller c = two_budgets(30, 10);
  c.hold(0, chat, 40 * time::second);
  c.hold(0, chat, 20 * time::second);
  BOOST_TEST(c.earliest(0, chat) == 40 * time::second);
  BOOST_TEST(c.earliest(0, create) <= 0);
}

BOOST_AUTO_TEST_CASE(operations_may_be_defined_while_the_run_goes_on) {
  controller c = two_budgets(30, 10, 3);
  c.charge(2, chat, 100);
  c.count(2, chat, true);
  c.adapt();
  c.define(9, {1});
  BOOST_TEST(c.multiplier(2, chat) == 0.8);
  c.charge(2, 9, time::second);
  BOOST_TEST(c.earliest(2, 9) == 7 * time::second);
}

BOOST_AUTO_TEST_SUITE_END()
