// When a run's lag makes it invalid.
#include "run/lag_check.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using namespace lsrun::run;

namespace {

constexpr time::span limit = 100 * time::millisecond;

// `on_time` requests with a lag of 1 ms, `late` ones with 300 ms.
std::string judged(int on_time, int late) {
  metrics::histogram lag;
  for (int i = 0; i < on_time; ++i) lag.record(1'000);
  for (int i = 0; i < late; ++i) lag.record(300'000);
  return late_generator(lag, limit);
}

bool begins(const std::string& text, const std::string& part) { return text.rfind(part, 0) == 0; }

}  // namespace

BOOST_AUTO_TEST_SUITE(run_lag_check)

BOOST_AUTO_TEST_CASE(a_run_that_sent_nothing_is_not_late) { BOOST_TEST(judged(0, 0) == ""); }

BOOST_AUTO_TEST_CASE(one_slow_moment_does_not_judge_a_run_of_a_hundred_requests) {
  BOOST_TEST(judged(99, 1) == "");
  BOOST_TEST(judged(70, 30) == "");
  BOOST_TEST(judged(979, 20) == "");  // 2 % late, but 999 requests
}

BOOST_AUTO_TEST_CASE(a_short_run_is_late_when_most_of_its_requests_are) {
  BOOST_TEST(begins(judged(49, 51), "lag p50 was 300ms, more than run.lag_limit 100ms: "));
  BOOST_TEST(begins(judged(0, 1), "lag p50 was "));
}

BOOST_AUTO_TEST_CASE(from_a_thousand_requests_on_the_99th_percentile_judges) {
  BOOST_TEST(judged(990, 10) == "");
  BOOST_TEST(begins(judged(980, 20), "lag p99 was 300ms, more than run.lag_limit 100ms: "));
}

BOOST_AUTO_TEST_CASE(lag_up_to_the_limit_is_allowed) {
  metrics::histogram lag;
  lag.record(100'000);
  BOOST_TEST(late_generator(lag, limit) == "");
  BOOST_TEST(late_generator(lag, limit - 1) != "");
}

BOOST_AUTO_TEST_SUITE_END()
