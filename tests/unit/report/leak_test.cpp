// Leak and recovery, on series whose truth is known.
#include "report/leak.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "report/recovery.hpp"

using namespace lsrun::report;

namespace {

constexpr double MiB = 1024 * 1024;

// A process of 60 MiB that warms up for a while, with noise of 40 KiB and, if wanted, a leak and a garbage collector
// that lets 30 MiB gather in every `saw_s` seconds.
std::vector<memory_sample> process(unsigned seed, double leak_per_s, double saw_s, int seconds = 300) {
  std::mt19937 source(seed);
  std::normal_distribution<double> noise(0, 40 * 1024);
  std::uniform_real_distribution<double> phase(0, 1);
  const double shift = phase(source);
  std::vector<memory_sample> samples;
  for (int t = 0; t < seconds; ++t) {
    double rss = 60 * MiB + 20 * MiB * (1 - std::exp(-t / (0.02 * seconds))) + noise(source) + leak_per_s * t;
    if (saw_s > 0) rss += 30 * MiB * std::fmod(t / saw_s + shift, 1.0);
    samples.push_back({t + 0.5, rss, 10});
  }
  return samples;
}

// A process of 7 MiB without a leak whose garbage is collected about twice a second: teeth of 2.4 to 4 MiB in 0.35 to
// 0.65 s, so that a look a second finds it anywhere on a tooth.
std::vector<memory_sample> irregular_teeth(unsigned seed) {
  std::mt19937 source(seed);
  std::uniform_real_distribution<double> chance(0, 1);
  std::vector<memory_sample> samples;
  double from = -chance(source), length = 1, height = 3 * MiB;
  for (int second = 0; second < 120; ++second) {
    const double t = second + 0.5;
    while (t >= from + length) {
      from += length;
      length = 0.35 + 0.3 * chance(source);
      height = (2.4 + 1.6 * chance(source)) * MiB;
    }
    samples.push_back({t, 7 * MiB + height * (t - from) / length, 45});
  }
  return samples;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(leak)

BOOST_AUTO_TEST_CASE(a_leak_of_2_kib_a_session_is_suspected_every_time) {
  for (unsigned seed = 0; seed < 20; ++seed)
    for (const double saw : {0.0, 3.0}) {
      const auto v = judge_leak(process(seed, 10 * 2048, saw));
      BOOST_TEST_CONTEXT("seed " << seed << ", saw teeth of " << saw << " s") {
        BOOST_TEST((v.word == leak_word::suspected));
        BOOST_TEST(v.bytes_per_hour == 10 * 2048 * 3600.0, boost::test_tools::tolerance(0.1));
        BOOST_TEST(v.least > 0.0);
        BOOST_TEST(v.least <= v.bytes_per_hour);
        BOOST_TEST(v.bytes_per_hour <= v.most);
        BOOST_REQUIRE(v.bytes_per_session.has_value());
        if (saw == 0) BOOST_TEST(*v.bytes_per_session == 2048, boost::test_tools::tolerance(0.1));
      }
    }
}

BOOST_AUTO_TEST_CASE(no_leak_is_not_suspected_every_time) {
  for (unsigned seed = 0; seed < 20; ++seed)
    for (const double saw : {0.0, 3.0, 20.0}) BOOST_TEST_CONTEXT("seed " << seed << ", saw teeth of " << saw << " s")
  BOOST_TEST((judge_leak(process(seed, 0, saw)).word != leak_word::suspected));
  for (unsigned seed = 0; seed < 20; ++seed) {
    BOOST_TEST((judge_leak(process(seed, 0, 0)).word == leak_word::not_suspected));
    BOOST_TEST((judge_leak(process(seed, 0, 3)).word == leak_word::not_suspected));
  }
}

BOOST_AUTO_TEST_CASE(irregular_teeth_accuse_nobody) {
  // Of a thousand such runs a 95 % interval alone accuses several.
  for (unsigned seed = 0; seed < 1000; ++seed)
    BOOST_REQUIRE_MESSAGE((judge_leak(irregular_teeth(seed)).word != leak_word::suspected), "seed " << seed);
}

BOOST_AUTO_TEST_CASE(one_leap_is_no_leak) {
  auto samples = process(1, 0, 0);
  for (std::size_t i = 200; i < samples.size(); ++i) samples[i].rss_bytes += 3 * MiB;
  BOOST_TEST((judge_leak(samples).word != leak_word::suspected));
}

BOOST_AUTO_TEST_CASE(a_short_or_absent_series_cannot_tell) {
  BOOST_TEST((judge_leak({}).word == leak_word::too_short_to_tell));
  BOOST_TEST(!judge_leak({}).why.empty());
  BOOST_TEST((judge_leak(process(1, 20480, 0, 15)).word == leak_word::too_short_to_tell));
  // Teeth longer than the span: which way it goes cannot be told.
  BOOST_TEST((judge_leak(process(1, 0, 400, 120)).word != leak_word::not_suspected));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(recovery)

namespace {
std::vector<service_sample> seconds(double from, int n, double success, double p95) {
  std::vector<service_sample> list;
  for (int i = 0; i < n; ++i) list.push_back({from + i, from + i + 1, success, p95});
  return list;
}
std::vector<service_sample> operator+(std::vector<service_sample> a, const std::vector<service_sample>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_time_until_success_and_p95_are_back) {
  const auto before = seconds(0, 30, 1.0, 0.2);
  auto v =
      judge_recovery(before, seconds(60, 7, 0.5, 2.0) + seconds(67, 4, 1.0, 1.0) + seconds(71, 20, 0.99, 0.21), 60);
  BOOST_REQUIRE(v.has_value());
  BOOST_REQUIRE(v->seconds.has_value());
  BOOST_TEST(*v->seconds == 11.0);
  BOOST_TEST(v->success_before == 1.0);
  BOOST_TEST(v->p95_before_s == 0.2);
  v = judge_recovery(before, seconds(60, 20, 1.0, 0.2), 60);
  BOOST_TEST(*v->seconds == 0.0);
}

BOOST_AUTO_TEST_CASE(a_good_moment_between_bad_ones_is_no_recovery) {
  const auto before = seconds(0, 30, 1.0, 0.2);
  const auto after =
      seconds(60, 5, 0.2, 3) + seconds(65, 2, 1.0, 0.2) + seconds(67, 5, 0.2, 3) + seconds(72, 3, 1, 0.2);
  BOOST_TEST(*judge_recovery(before, after, 60)->seconds == 12.0);
  BOOST_TEST(!judge_recovery(before, seconds(60, 40, 0.7, 0.2), 60)->seconds.has_value());
  BOOST_TEST(!judge_recovery(before, seconds(60, 40, 1, 0.26), 60)->seconds.has_value());
}

BOOST_AUTO_TEST_CASE(without_a_before_or_an_after_nothing_is_judged) {
  BOOST_TEST(!judge_recovery({}, seconds(60, 5, 1, 1), 60).has_value());
  BOOST_TEST(!judge_recovery(seconds(0, 5, 1, 1), {}, 60).has_value());
  // Seconds in which nothing was asked do not count.
  auto quiet = seconds(60, 5, 1, 0.2);
  quiet[1].success.reset();
  BOOST_TEST(judge_recovery(seconds(0, 5, 1, 0.2), quiet, 60)->seconds.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
