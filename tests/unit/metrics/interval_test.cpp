// Intervals add up to the same whatever the order and the grouping.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>
#include <tuple>

#include "unit/metrics/invented.hpp"

using lsrun::metrics::interval;
using lsrun::test::invented_interval;
using lsrun::test::text_of;
namespace metrics = lsrun::metrics;

namespace {

template <class Add>
interval merged(const std::vector<interval>& parts, const std::vector<std::size_t>& order, std::mt19937_64& random,
                Add add) {
  // A random binary tree over the parts in this order.
  std::vector<interval> nodes;
  for (const std::size_t i : order) {
    interval leaf;
    add(leaf, parts[i]);
    nodes.push_back(std::move(leaf));
  }
  while (nodes.size() > 1) {
    const std::size_t at = random() % (nodes.size() - 1);
    add(nodes[at], nodes[at + 1]);
    nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  return nodes.empty() ? interval{} : nodes[0];
}

template <class Make, class Add>
void check_any_order_and_grouping(Make make, Add add) {
  std::mt19937_64 random{42};
  for (int round = 0; round < 30; ++round) {
    std::vector<interval> parts;
    for (std::size_t i = 0; i < 2 + random() % 6; ++i) parts.push_back(make(random, static_cast<int>(i)));
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    interval plain;
    for (const interval& p : parts) add(plain, p);
    const std::string wanted = text_of(plain);
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
      BOOST_REQUIRE_EQUAL(text_of(merged(parts, order, random, add)), wanted);
      std::shuffle(order.begin(), order.end(), random);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(intervals)

BOOST_AUTO_TEST_CASE(workers_of_the_same_second_merge_in_any_order_and_grouping) {
  check_any_order_and_grouping(
      [](std::mt19937_64& random, int) {
        interval i = invented_interval(random, 3);
        i.generator.reset();  // one for the process: sampled once, by the runner
        i.target.reset();
        i.series = {};
        return i;
      },
      [](interval& to, const interval& from) { to.add_same_time(from); });
}

BOOST_AUTO_TEST_CASE(seconds_of_a_run_merge_in_any_order_and_grouping) {
  check_any_order_and_grouping(
      [](std::mt19937_64& random, int at) {
        interval i = invented_interval(random, at);
        i.generator = lsrun::metrics::generator_sample{0.25 * at, 1000u + at, 20, 4, 10u + at};
        i.target.emplace().rss_bytes = 5000u + at;
        i.series.values = {at * 0.5, std::nullopt};
        return i;
      },
      [](interval& to, const interval& from) { to.add_later(from); });
}

// As a long run has them: second by second; besides, seconds out of order, workers of the same second, ties but for the
// last field, and rows that are in no order.
BOOST_AUTO_TEST_CASE(what_was_adjusted_and_done_by_hand_is_as_if_all_of_it_had_been_sorted) {
  std::mt19937_64 random{7};
  const auto below = [&](std::uint64_t n) { return static_cast<double>(random() % n); };
  const auto key = [](const auto& row) {
    return std::tie(row.at_s, row.address, row.operation, row.window_ratio, row.from, row.to);
  };
  for (int round = 0; round < 60; ++round) {
    const bool in_time = round % 2 == 0, in_order = round % 3 != 0;
    const auto by_key = [&](const auto& a, const auto& b) { return key(a) < key(b); };
    std::vector<metrics::rate_adjustment> all;
    std::vector<metrics::run_event> events;
    interval sum;
    for (int second = 0; second < 40; ++second) {
      interval i;
      i.start_s = in_time ? second : below(40);
      i.end_s = i.start_s + 1;
      for (double n = below(12); n > 0; --n)
        i.adjustments.push_back({i.start_s + below(4) / 4, static_cast<std::uint32_t>(below(3)),
                                 static_cast<std::uint32_t>(below(2)), below(2), below(2), below(3)});
      if (in_order) std::sort(i.adjustments.begin(), i.adjustments.end(), by_key);
      for (double n = below(3); n > 0; --n)
        i.events.push_back({i.start_s + below(4) / 4, below(2) == 0 ? "pause" : "resume", "", below(2)});
      all.insert(all.end(), i.adjustments.begin(), i.adjustments.end());
      events.insert(events.end(), i.events.begin(), i.events.end());
      if (below(2) == 0)
        sum.add_later(i);
      else
        sum.add_same_time(i);
    }
    std::sort(all.begin(), all.end(), by_key);
    const auto by_event = [](const auto& a, const auto& b) {
      return std::tie(a.at_s, a.what, a.text, a.value) < std::tie(b.at_s, b.what, b.text, b.value);
    };
    std::sort(events.begin(), events.end(), by_event);
    BOOST_TEST(std::equal(all.begin(), all.end(), sum.adjustments.begin(), sum.adjustments.end(),
                          [&](const auto& a, const auto& b) { return key(a) == key(b); }));
    BOOST_TEST((sum.events == events));
  }
}

BOOST_AUTO_TEST_CASE(adding_nothing_changes_nothing) {
  std::mt19937_64 random{1};
  for (int round = 0; round < 20; ++round) {
    interval canonical;
    canonical.add_later(invented_interval(random, 5));
    const std::string before = text_of(canonical);
    canonical.add_later(interval{});
    canonical.add_same_time(interval{});
    BOOST_TEST(text_of(canonical) == before);
  }
}

BOOST_AUTO_TEST_CASE(levels_add_up_over_workers_and_are_taken_over_in_time) {
  interval a, b;
  a.end_s = b.end_s = 1;
  a.sessions.alive = 3;
  b.sessions.alive = 4;
  a.sessions.peak_alive = 5;
  b.sessions.peak_alive = 4;
  a.creating_s = 0.5;
  b.creating_s = 1;
  a.multiplier = 1;
  b.multiplier = 0.5;
  b.multiplier_weight = 3;
  interval second = a;
  second.add_same_time(b);
  BOOST_TEST(second.sessions.alive == 7u);
  BOOST_TEST(second.sessions.peak_alive == 9u);
  BOOST_TEST(second.creating_s == 1);
  BOOST_TEST(second.multiplier == 0.625);
  b.start_s = 1;
  b.end_s = 2;
  interval run = a;
  run.add_later(b);
  BOOST_TEST(run.sessions.alive == 4u);
  BOOST_TEST(run.sessions.peak_alive == 5u);
  BOOST_TEST(run.creating_s == 1.5);
  BOOST_TEST(run.multiplier == 0.5);
  BOOST_TEST(run.start_s == 0);
  BOOST_TEST(run.end_s == 2);
}

BOOST_AUTO_TEST_CASE(more_kinds_of_failure_than_are_kept_apart_lose_no_count) {
  interval sum;
  std::uint64_t added = 0;
  for (int second = 0; second < 10; ++second) {
    interval i;
    i.end_s = second + 1;
    for (int kind = 0; kind < 60; ++kind) {
      metrics::failure f;
      f.outcome = kind % 2 ? lsrun::model::outcome::timeout : lsrun::model::outcome::server_error;
      f.message = "session " + std::to_string(second * 60 + kind);
      f.count = 2;
      added += 2;
      i.failures.push_back(f);
    }
    sum.add_later(i);
  }
  std::uint64_t counted = 0, apart = 0, others = 0;
  for (const auto& f : sum.failures) {
    counted += f.count;
    ++(f.operation == metrics::no_operation ? others : apart);
  }
  BOOST_TEST(counted == added);
  BOOST_TEST(apart == metrics::most_failure_kinds);
  BOOST_TEST(others == 2u);  // one row for each outcome
}

BOOST_AUTO_TEST_CASE(a_cleared_interval_is_as_good_as_a_new_one) {
  std::mt19937_64 random{9};
  interval i = invented_interval(random, 3);
  i.clear();
  BOOST_TEST(text_of(i) == text_of(interval{}));
}

BOOST_AUTO_TEST_SUITE_END()
