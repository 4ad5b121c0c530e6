#include "load/phases.hpp"

#include <boost/test/unit_test.hpp>

#include "load/arrivals.hpp"
#include "load/distribution.hpp"
#include "load/stream.hpp"

namespace {

using namespace lsrun;
using load::phases;
using load::ramp;

// The plan's heavy load.
phases heavy() {
  return phases({{"startup", 5 * time::minute, 200, ramp::linear},
                 {"growth", 25 * time::minute, 1000, ramp::linear},
                 {"steady", 25 * time::minute, 0, ramp::hold},
                 {"cleanup", 5 * time::minute, 0, ramp::linear}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_phases)

BOOST_AUTO_TEST_CASE(a_linear_ramp_reaches_its_number_at_the_phases_end) {
  const phases p = heavy();
  BOOST_TEST(p.wanted(0) == 0u);
  BOOST_TEST(p.wanted(150 * time::second) == 100u);
  BOOST_TEST(p.wanted(5 * time::minute) == 200u);
  BOOST_TEST(p.wanted(30 * time::minute) == 1000u);
  BOOST_TEST(p.wanted(40 * time::minute) == 1000u);
  BOOST_TEST(p.wanted(60 * time::minute) == 0u);
  BOOST_TEST(p.wanted(99 * time::minute) == 0u);
  BOOST_TEST(p.largest() == 1000u);
}

BOOST_AUTO_TEST_CASE(phases_follow_each_other_without_a_gap) {
  const phases p = heavy();
  BOOST_TEST(p.at(0) == 0u);
  BOOST_TEST(p.at(5 * time::minute - 1) == 0u);
  BOOST_TEST(p.at(5 * time::minute) == 1u);
  BOOST_TEST(p.at(59 * time::minute) == 3u);
  BOOST_TEST(p.at(61 * time::minute) == 3u);
  BOOST_TEST(p.end() == time::hour);
}

BOOST_AUTO_TEST_CASE(walking_from_change_to_change_meets_every_number_once) {
  const phases p = heavy();
  time::span at = 0;
  std::uint64_t last = p.wanted(0), steps = 0;
  while ((at = p.next_change(at)) != time::never) {
    const std::uint64_t now = p.wanted(at);
    BOOST_TEST_REQUIRE((now == last || now == last + 1 || now + 1 == last));
    last = now;
    BOOST_TEST_REQUIRE(++steps < 3000u);
  }
  BOOST_TEST(last == 0u);
  BOOST_TEST(steps >= 2000u);
}

BOOST_AUTO_TEST_CASE(a_step_changes_at_once_and_a_hold_not_at_all) {
  const phases p({{"a", time::second, 7, ramp::step}, {"b", time::second, 99, ramp::hold}});
  BOOST_TEST(p.wanted(0) == 7u);
  BOOST_TEST(p.next_change(0) == time::second);
  BOOST_TEST(p.wanted(2 * time::second) == 7u);
}

BOOST_AUTO_TEST_CASE(shares_of_workers_add_up_to_the_whole) {
  for (std::uint32_t addresses = 1; addresses < 12; ++addresses)
    for (std::uint32_t workers = 1; workers <= addresses; ++workers)
      for (std::uint64_t total = 0; total < 40; ++total) {
        std::vector<std::uint64_t> counted(workers);
        for (std::uint64_t n = 0; n < total; ++n) ++counted[n % addresses % workers];
        for (std::uint32_t w = 0; w < workers; ++w)
          BOOST_TEST_REQUIRE(load::share_of(total, addresses, w, workers) == counted[w]);
      }
}

BOOST_AUTO_TEST_CASE(constant_arrivals_keep_their_rate_without_drift) {
  load::arrivals a(load::arrivals::kind::constant, 3, 1);
  for (int i = 0; i < 3'000'000; ++i) a.step();
  BOOST_TEST(time::seconds(a.next()) == 1'000'000.0);
}

BOOST_AUTO_TEST_CASE(poisson_arrivals_have_the_rate_and_the_spread_of_their_kind) {
  load::arrivals a(load::arrivals::kind::poisson, 2, 42);
  const int count = 200'000;
  double last = 0, squares = 0;
  for (int i = 0; i < count; ++i) {
    const double gap = time::seconds(a.next()) - last;
    last = time::seconds(a.next());
    squares += gap * gap;
    a.step();
  }
  BOOST_TEST(last / count == 0.5, boost::test_tools::tolerance(0.01));
  BOOST_TEST(squares / count == 2 * 0.25, boost::test_tools::tolerance(0.02));  // E[x^2] = 2 / rate^2
}

BOOST_AUTO_TEST_CASE(draws_have_the_mean_that_the_distribution_says) {
  using kind = load::distribution::kind;
  for (const load::distribution d : {load::distribution{kind::constant, 5, 0},
                                     {kind::uniform, 2, 8},
                                     {kind::exponential, 3, 0},
                                     {kind::lognormal, 2, 0.5},
                                     {kind::normal, 9, 1}}) {
    double sum = 0;
    for (std::uint64_t i = 0; i < 200'000; ++i) {
      const double x = d.draw(load::mix(3, i, 1));
      BOOST_TEST_REQUIRE(x >= 0);
      sum += x;
    }
    BOOST_TEST(sum / 200'000 == d.mean(), boost::test_tools::tolerance(0.01));
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_decides_the_same) {
  BOOST_TEST(load::mix(1, 2, 3) == load::mix(1, 2, 3));
  BOOST_TEST(load::mix(1, 2, 3) != load::mix(1, 3, 2));
  BOOST_TEST(load::mix(1, 2, 3) != load::mix(2, 2, 3));
  BOOST_TEST(load::stream(load::mixed(1), 2)[3] == load::mix(1, 2, 3));
}

BOOST_AUTO_TEST_SUITE_END()
