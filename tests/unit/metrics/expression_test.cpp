// Thresholds and alerts are read as written, and what is wrong is said with its place and its cure.
#include "metrics/expression.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace lsrun::metrics;
namespace data = boost::unit_test::data;

namespace {

struct good {
  const char* text;
  const char *function, *metric;
  comparison compare;
  double bound;
  quantity unit;
};
std::ostream& operator<<(std::ostream& out, const good& g) { return out << g.text; }

const good readable[] = {
    {"p95(response_time) < 5s", "p95", "response_time", comparison::less, 5, quantity::time},
    {"  p99.9( lag )<=200ms ", "p99.9", "lag", comparison::less_equal, 0.2, quantity::time},
    {"mean(service_time) < 1.5s", "mean", "service_time", comparison::less, 1.5, quantity::time},
    {"count(throttle_wait) > 10", "count", "throttle_wait", comparison::greater, 10, quantity::count},
    {"rate_limit_ratio <= 10%", "", "rate_limit_ratio", comparison::less_equal, 0.1, quantity::ratio},
    {"success_ratio >= 99.5%", "", "success_ratio", comparison::greater_equal, 0.995, quantity::ratio},
    {"sessions_created_per_s >= 0.5", "", "sessions_created_per_s", comparison::greater_equal, 0.5,
     quantity::per_second},
    {"requests_per_s > 30/min", "", "requests_per_s", comparison::greater, 0.5, quantity::per_second},
    {"target.rss < 6GiB", "", "target.rss", comparison::less, 6.0 * (1 << 30), quantity::bytes},
    {"max(generator.rss) < 500MB", "max", "generator.rss", comparison::less, 5e8, quantity::bytes},
    {"target.cpu < 350%", "", "target.cpu", comparison::less, 3.5, quantity::cores},
    {"generator.cpu < 0.9", "", "generator.cpu", comparison::less, 0.9, quantity::cores},
    {"server_error <= 0", "", "server_error", comparison::less_equal, 0, quantity::count},
    {"missed_turns <= 100", "", "missed_turns", comparison::less_equal, 100, quantity::count},
    {"p95(first_reply) < 8s", "p95", "first_reply", comparison::less, 8, quantity::time},
    {"no_reply <= 3", "", "no_reply", comparison::less_equal, 3, quantity::any},
};

struct bad {
  const char* text;
  const char* says;  // part of the message
};
std::ostream& operator<<(std::ostream& out, const bad& b) { return out << b.text; }

const bad wrong[] = {
    {"", "character 1: a metric is missing"},
    {"p95(respons_time) < 5s", "character 5: no metric is called `respons_time`; the nearest is `response_time`"},
    {"p95(frist_reply) < 5s", "the nearest is `first_reply`"},
    {"rate_limit_ration <= 1%", "the nearest is `rate_limit_ratio`"},
    {"response_time < 5s", "character 1: `response_time` is a distribution: write p95(response_time)"},
    {"p95(success_ratio) > 90%", "`success_ratio` is one number"},
    {"median(response_time) < 5s", "character 1: `median` is no function; there are p50, p75"},
    {"p0(response_time) < 5s", "`p0` is no function"},
    {"p101(response_time) < 5s", "`p101` is no function"},
    {"p95(target.rss) < 5GiB", "only mean, min and max"},
    {"p95(response_time < 5s", "character 19: a `)` is missing"},
    {"p95(response_time) 5s", "character 20: a comparison is missing here: <, <=, > or >="},
    {"p95(response_time) <", "a bound is missing here"},
    {"p95(response_time) < 5", "character 22: `response_time` needs a unit: \"5s\", \"200ms\""},
    {"rate_limit_ratio <= 0.1", "needs a unit: \"10%\""},
    {"target.rss < 6", "needs a unit: \"6GiB\""},
    {"requests > many", "must be a plain number"},
    {"p95(response_time{operation=chat) < 5s", "labels have no end"},
    {"p95(response_time{op=chat}) < 5s", "the labels are operation, phase and tenant"},
    {"p95(response_time{operation chat}) < 5s", "a `=` is missing after `operation`"},
    {"p95(response_time{phase=}) < 5s", "`phase` needs a value"},
    {"p95(response_time{operation=chat,tenant=a}) < 5s", "cannot be asked for together"},
    {"success_ratio{operation=chat} > 1%", "is not counted by operation"},
    {"p95(lag{tenant=a}) < 5s", "is not counted by tenant"},
    {"p95(response_time) < 5s for 30s", "only an alert may say for how long"},
};

const std::vector<std::string> scenario{"first_reply", "no_reply"};

}  // namespace

BOOST_AUTO_TEST_SUITE(expressions)

BOOST_DATA_TEST_CASE(expressions_are_read_as_written, data::make(readable), want) {
  const auto e = parse_expression(want.text, false, scenario);
  BOOST_REQUIRE_MESSAGE(e, (e ? "" : e.error_text()));
  BOOST_TEST(e->function == want.function);
  BOOST_TEST(e->metric == want.metric);
  BOOST_TEST((e->compare == want.compare));
  BOOST_TEST(e->bound == want.bound, boost::test_tools::tolerance(1e-12));
  BOOST_TEST((e->unit == want.unit));
}

BOOST_DATA_TEST_CASE(what_is_wrong_is_said_with_its_place_and_its_cure, data::make(wrong), want) {
  const auto e = parse_expression(want.text, false, scenario);
  BOOST_REQUIRE(!e);
  BOOST_TEST(e.error_text().find(want.says) != std::string::npos, e.error_text());
}

BOOST_AUTO_TEST_CASE(labels_choose_operation_phase_and_tenant) {
  const auto e = parse_expression("p99(response_time{operation=chat, phase = \"long, steady\"}) < 8s", false);
  BOOST_REQUIRE(e);
  BOOST_TEST(e->operation == "chat");
  BOOST_TEST(e->phase == "long, steady");
  const auto t = parse_expression("requests{tenant=a} > 5", false);
  BOOST_REQUIRE(t);
  BOOST_TEST(t->tenant == "a");
}

BOOST_AUTO_TEST_CASE(an_alert_may_say_for_how_long) {
  const auto e = parse_expression("target.rss > 6GiB for 30s", true);
  BOOST_REQUIRE(e);
  BOOST_TEST(e->for_at_least == 30 * lsrun::time::second);
  BOOST_TEST(e->text == "target.rss > 6GiB for 30s");
  BOOST_TEST(parse_expression("rate_limit_ratio > 30%", true)->for_at_least == 0);
  BOOST_TEST(!parse_expression("rate_limit_ratio > 30% for 5", true));
  BOOST_TEST(!parse_expression("rate_limit_ratio > 30% for ", true));
}

BOOST_AUTO_TEST_CASE(a_known_metric_keeps_its_meaning_when_a_scenario_names_it_too) {
  const auto e = parse_expression("p95(response_time) < 5", false, {"response_time", "p95"});
  BOOST_TEST(!e);
}

BOOST_AUTO_TEST_CASE(values_are_written_in_their_unit) {
  BOOST_TEST(format_value(quantity::time, 6.214) == "6.21s");
  BOOST_TEST(format_value(quantity::ratio, 0.031) == "3.1%");
  BOOST_TEST(format_value(quantity::bytes, 655.0 * (1 << 20)) == "655MiB");
  BOOST_TEST(format_value(quantity::per_second, 0.56) == "0.56/s");
  BOOST_TEST(format_value(quantity::count, 28914) == "28 914");
}

BOOST_AUTO_TEST_SUITE_END()
