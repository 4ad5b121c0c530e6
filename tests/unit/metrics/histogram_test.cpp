// The histogram counts what it was given and answers as HdrHistogram's definition says.
#include "metrics/histogram.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "metrics/histogram_layout.hpp"

using lsrun::metrics::histogram;
namespace layout = lsrun::metrics::layout;

BOOST_AUTO_TEST_SUITE(histogram_counts)

BOOST_AUTO_TEST_CASE(an_empty_histogram_has_nothing_to_say) {
  histogram h;
  BOOST_TEST(h.empty());
  BOOST_TEST(h.count() == 0u);
  BOOST_TEST(h.min() == 0);
  BOOST_TEST(h.max() == 0);
  BOOST_TEST(h.mean() == 0);
  BOOST_TEST(h.percentile(50) == 0);
  BOOST_TEST(h.count_at_or_below(1000) == 0u);
}

BOOST_AUTO_TEST_CASE(each_index_covers_the_values_between_its_ends_and_the_next_begins_there) {
  for (std::uint32_t i = 0; i < layout::counts; ++i) {
    BOOST_REQUIRE(layout::index_of(layout::lowest_at(i)) == i);
    BOOST_REQUIRE(layout::index_of(layout::highest_at(i)) == i);
    if (i + 1 < layout::counts) BOOST_REQUIRE(layout::lowest_at(i + 1) == layout::highest_at(i) + 1);
  }
  BOOST_TEST(layout::index_of(histogram::highest) < layout::counts);
}

BOOST_AUTO_TEST_CASE(values_up_to_2047_are_told_apart_and_larger_ones_to_three_digits) {
  BOOST_TEST(layout::highest_at(layout::index_of(2047)) == 2047);
  BOOST_TEST(layout::lowest_at(layout::index_of(2049)) == 2048);
  BOOST_TEST(layout::highest_at(layout::index_of(2048)) == 2049);
  for (std::int64_t v = 1; v <= histogram::highest; v += 1 + v / 97) {
    const auto i = layout::index_of(v);
    BOOST_REQUIRE(static_cast<double>(layout::highest_at(i) - layout::lowest_at(i)) <= static_cast<double>(v) / 1000);
  }
}

BOOST_AUTO_TEST_CASE(values_outside_the_range_are_counted_at_its_ends) {
  histogram h;
  h.record(-5);
  h.record(histogram::highest + 12345);
  BOOST_TEST(h.count() == 2u);
  BOOST_TEST(h.min() == 0);
  BOOST_TEST(h.max() == histogram::highest);
}

BOOST_AUTO_TEST_CASE(percentiles_of_1_to_100_are_the_numbers_themselves) {
  histogram h;
  for (int v = 1; v <= 100; ++v) h.record(v);
  for (const int p : {1, 5, 29, 50, 57, 58, 75, 90, 95, 99, 100}) BOOST_TEST(h.percentile(p) == p);
  BOOST_TEST(h.percentile(0) == 1);
  BOOST_TEST(h.percentile(99.5) == 100);
  BOOST_TEST(h.mean() == 50.5);
}

