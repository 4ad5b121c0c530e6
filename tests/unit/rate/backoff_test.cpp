#include "rate/backoff.hpp"

#include <boost/test/unit_test.hpp>

#include "load/distribution.hpp"

namespace {

using namespace lsrun;
using model::outcome;
constexpr std::uint64_t largest = ~std::uint64_t{0};

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_backoff)

BOOST_AUTO_TEST_CASE(waits_double_from_the_first_to_the_most) {
  rate::retry_policy p;
  p.full_jitter = false;
  const double expected[] = {1, 2, 4, 8, 16, 32, 60, 60};
  for (std::uint32_t attempt = 1; attempt <= 8; ++attempt)
    BOOST_TEST(time::seconds(rate::backoff(p, attempt, 0)) == expected[attempt - 1]);
  BOOST_TEST(time::seconds(rate::backoff(p, 4'000'000'000u, 0)) == 60);
}

BOOST_AUTO_TEST_CASE(full_jitter_spreads_a_herd_evenly_over_the_wait) {
  rate::retry_policy p;
  double sum = 0, least = 1e9, most = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double wait = time::seconds(rate::backoff(p, 3, load::mix(1, i, 0)));
    sum += wait;
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  BOOST_TEST(sum / 10'000 == 2.0, boost::test_tools::tolerance(0.03));
  BOOST_TEST(least < 0.01);
  BOOST_TEST(most > 3.99);
  BOOST_TEST(most <= 4.0);
}

BOOST_AUTO_TEST_CASE(a_refusal_waits_as_long_as_the_target_asked_but_no_longer_than_the_most) {
  const rate::retry_policy p;
  BOOST_TEST(*wait_before_retry(p, outcome::rate_limited, 1, 7 * time::second, largest) == 7 * time::second);
  BOOST_TEST(*wait_before_retry(p, outcome::rate_limited, 1, 1000 * time::second, largest) == 60 * time::second);
  BOOST_TEST(*wait_before_retry(p, outcome::rate_limited, 1, 0, largest) == 0);
}

BOOST_AUTO_TEST_CASE(only_refusals_and_missing_connections_are_tried_again) {
  const rate::retry_policy p;
  for (const outcome o : {outcome::ok, outcome::business_error, outcome::timeout, outcome::server_error,
                          outcome::client_error, outcome::protocol_error, outcome::cancelled, outcome::empty_poll})
    BOOST_TEST(!wait_before_retry(p, o, 1, std::nullopt, largest));
  BOOST_TEST(!!wait_before_retry(p, outcome::rate_limited, 1, std::nullopt, largest));
  BOOST_TEST(!!wait_before_retry(p, outcome::connect_error, 1, std::nullopt, largest));
}

BOOST_AUTO_TEST_CASE(attempts_end_at_their_limit) {
  const rate::retry_policy p;
  BOOST_TEST(!!wait_before_retry(p, outcome::rate_limited, 4, std::nullopt, 0));
  BOOST_TEST(!wait_before_retry(p, outcome::rate_limited, 5, std::nullopt, 0));
  BOOST_TEST(!wait_before_retry(p, outcome::rate_limited, 5, time::second, 0));
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date) {
  const std::int64_t now = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
  BOOST_TEST(*rate::parse_retry_after("120", now) == 120 * time::second);
  BOOST_TEST(*rate::parse_retry_after(" 3 ", now) == 3 * time::second);
  BOOST_TEST(*rate::parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now) == 10 * time::second);
  BOOST_TEST(*rate::parse_retry_after("Sun, 06 Nov 1994 08:49:27 GMT", now) == 0);
  BOOST_TEST(*rate::parse_retry_after("99999999999", now) == 86'400 * time::second);
  for (const char* bad : {"", "soon", "-1", "1.5", "Sun, 06 Nov 1994", "120 s"})
    BOOST_TEST(!rate::parse_retry_after(bad, now));
}

BOOST_AUTO_TEST_SUITE_END()
