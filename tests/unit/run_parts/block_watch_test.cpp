// Calls of plugins that hold a worker's thread, looked at by invented seconds.
#include "run/block_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using run::block_watch;

namespace {
constexpr time::span s = time::second;
}

BOOST_AUTO_TEST_SUITE(watching_for_blocks)

BOOST_AUTO_TEST_CASE(a_call_that_lasts_is_told_once_while_it_lasts_and_once_when_it_is_over) {
  block_watch watch(1);
  BOOST_TEST(!watch.look(0, 7, 100, 0));
  BOOST_TEST(!watch.look(0, 7, 100, s - 1));
  const auto begun = watch.look(0, 7, 100, s);
  BOOST_REQUIRE(begun.has_value());
  BOOST_TEST((begun->in == 7 && begun->lasting == s && !begun->over));
  BOOST_TEST(!watch.look(0, 7, 100, 2 * s));
  const auto over = watch.look(0, 0, 101, 4 * s);
  BOOST_REQUIRE(over.has_value());
  BOOST_TEST((over->in == 7 && over->lasting == 4 * s && over->over));
  BOOST_TEST(!watch.look(0, 0, 101, 5 * s));
}

BOOST_AUTO_TEST_CASE(a_thread_that_goes_on_is_none_though_it_is_always_seen_in_the_same_call) {
  block_watch watch(1);
  for (std::uint64_t second = 0; second < 9; ++second)
    BOOST_TEST(!watch.look(0, 7, 100 + second, static_cast<time::instant>(second) * s));
}

BOOST_AUTO_TEST_CASE(a_thread_that_waits_for_work_is_none) {
  block_watch watch(1);
  for (int second = 0; second < 9; ++second) BOOST_TEST(!watch.look(0, 0, 100, second * s));
}

BOOST_AUTO_TEST_CASE(workers_are_looked_at_apart_and_one_block_may_follow_another) {
  block_watch watch(2);
  watch.look(0, 7, 1, 0);
  watch.look(1, 9, 1, 0);
  BOOST_TEST(watch.look(1, 9, 1, s)->in == 9u);
  BOOST_TEST(!watch.look(0, 8, 2, s));
  const auto first_over = watch.look(1, 10, 2, 2 * s);
  BOOST_REQUIRE(first_over.has_value());
  BOOST_TEST(first_over->over);
  BOOST_TEST(watch.look(1, 10, 2, 3 * s)->in == 10u);
}

BOOST_AUTO_TEST_SUITE_END()
