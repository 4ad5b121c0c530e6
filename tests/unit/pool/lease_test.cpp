// Which client address a new session gets.
#include "pool/lease.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

using lsrun::pool::lease;

BOOST_AUTO_TEST_SUITE(leasing)

BOOST_AUTO_TEST_CASE(addresses_take_turns) {
  lease l(5);
  for (std::uint32_t round = 0; round < 3; ++round)
    for (std::uint32_t i = 0; i < 5; ++i) BOOST_TEST(l.next() == i);
  BOOST_TEST(l.sessions(4) == 3u);
}

BOOST_AUTO_TEST_CASE(an_address_that_lost_a_session_is_next) {
  lease l(4);
  for (int i = 0; i < 8; ++i) l.next();
  l.release(2);
  BOOST_TEST(l.next() == 2u);
  BOOST_TEST(l.next() == 0u);
}

BOOST_AUTO_TEST_CASE(among_equals_the_one_given_out_longest_ago_is_next) {
  lease l(3);
  for (int i = 0; i < 3; ++i) l.next();
  l.release(2);
  l.release(0);
  BOOST_TEST(l.next() == 0u);
  BOOST_TEST(l.next() == 2u);
  BOOST_TEST(l.next() == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_that_opens_and_closes_at_once_does_not_stick_to_one_address) {
  lease l(4);
  for (int i = 0; i < 40; ++i) {
    const auto address = l.next();
    BOOST_TEST(address == static_cast<std::uint32_t>(i % 4));
    l.release(address);
  }
}

BOOST_AUTO_TEST_CASE(releasing_what_is_not_leased_changes_nothing) {
  lease l(2);
  l.release(1);
  BOOST_TEST(l.sessions(1) == 0u);
  BOOST_TEST(l.next() == 0u);
  BOOST_TEST(l.next() == 1u);
}

BOOST_AUTO_TEST_CASE(the_spread_never_exceeds_one_while_sessions_only_come) {
  lease l(37);
  for (int i = 0; i < 10000; ++i) l.next();
  std::uint64_t least = UINT64_MAX, most = 0;
  for (std::uint32_t i = 0; i < 37; ++i) {
    least = std::min(least, l.sessions(i));
    most = std::max(most, l.sessions(i));
  }
  BOOST_TEST(most - least <= 1u);
}

BOOST_AUTO_TEST_CASE(each_choice_is_a_least_loaded_address_whatever_ends) {
  constexpr std::uint32_t addresses = 23;
  lease l(addresses);
  std::vector<std::uint32_t> open;
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    if (!open.empty() && random() % 100 < 48) {
      const auto at = random() % open.size();
      l.release(open[at]);
      open[at] = open.back();
      open.pop_back();
      continue;
    }
    std::uint64_t least = UINT64_MAX;
    for (std::uint32_t a = 0; a < addresses; ++a) least = std::min(least, l.sessions(a));
    const auto chosen = l.next();
    BOOST_REQUIRE_EQUAL(l.sessions(chosen), least + 1);
    open.push_back(chosen);
  }
  std::uint64_t sum = 0;
  for (std::uint32_t a = 0; a < addresses; ++a) sum += l.sessions(a);
  BOOST_TEST(sum == open.size());
}

BOOST_AUTO_TEST_SUITE_END()