BOOST_AUTO_TEST_CASE(a_percentile_is_the_highest_value_not_told_apart_from_its_own_but_not_above_the_maximum) {
  histogram h;
  h.record(10'000);  // counted with 10000..10007
  h.record(20'001);  // counted with 20000..20015
  BOOST_TEST(h.percentile(50) == 10'007);
  BOOST_TEST(h.percentile(100) == 20'001);
  BOOST_TEST(h.max() == 20'001);
}

BOOST_AUTO_TEST_CASE(percentiles_agree_with_sorted_values_to_three_digits) {
  std::mt19937_64 random{7};
  std::lognormal_distribution<double> draw{10, 1.5};
  histogram h;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(std::min<std::int64_t>(histogram::highest, static_cast<std::int64_t>(draw(random))));
    h.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double p : {0.1, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(p / 100 * 20'000 - 1e-9)));
    const auto exact = values[rank - 1];
    BOOST_TEST(h.percentile(p) >= exact);
    BOOST_TEST(static_cast<double>(h.percentile(p) - exact) <= static_cast<double>(exact) / 1000);
  }
  BOOST_TEST(h.min() == values.front());
  BOOST_TEST(h.max() == values.back());
}

BOOST_AUTO_TEST_CASE(counts_at_or_below_a_value_include_those_not_told_apart_from_it) {
  histogram h;
  for (int v = 1; v <= 1000; ++v) h.record(v);
  h.record(1'000'000, 5);
  BOOST_TEST(h.count_at_or_below(500) == 500u);
  BOOST_TEST(h.count_at_or_below(999'999) == 1005u);
  BOOST_TEST(h.count_at_or_below(0) == 0u);
  BOOST_TEST(h.count_at_or_below(-1) == 0u);
}

BOOST_AUTO_TEST_CASE(merging_parts_gives_what_recording_everything_gives) {
  std::mt19937_64 random{3};
  histogram whole, a, b, c;
  for (int i = 0; i < 5000; ++i) {
    const auto v = static_cast<std::int64_t>(random() % 3'600'000'000u) >> random() % 30;
    whole.record(v);
    (i % 3 == 0 ? a : i % 3 == 1 ? b : c).record(v);
  }
  histogram left = a, right = c;
  left.add(b);
  left.add(c);
  right.add(b);
  right.add(a);
  BOOST_TEST((left.encode_base64() == whole.encode_base64()));  // to the byte
  BOOST_TEST((right.encode_base64() == whole.encode_base64()));
  BOOST_TEST((left == whole));
  BOOST_TEST((right == whole));
  BOOST_TEST((left.mean() == whole.mean()));
  a.record(1);
  BOOST_TEST(!(left == a));
}

BOOST_AUTO_TEST_CASE(a_cleared_histogram_is_as_good_as_a_new_one) {
  histogram h;
  h.record(5);
  h.record(5'000'000);
  h.clear();
  BOOST_TEST(h.empty());
  BOOST_TEST((h == histogram{}));
  h.record(70);
  BOOST_TEST(h.count() == 1u);
  BOOST_TEST(h.percentile(99) == 70);
  BOOST_TEST(h.min() == 70);
}

BOOST_AUTO_TEST_CASE(least_and_greatest_follow_whatever_was_known_before) {
  histogram h;
  for (const int v : {100, 300, 200}) h.record(v);
  h.set_exact(600, 150, 250);
  h.record(120);
  h.record(280);
  BOOST_TEST(h.min() == 120);
  BOOST_TEST(h.max() == 280);
  histogram later = h;
  later.record(90);
  BOOST_TEST(later.min() == 90);
  BOOST_TEST(h.min() == 120);
  h.clear();
  h.record(260);
  BOOST_TEST(h.min() == 260);
  BOOST_TEST(h.sum() == 260u);
}

BOOST_AUTO_TEST_CASE(counts_may_pass_32_bits) {
  histogram h;
  h.record(100, std::uint64_t{3} << 32);
  h.record(200, std::uint64_t{1} << 32);
  BOOST_TEST(h.count() == std::uint64_t{4} << 32);
  BOOST_TEST(h.percentile(75) == 100);
  BOOST_TEST(h.percentile(75.1) == 200);
}

BOOST_AUTO_TEST_CASE(a_coarse_copy_is_within_two_percent_and_coarse_again_it_is_the_same) {
  histogram h;
  for (std::int64_t v = 0; v < 3'000'000'000; v = v * 9 / 8 + 1) h.record(v, static_cast<std::uint64_t>(v % 5 + 1));
  const histogram c = h.coarse();
  BOOST_TEST(c.count() == h.count());
  BOOST_TEST(c.sum() == h.sum());
  BOOST_TEST(c.min() == h.min());
  BOOST_TEST(c.max() == h.max());
  for (double at = 1; at <= 100; at += 0.5)
    BOOST_TEST(static_cast<double>(c.percentile(at)) == static_cast<double>(h.percentile(at)),
               boost::test_tools::tolerance(0.02));
  BOOST_TEST((c.coarse() == c));
  BOOST_TEST(histogram{}.coarse().empty());
}

BOOST_AUTO_TEST_SUITE_END()
