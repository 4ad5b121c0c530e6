// The accumulator's memory is bounded, its sums are those of its intervals, its windows those of the last seconds.
#include "report/accumulator.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "report/moment.hpp"
#include "unit/report/synthetic_run.hpp"

using namespace lsrun;
namespace json = boost::json;

namespace {

metrics::expression parsed(const std::string& text) {
  const auto e = metrics::parse_expression(text, true, {"first_reply", "no_reply", "reply_size"});
  BOOST_REQUIRE_MESSAGE(e, (e ? "" : e.error_text()));
  return *e;
}

metrics::interval second_with(int at, std::uint64_t ok, std::uint64_t refused, std::int64_t response_us) {
  metrics::interval i;
  i.start_s = at;
  i.end_s = at + 1;
  i.operations.resize(1);
  i.operations[0].requests[model::outcome::ok] = ok;
  i.operations[0].requests[model::outcome::rate_limited] = refused;
  i.operations[0].response_time.record(response_us, ok);
  i.target.emplace().rss_bytes = 1000u * static_cast<std::uint64_t>(at + 1);
  return i;
}

struct fixture {
  std::shared_ptr<metrics::registry> names = std::make_shared<metrics::registry>();
  report::run_facts facts;
  fixture() {
    names->operation("chat");
    names->phases = {"startup", "steady"};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(accumulators, fixture)

BOOST_AUTO_TEST_CASE(a_window_looks_at_the_last_seconds_alone) {
  report::accumulator run(names, facts);
  for (int at = 0; at < 100; ++at) run.add(second_with(at, 9, at < 90 ? 0 : 1, at < 90 ? 1000 : 2000));
  BOOST_TEST(*run.value(parsed("rate_limit_ratio > 0%")) == 10.0 / 910);
  BOOST_TEST(*run.value(parsed("rate_limit_ratio > 0%"), 10) == 0.1);
  BOOST_TEST(*run.value(parsed("rate_limit_ratio > 0%"), 20) == 10.0 / 190);
  BOOST_TEST(*run.value(parsed("p50(response_time) > 1s")) == 0.001);
  BOOST_TEST(*run.value(parsed("p50(response_time) > 1s"), 10) == 0.002);
  BOOST_TEST(*run.value(parsed("requests_per_s > 1"), 10) == 10);
  BOOST_TEST(*run.value(parsed("requests > 1"), 3) == 30);
  BOOST_TEST(*run.value(parsed("requests > 1"), 0.1) == 10);  // at least a second
}

BOOST_AUTO_TEST_CASE(a_second_that_was_a_little_too_long_is_still_seen_by_a_window_of_a_second) {
  report::accumulator run(names, facts);
  metrics::interval i = second_with(0, 4, 0, 1000);
  i.end_s = 1.02;
  run.add(i);
  BOOST_TEST(run.value(parsed("requests > 1"), 1).value_or(-1) == 4);
}

BOOST_AUTO_TEST_CASE(a_level_is_the_one_that_is_hardest_for_the_bound) {
  report::accumulator run(names, facts);
  for (int at = 0; at < 100; ++at) run.add(second_with(at, 1, 0, 1000));
  BOOST_TEST(*run.value(parsed("target.rss > 1B"), 10) == 91'000);  // held all ten seconds
  BOOST_TEST(*run.value(parsed("target.rss < 1GiB")) == 100'000);
  BOOST_TEST(*run.value(parsed("mean(target.rss) < 1GiB"), 10) == 95'500);
  BOOST_TEST(*run.value(parsed("min(target.rss) < 1GiB")) == 1000);
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_has_no_value) {
  report::accumulator run(names, facts);
  BOOST_TEST(!run.value(parsed("p95(response_time) < 5s")).has_value());
  BOOST_TEST(!run.value(parsed("rate_limit_ratio < 5%")).has_value());
  run.add(second_with(0, 3, 0, 1000));
  BOOST_TEST(!run.value(parsed("target.cpu < 1")).has_value());
  BOOST_TEST(!run.value(parsed("p95(lag) < 5s")).has_value());
  BOOST_TEST(!run.value(parsed("requests{operation=absent} < 5")).has_value());
  BOOST_TEST(!run.value(parsed("requests{phase=steady} < 5")).has_value());
  BOOST_TEST(!run.value(parsed("sessions_created_per_s > 5")).has_value());
  BOOST_TEST(!run.value(parsed("p95(first_reply) < 5s")).has_value());
}

BOOST_AUTO_TEST_CASE(labels_choose_the_rows_that_are_judged) {
  const auto run = test::make_synthetic_run();
  report::accumulator sum(run.names, run.facts);
  std::uint64_t chat = 0, steady = 0;
  const auto id = *run.names->operation("chat");
  for (const auto& second : run.seconds) {
    sum.add(second);
    if (second.operations.size() > id) chat += second.operations[id].requests.total();
    if (second.phase == 2) steady += requests_of(second).total();
  }
  BOOST_TEST(*sum.value(parsed("requests{operation=chat} > 0")) == static_cast<double>(chat));
  BOOST_TEST(*sum.value(parsed("requests{phase=steady} > 0")) == static_cast<double>(steady));
  const double a = *sum.value(parsed("requests{tenant=a} > 0")), b = *sum.value(parsed("requests{tenant=b} > 0"));
  BOOST_TEST(a + b == static_cast<double>(requests_of(sum.total()).total()));
  BOOST_TEST(*sum.value(parsed("p95(first_reply) > 1s")) > 0.2);
  BOOST_TEST(*sum.value(parsed("no_reply > 1")) > 10);
  BOOST_TEST(*sum.value(parsed("max(reply_size) > 1")) <= 850);
  BOOST_TEST(*sum.value(parsed("p95(response_time{operation=chat}) > 1s"), 600) ==
             *sum.value(parsed("p95(response_time{operation=chat}) > 1s")));
  BOOST_TEST(*sum.value(parsed("success_ratio{phase=steady} > 1%"), 600) ==
             *sum.value(parsed("success_ratio{phase=steady} > 1%")));
}

BOOST_AUTO_TEST_CASE(a_long_runs_timeline_is_coarser_and_loses_no_count) {
  report::timeline course;
  std::uint64_t sent = 0;
  for (int at = 0; at < 20'000; ++at) {
    course.add(second_with(at, static_cast<std::uint64_t>(at % 7), 1, 500 + at));
    sent += static_cast<std::uint64_t>(at % 7) + 1;
    BOOST_REQUIRE(course.points().size() <= report::timeline::most);
  }
  std::uint64_t counted = 0;
  double last_end = 0;
  metrics::histogram all;
  for (const auto& p : course.points()) {
    counted += p.requests.total();
    BOOST_REQUIRE(p.start_s == last_end);
    last_end = p.end_s;
    p.response_time.add_to(all);
  }
  BOOST_TEST(counted == sent);
  BOOST_TEST(last_end == 20'000);
  BOOST_TEST(all.count() == sent - 20'000);
  BOOST_TEST(all.max() == 500 + 19'998);  // the last second had no answer
  BOOST_TEST(course.points().size() > report::timeline::most / 2 - 2);
  BOOST_TEST(course.points().front().seconds == 8u);
}

BOOST_AUTO_TEST_CASE(the_longest_pause_of_a_worker_outlives_the_merging_of_seconds) {
  report::timeline course;
  for (int at = 0; at < 7300; ++at) {
    metrics::interval i = second_with(at, 1, 0, 1000);
    i.generator.emplace().wake_pause_us = at == 11 ? 38 : at == 10 ? 12 : 0;
    course.add(i);
  }
  std::uint16_t most = 0;
  int with_one = 0;
  for (const report::point& p : course.points()) {
    most = std::max(most, p.wake_pause_us);
    with_one += p.wake_pause_us > 0 ? 1 : 0;
  }
  BOOST_TEST(most == 38);
  BOOST_TEST(with_one == 1);
}

BOOST_AUTO_TEST_CASE(a_timeline_of_any_length_takes_less_than_six_megabytes) {
  report::timeline course;
  std::size_t most = 0, at_a_quarter = 0;
  for (int at = 0; at < 14'400; ++at) {
    metrics::interval i = second_with(at, 1, 0, 1000);
    // Ten thousand answers from 80 us to 5 ms and lags up to 4 ms, each value another.
    for (int n = 0; n < 200; ++n) {
      i.operations[0].response_time.record(80 + n * 25 + at % 25, 50);
      i.lag.record(n * 20 + at % 20, 50);
    }
    course.add(i);
    most = std::max(most, course.bytes());
    if (at == 3600) at_a_quarter = course.bytes();
  }
  BOOST_TEST(most < 6u << 20);
  BOOST_TEST(most < at_a_quarter * 3);  // bounded by the number of points
  const report::point& p = course.points().front();
  BOOST_TEST(p.seconds == 4u);
  BOOST_TEST(std::abs(static_cast<double>(p.response_times.p50) / (80 + 100 * 25) - 1) < 0.026);
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_asked_for_is_not_kept) {
  report::accumulator run(names, facts);
  run.keep_window(20);
  for (int at = 0; at < 100; ++at) run.add(second_with(at, 9, at < 90 ? 0 : 1, 1000));
  BOOST_TEST(*run.value(parsed("requests > 1"), 10) == 100);
  BOOST_TEST(*run.value(parsed("requests > 1"), 20) == 190);
  BOOST_TEST(*run.value(parsed("requests > 1"), 90) <= 200);
  BOOST_TEST(*run.value(parsed("requests > 1")) == 910);
}

BOOST_AUTO_TEST_CASE(adjustments_beyond_five_thousand_are_counted_not_kept) {
  report::accumulator run(names, facts);
  metrics::interval i = second_with(0, 1, 0, 1000);
  for (int n = 0; n < 3000; ++n) i.adjustments.push_back({0.5, 0, 0, 0.2, 1, 0.8});
  run.add(i);
  i.start_s = 1;
  i.end_s = 2;
  for (auto& a : i.adjustments) a.at_s = 1.5;
  run.add(i);
  int code = 0;
  const json::object d = json::parse(run.document({}, code)).as_object();
  BOOST_TEST(d.at("rate_adjustments").as_array().size() == 5000u);
  BOOST_TEST(d.at("rate_adjustments_left_out").to_number<int>() == 1000);
}

BOOST_AUTO_TEST_SUITE_END()
