// The view's state follows the snapshots, in bounded memory.
#include "live/course.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using model::outcome;

namespace {

struct fixture {
  fixture() {
    names.operation("chat");
    last.operations.resize(1);
    last.start_s = 0;
    last.end_s = 1;
  }
  void pass(live::course& c) {
    total.add_later(last);
    c.add({last, total, names, "all", 0.5, 0.5, 10, 20});
    last.start_s += 1;
    last.end_s += 1;
  }
  metrics::registry names;
  metrics::interval last, total;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(live_course, fixture)

BOOST_AUTO_TEST_CASE(figures_of_the_last_second_and_of_the_run_are_kept_apart) {
  live::course c("demo", "http://t", {{"all", 0, 60}}, 60, 2);
  last.operations[0].requests[outcome::ok] = 90;
  last.operations[0].requests[outcome::rate_limited] = 10;
  last.operations[0].response_time.record(250'000);
  last.sessions.alive = 7;
  pass(c);
  pass(c);
  const live::state& s = c.shown();
  BOOST_TEST(s.requests_per_s == 100);
  BOOST_TEST(s.requests == 200u);
  BOOST_TEST(s.refused == 20u);
  BOOST_TEST(s.rate_limit_ratio.value() == 0.1);
  BOOST_TEST(s.p95_s.value() == 0.25, boost::test_tools::tolerance(0.01));
  BOOST_TEST(s.alive == 7u);
  BOOST_TEST(s.most_wanted == 20u);
  BOOST_TEST(s.seconds.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_target_s_own_metrics_are_those_of_the_last_reading) {
  live::course c("demo", "http://t", {{"all", 0, 60}}, 60, 1);
  for (const char* text : {"process_resident_memory_bytes", "queue_length", "rate(process_cpu_seconds_total)"})
    names.target_series(text);
  last.series.values = {655.0 * 1024 * 1024, 12, std::nullopt};
  pass(c);
  last.series.values.clear();  // not read in this second
  pass(c);
  const std::vector<std::string> wanted{"process_resident_memory_bytes 655MiB", "queue_length 12"};
  BOOST_TEST(c.shown().target_series == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_absent) {
  live::course c("demo", "http://t", {{"all", 0, 60}}, 60, 1);
  pass(c);
  BOOST_TEST(!c.shown().p95_s);
  BOOST_TEST(!c.shown().seconds.back().rate_limit_ratio);
  BOOST_TEST(!c.shown().cpu);
}

BOOST_AUTO_TEST_CASE(an_address_is_as_hot_as_it_was_refused_lately) {
  live::course c("demo", "http://t", {{"all", 0, 60}}, 60, 2);
  metrics::address_figures row;
  row.address = 1;
  row.requests[outcome::rate_limited] = 5;
  row.requests[outcome::ok] = 5;
  last.addresses.push_back(row);
  pass(c);
  BOOST_TEST(c.shown().addresses[0].judged == 0);
  BOOST_TEST(c.shown().addresses[1].refused == 5);
  last.addresses.clear();
  for (int i = 0; i < 5; ++i) pass(c);
  BOOST_TEST(c.shown().addresses[1].refused < 2);
}

BOOST_AUTO_TEST_CASE(failures_alike_are_one_notice_with_their_count) {
  live::course c("demo", "http://t", {{"all", 0, 60}}, 60, 1);
  metrics::failure f;
  f.outcome = outcome::server_error;
  f.status = 500;
  f.message = "oops";
  f.count = 3;
  last.failures.push_back(f);
  pass(c);
  c.note("something else");
  pass(c);
  BOOST_TEST(c.shown().notices.size() == 2u);
  BOOST_TEST(c.shown().notices.back().text == "6 times chat: server_error 500, oops");
  BOOST_TEST(c.shown().notices.back().at_s == 2);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_however_long_the_run) {
  live::course c("demo", "http://t", {{"all", 0, 0}}, 0, 1);
  for (int i = 0; i < 2000; ++i) {
    pass(c);
    c.note("warning " + std::to_string(i));
  }
  BOOST_TEST(c.shown().seconds.size() == live::most_seconds);
  BOOST_TEST(c.shown().notices.size() == live::most_notices);
}

BOOST_AUTO_TEST_SUITE_END()
