// When alerts begin and end, second by second with invented figures.
#include "run/alerts.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

using namespace lsrun;
using namespace lsrun::run;

namespace {

metrics::expression parsed(const std::string& text) {
  const auto e = metrics::parse_expression(text, true);
  BOOST_REQUIRE_MESSAGE(e, (e ? "" : e.error_text()));
  return *e;
}

// A gauge as the accumulator gives it: over a span the level that is hardest for the comparison.
struct gauge {
  std::vector<std::optional<double>> seconds;
  alert_watch::look look() {
    return [this](const metrics::expression& e, double window_s) -> std::optional<double> {
      std::optional<double> hardest;
      const bool least = e.compare == metrics::comparison::greater || e.compare == metrics::comparison::greater_equal;
      const auto window = static_cast<std::size_t>(window_s);
      const std::size_t from = seconds.size() > window ? seconds.size() - window : 0;
      for (std::size_t i = from; i < seconds.size(); ++i)
        if (seconds[i])
          hardest = !hardest ? *seconds[i] : least ? std::min(*hardest, *seconds[i]) : std::max(*hardest, *seconds[i]);
      return hardest;
    };
  }
};

struct change {
  bool started;
  double at_s, from_s, worst;
};

std::vector<change> changes(const std::string& expression, const std::vector<std::optional<double>>& seconds,
                            alert_watch* watch = nullptr) {
  alert_watch own({parsed(expression)});
  alert_watch& w = watch != nullptr ? *watch : own;
  gauge g;
  std::vector<change> all;
  for (const auto& value : seconds) {
    g.seconds.push_back(value);
    for (const auto& e : w.tick(static_cast<double>(g.seconds.size()), g.look()))
      all.push_back({e.started, e.at_s, e.from_s, e.worst});
  }
  return all;
}

std::vector<std::optional<double>> seconds(std::initializer_list<std::pair<int, double>> runs) {
  std::vector<std::optional<double>> all;
  for (const auto& [count, value] : runs) all.insert(all.end(), static_cast<std::size_t>(count), value);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(alerts)

BOOST_AUTO_TEST_CASE(without_a_span_an_alert_lasts_as_long_as_its_bound_is_crossed) {
  const auto all = changes("target.cpu > 2", seconds({{3, 1.0}, {1, 2.5}, {1, 3.0}, {2, 2.0}}));
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all[0].started && all[0].at_s == 4));
  BOOST_TEST((!all[1].started && all[1].at_s == 6));
  BOOST_TEST(all[1].worst == 3.0);
  BOOST_TEST(all[1].from_s == all[0].from_s);
}

BOOST_AUTO_TEST_CASE(with_a_span_it_starts_when_all_of_the_span_crossed) {
  const auto all = changes("target.cpu > 2 for 5s", seconds({{10, 1.0}, {7, 3.0}, {5, 1.0}}));
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all[0].started && all[0].at_s == 15 && all[0].from_s == 10));
  BOOST_TEST((!all[1].started && all[1].at_s == 18));
}

BOOST_AUTO_TEST_CASE(a_span_that_is_broken_once_starts_anew) {
  BOOST_TEST(changes("target.cpu > 2 for 5s", seconds({{4, 3.0}, {1, 1.0}, {4, 3.0}, {1, 1.0}})).empty());
}

BOOST_AUTO_TEST_CASE(no_alert_starts_before_its_span_of_the_run_is_over) {
  const auto all = changes("target.cpu > 2 for 5s", seconds({{20, 3.0}}));
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].at_s == 5);
  BOOST_TEST(all[0].from_s == 0);
}

