// The plan's arithmetic on plans whose figures can be worked out by hand.
#include "load/arithmetic.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace lsrun;
using load::distribution;
using lsrun::time::minute;
using lsrun::time::second;

namespace {

constexpr double a_minute = 1.0 / 60;

// The heavy load: 1000 sessions in an hour from 20 addresses.
load::figures heavy() {
  load::figures f;
  f.addresses = 20;
  f.headroom = 0.05;
  f.budgets = {{"chat", 30 * a_minute}, {"create_session", 10 * a_minute}, {"default", 100 * a_minute}};
  f.phases = {{"startup", 5 * minute, 200, load::ramp::linear},
              {"growth", 25 * minute, 1000, load::ramp::linear},
              {"steady", 25 * minute, 1000, load::ramp::hold},
              {"cleanup", 5 * minute, 0, load::ramp::linear}};
  f.max_sessions = 1000;
  f.think = {distribution::kind::constant, 120e9, 0};
  f.expire_after = lsrun::time::hour;
  f.created_at_least = 0.5;
  return f;
}

bool has(const load::estimate& e, const std::string& text, bool misfit) {
  for (const auto& f : e.findings)
    if (f.misfit == misfit && (f.phase + ": " + f.text + "; " + f.advice).find(text) != std::string::npos) return true;
  return false;
}

std::string all(const load::estimate& e) {
  std::string out;
  for (const auto& f : e.findings) out += (f.misfit ? "x " : "- ") + f.phase + ": " + f.text + "; " + f.advice + "\n";
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_arithmetic, *boost::unit_test::tolerance(1e-9))

BOOST_AUTO_TEST_CASE(permits_are_limits_less_headroom_times_addresses) {
  const auto f = heavy();
  BOOST_TEST(*load::permits_per_second(f, "chat") * 3600 == 30 * 60 * 0.95 * 20);
  BOOST_TEST(*load::permits_per_second(f, "create_session") * 60 == 190.0);
  BOOST_TEST(*load::permits_per_second(f, "delete_session") * 60 == 1900.0);  // falls to default
  auto open = f;
  open.unlimited = {"chat"};
  open.budgets = {{"default", 1}};
  BOOST_TEST(!load::permits_per_second(open, "chat").has_value());
  open.budgets.clear();
  BOOST_TEST(!load::permits_per_second(open, "anything").has_value());
}

BOOST_AUTO_TEST_CASE(the_heavy_load_fits_and_its_figures_are_those_of_the_plan) {
  const auto e = load::estimate_of(heavy());
  BOOST_TEST(e.fits(), all(e));
  BOOST_REQUIRE(e.phases.size() == 4u);
  BOOST_TEST(e.phases[0].create == 200);
  BOOST_TEST(e.phases[1].create == 800);
  BOOST_TEST(e.phases[2].create == 0);
  BOOST_TEST(e.phases[3].close == 1000);
  BOOST_TEST(*e.phases[1].create_permits == 190.0 * 25);
  BOOST_TEST(*e.phases[2].turns_wanted == 1000.0 / 120);
  BOOST_TEST(*e.phases[2].turns_allowed == 9.5);
  BOOST_TEST(*e.phases[2].turns_expected == 1000.0 / 120);
  BOOST_TEST(e.phases[2].throttle == 0);
  BOOST_TEST(e.sessions_created == 1000);
  BOOST_TEST(*e.created_per_s == 1000.0 / 1800);
  BOOST_TEST(e.peak_sessions == 1000u);
  BOOST_TEST(e.peak_connections == 1000u);
  // Mean alive 100, 600, 1000 and 500 over 5, 25, 25 and 5 minutes, a turn each 120 s.
  BOOST_TEST(*e.turns == (100.0 * 300 + 600.0 * 1500 + 1000.0 * 1500 + 500.0 * 300) / 120);
  BOOST_TEST(*e.requests == *e.turns + 1000);
  BOOST_TEST(e.sessions_closed == 1000);
}

BOOST_AUTO_TEST_CASE(too_few_addresses_for_a_ramp_are_named_with_the_number_that_would_do) {
  auto f = heavy();
  f.addresses = 2;
  const auto e = load::estimate_of(f);
  BOOST_TEST(!e.fits());
  // 200 in 5 min is 40/min; one address may create 9.5/min, so 5 addresses.
  BOOST_TEST(
      has(e, "startup: creates 200 sessions in 5m (40/min), but create_session allows 95 (19/min) over 2 addresses",
          true),
      all(e));
  BOOST_TEST(has(e, "raise pool.count to 5", true), all(e));
  BOOST_TEST(has(e, "growth: creates 800 sessions in 25m (32/min)", true), all(e));
}

BOOST_AUTO_TEST_CASE(turns_beyond_the_limit_wait_and_it_says_how_long) {
  auto f = heavy();
  f.think = {distribution::kind::constant, 5e9, 0};
  const auto e = load::estimate_of(f);
  // 1000 sessions at 9.5 turns/s have one each 105.26 s, of which they think 5.
  BOOST_TEST(lsrun::time::seconds(e.phases[2].throttle) == 1000 / 9.5 - 5, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(*e.phases[2].turns_expected == 9.5);
  BOOST_TEST(has(e, "steady: asks for 200/s, the limits allow 9.5/s: a turn waits about 1.67m", false), all(e));
  BOOST_TEST(std::any_of(e.findings.begin(), e.findings.end(), [](const load::finding& one) {
    return one.advice == "1 000 sessions / 9.5/s = 105.3s from a session's turn to its next, 5s of it planned";
  }));
  BOOST_TEST(e.fits());
}

BOOST_AUTO_TEST_CASE(a_base_above_the_chat_limit_is_said_and_a_base_below_decides) {
  auto f = heavy();
  f.base = 10;
  auto e = load::estimate_of(f);
  BOOST_TEST(has(e, "the base rate asks for 10/s (30/min an address)", false), all(e));
  BOOST_TEST(has(e, "planned turns will be missed", false), all(e));
  f.base = 2;
  e = load::estimate_of(f);
  BOOST_TEST(*e.phases[2].turns_expected == 2.0);
  BOOST_TEST(e.phases[2].throttle == 0);
}

BOOST_AUTO_TEST_CASE(sessions_that_end_after_their_turns_are_created_anew_within_the_limit) {
  auto f = heavy();
  f.think = {distribution::kind::constant, 110e9, 0};
  f.turns = {distribution::kind::constant, 2, 0};
  f.phases = {{"steady", 10 * minute, 1000, load::ramp::step}};
  const auto e = load::estimate_of(f);
  const double turns_per_s = 1000.0 / 110;
  BOOST_TEST(e.phases[0].create == 1000 + turns_per_s * 600 / 2);
  BOOST_TEST(!e.fits());  // 3727 in 10 min, 1900 allowed
  BOOST_TEST(e.sessions_created == 1900);
  BOOST_TEST(e.sessions_closed == 900);  // the others are alive when the plan ends
}

BOOST_AUTO_TEST_CASE(a_step_that_creates_slower_than_at_once_says_when_the_last_session_is_there) {
  auto f = heavy();
  f.created_at_least.reset();
  f.phases = {{"burst", 10 * minute, 950, load::ramp::step}};
  const auto e = load::estimate_of(f);
  BOOST_TEST(e.fits(), all(e));
  BOOST_TEST(
      has(e, "burst: wants 950 more sessions at once; the limits allow 3.17/s, so the last is there after 5m", false),
      all(e));
  BOOST_TEST(*e.created_per_s == 190.0 / 60);
}

BOOST_AUTO_TEST_CASE(a_threshold_on_creation_that_the_phases_cannot_meet_is_a_misfit) {
  auto f = heavy();
  f.phases[1].duration = 60 * minute;  // 1000 in 65 min: 0.256/s
  auto e = load::estimate_of(f);
  BOOST_TEST(has(e, "sessions_created_per_s will be about 0.256/s, but the threshold asks for at least 0.5/s", true),
             all(e));
  f.time_scale = 60;  // the run creates 60 times as fast
  e = load::estimate_of(f);
  BOOST_TEST(e.fits(), all(e));
}

BOOST_AUTO_TEST_CASE(sessions_that_would_expire_between_two_turns_are_a_misfit) {
  auto f = heavy();
  f.base = 0.1;
  const auto e = load::estimate_of(f);
  BOOST_TEST(has(e, "steady: a session has a turn every 2.78h, but expires after 1h without one", true), all(e));
}

BOOST_AUTO_TEST_CASE(without_limits_and_think_time_nothing_is_bounded) {
  load::figures f;
  f.phases = {{"steady", minute, 100, load::ramp::step}};
  f.max_sessions = 100;
  f.connections_per_address = 8;
  const auto e = load::estimate_of(f);
  BOOST_TEST(e.fits(), all(e));
  BOOST_TEST(!e.turns.has_value());
  BOOST_TEST(!e.requests.has_value());
  BOOST_TEST(!e.created_per_s.has_value());
  BOOST_TEST(e.peak_connections == 8u);
}

BOOST_AUTO_TEST_CASE(open_arrivals_settle_where_littles_law_says) {
  load::figures f;
  f.arrivals = 2;
  f.max_sessions = 1000;
  f.think = {distribution::kind::constant, 10e9, 0};
  f.turns = {distribution::kind::constant, 5, 0};
  f.phases = {{"all", 10 * minute, 0, load::ramp::linear}};
  const auto e = load::estimate_of(f);
  BOOST_TEST(e.phases[0].create == 1200);
  BOOST_TEST(*e.phases[0].turns_wanted == 10);
  BOOST_TEST(e.phases[0].to == 100u);  // 2/s for 50 s each
}

BOOST_AUTO_TEST_CASE(no_refusals_allowed_without_headroom_is_worth_knowing) {
  auto f = heavy();
  f.headroom = 0;
  f.no_refusals = true;
  BOOST_TEST(has(load::estimate_of(f), "`headroom` is 0", false));
}

BOOST_AUTO_TEST_CASE(an_empty_plan_does_no_harm) {
  const auto e = load::estimate_of({});
  BOOST_TEST(e.fits());
  BOOST_TEST(e.phases.empty());
}

BOOST_AUTO_TEST_SUITE_END()