BOOST_AUTO_TEST_CASE(the_worst_second_counts_from_the_start_of_the_span) {
  const auto high = changes("target.cpu > 2 for 3s", seconds({{1, 9.0}, {2, 3.0}, {1, 1.0}}));
  BOOST_REQUIRE_EQUAL(high.size(), 2u);
  BOOST_TEST(high[1].worst == 9.0);
  const auto low = changes("success_ratio < 90%", seconds({{1, 0.8}, {1, 0.5}, {1, 0.7}, {1, 0.95}}));
  BOOST_REQUIRE_EQUAL(low.size(), 2u);
  BOOST_TEST(low[1].worst == 0.5);
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_changes_nothing) {
  std::vector<std::optional<double>> values = seconds({{2, 3.0}});
  values.insert(values.end(), 3, std::nullopt);
  const auto all = changes("target.cpu > 2", values);
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  BOOST_TEST(all[0].started);
  BOOST_TEST(changes("target.cpu > 2", {std::nullopt, std::nullopt}).empty());
}

BOOST_AUTO_TEST_CASE(spans_longer_than_what_is_kept_are_counted_on) {
  const auto all = changes("target.cpu > 2 for 20m", seconds({{1300, 3.0}, {1, 1.0}}));
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].at_s == 1200);
  BOOST_TEST(changes("target.cpu > 2 for 20m", seconds({{700, 3.0}, {1, 1.0}, {1100, 3.0}})).empty());
}

BOOST_AUTO_TEST_CASE(bounds_are_crossed_as_their_sign_says) {
  BOOST_TEST(!crosses(parsed("target.cpu > 2"), 2));
  BOOST_TEST(crosses(parsed("target.cpu >= 2"), 2));
  BOOST_TEST(!crosses(parsed("target.cpu < 2"), 2));
  BOOST_TEST(crosses(parsed("target.cpu <= 2"), 2));
}

BOOST_AUTO_TEST_CASE(several_alerts_come_and_go_on_their_own_and_all_spans_are_kept) {
  alert_watch watch({parsed("target.cpu > 2"), parsed("target.cpu > 4")});
  gauge g;
  std::vector<std::pair<std::size_t, bool>> seen;
  for (const double value : {1.0, 3.0, 5.0, 3.0, 1.0, 3.0}) {
    g.seconds.push_back(value);
    for (const auto& e : watch.tick(static_cast<double>(g.seconds.size()), g.look()))
      seen.emplace_back(e.alert, e.started);
  }
  const std::vector<std::pair<std::size_t, bool>> wanted{{0, true}, {1, true}, {1, false}, {0, false}, {0, true}};
  BOOST_TEST((seen == wanted));
  BOOST_REQUIRE_EQUAL(watch.spans().size(), 3u);
  BOOST_TEST(watch.spans()[0].expression == "target.cpu > 2");
  BOOST_TEST(*watch.spans()[0].to_s == 5);
  BOOST_TEST(watch.spans()[0].worst == 5);
  BOOST_TEST(*watch.spans()[1].to_s == 4);
  BOOST_TEST(!watch.spans()[2].to_s);
  BOOST_TEST(watch.active(0));
  BOOST_TEST(!watch.active(1));
}

BOOST_AUTO_TEST_CASE(an_alert_that_flaps_for_ever_does_not_grow_the_report) {
  std::vector<std::optional<double>> values;
  for (int i = 0; i < 6000; ++i) values.push_back(i % 2 == 0 ? 3.0 : 1.0);
  alert_watch watch({parsed("target.cpu > 2")});
  BOOST_TEST(changes("target.cpu > 2", values, &watch).size() == 6000u);
  BOOST_TEST(watch.spans().size() == 1000u);
  BOOST_TEST(*watch.spans().back().to_s == 6000);
}

BOOST_AUTO_TEST_CASE(sentences_show_values_in_their_unit) {
  const auto e = parsed("target.rss > 6GiB for 30s");
  const double gib = std::exp2(30);
  BOOST_TEST(alert_sentence({0, true, 40, 10, 6.5 * gib, 7 * gib}, e) ==
             "alert: target.rss > 6GiB for 30s: it is " + metrics::format_value(e.unit, 6.5 * gib));
  const auto over = alert_sentence({0, false, 52, 10, 5 * gib, 7 * gib}, e);
  BOOST_TEST(over.find("alert over after 42 s") == 0u);
  BOOST_TEST(over.find("at worst " + metrics::format_value(e.unit, 7 * gib)) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
