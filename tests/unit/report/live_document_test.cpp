// The run so far for viewers: the same figures as the report's, in bounded tables, and nothing that only the end knows.
#include "report/live_document.hpp"

#include <boost/test/unit_test.hpp>

#include "report/tables.hpp"
#include "unit/report/synthetic_run.hpp"

using namespace lsrun;
namespace json = boost::json;

namespace {

struct accumulated {
  test::synthetic_run run = test::make_synthetic_run();
  report::accumulator sum{run.names, run.facts};
  accumulated() {
    for (const auto& second : run.seconds) sum.add(second);
  }
  json::object report() const {
    int code = 0;
    return json::parse(sum.document(run.end, code)).as_object();
  }
};

// As it is read from text: whole numbers are then whole whatever they were made of.
json::object read(const json::object& made) { return json::parse(report::one_line(made)).as_object(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(live_documents)

BOOST_AUTO_TEST_CASE(what_a_snapshot_says_the_report_says_too) {
  const accumulated a;
  const json::object live = read(report::live_snapshot(a.sum.view(), {})), report = a.report();
  for (const char* name : {"totals", "ratios", "rates", "latency", "distribution", "operations", "turns", "tenants",
                           "phases", "scenario_metrics", "rate_adjustments", "events", "timeline", "heat_map",
                           "thresholds", "target", "definitions"})
    BOOST_TEST((live.at(name) == report.at(name)), name << " differs");
  BOOST_TEST(live.at("schema").as_string() == "lsrun-live/1");
  BOOST_TEST(!live.at("run").as_object().contains("ended_utc"));
  BOOST_TEST((live.at("verdict").at("thresholds_held") == report.at("verdict").at("thresholds_held")));
  BOOST_TEST(!live.at("verdict").as_object().contains("passed"), "there is no verdict yet");
}

BOOST_AUTO_TEST_CASE(a_second_brings_its_row_and_all_that_changes_so_that_a_viewer_has_the_snapshot_again) {
  const accumulated a;
  const report::live_progress p{true, "steady", 0.25, 0.5, 10, 20, true, 1.25};
  const json::object whole = read(report::live_snapshot(a.sum.view(), p));
  const json::object second = read(report::live_second(a.sum.view(), p));
  const json::object tables = read(report::live_tables(a.sum.view()));
  BOOST_TEST((second.at("row") == whole.at("timeline").as_array().back()));
  for (const auto& [name, part] : whole) {
    if (name == "schema" || name == "run" || name == "timeline" || name == "definitions") continue;
    const bool in_second = second.contains(name);
    BOOST_TEST(in_second != tables.contains(name), name << " is in both or in none");
    BOOST_TEST((part == (in_second ? second : tables).at(name)), name << " differs");
  }
  BOOST_TEST(whole.at("state").as_string() == "ending");
  BOOST_TEST((whole.at("progress") == json::parse(R"({"phase": "steady", "phase_progress": 0.25, "run_progress": 0.5,
      "sessions_wanted": 10, "sessions_max": 20, "paused": true, "by_hand": 1.25})")));
}

BOOST_AUTO_TEST_CASE(a_second_that_begins_next_to_half_a_millisecond_has_the_row_of_the_report) {
  accumulated a;
  metrics::interval one;
  one.start_s = 64.00049996;  // 64.0005 as the report keeps it: 64.001 in its row, not 64
  one.end_s = one.start_s + 1;
  a.sum.add(one);
  const json::object second = read(report::live_second(a.sum.view(), {}));
  BOOST_TEST((second.at("row") == a.report().at("timeline").as_array().back()));
}

BOOST_AUTO_TEST_CASE(the_row_is_that_of_the_last_second_also_where_the_timeline_has_merged_it_with_its_neighbour) {
  accumulated a;
  metrics::interval one;
  one.end_s = a.run.seconds.back().end_s;
  for (std::size_t n = 0; n < report::timeline::most + 1; ++n) {
    one.start_s = one.end_s;
    one.end_s = one.start_s + 1;
    one.sessions.opened = n;
    a.sum.add(one);
  }
  const json::object row = read(report::live_second(a.sum.view(), {})).at("row").as_object();
  BOOST_TEST(row.at("span_s").to_number<double>() == 1);
  BOOST_TEST(row.at("t_s").to_number<double>() == one.start_s);
  BOOST_TEST(row.at("opened").to_number<std::uint64_t>() == report::timeline::most);
}

BOOST_AUTO_TEST_CASE(of_many_addresses_those_with_most_refusals_are_listed_and_the_others_counted) {
  accumulated a;
  metrics::interval one;
  one.start_s = a.run.seconds.back().end_s;
  one.end_s = one.start_s + 1;
  const std::uint32_t many = report::live_addresses + 700;
  for (std::uint32_t n = 0; n < many; ++n) {
    metrics::address_figures f;
    f.address = 1'000 + n;
    f.requests[model::outcome::ok] = 1'000'000;
    f.requests[model::outcome::rate_limited] = 1'000'000 + n % 1201;
    one.addresses.push_back(f);
  }
  a.sum.add(one);
  const json::object tables = read(report::live_tables(a.sum.view()));
  const json::array& rows = tables.at("addresses").as_array();
  const auto refused = [&](std::size_t i) {
    return rows[i].at("requests").at("rate_limited").to_number<std::uint64_t>();
  };
  BOOST_TEST(rows.size() == report::live_addresses);
  BOOST_TEST(refused(0) == 1'001'199u);
  for (std::size_t i = 1; i < rows.size(); ++i) BOOST_TEST_REQUIRE(refused(i) == refused(i - 1) - 1);
  const std::uint64_t in_all = report::address_spans(a.sum.view()).size();
  BOOST_TEST(tables.at("addresses_left_out").to_number<std::uint64_t>() == in_all - report::live_addresses);
}

BOOST_AUTO_TEST_CASE(no_exchange_of_a_failure_is_sent_again_and_again) {
  const accumulated a;
  BOOST_TEST(report::one_line(report::live_tables(a.sum.view())).find("\"example\":") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_end_has_the_reports_verdict) {
  const accumulated a;
  const json::object end = read(report::live_end(a.sum.view(), a.run.end)), report = a.report();
  BOOST_TEST(end.at("state").as_string() == "over");
  for (const char* name : {"verdict", "alerts", "advice"}) BOOST_TEST((end.at(name) == report.at(name)), name);
}

BOOST_AUTO_TEST_CASE(an_event_is_one_line) {
  BOOST_TEST(report::one_line(json::object{{"a", "x\ny"}, {"b", json::array{1, 2}}}) ==
             "{\"a\": \"x\\ny\", \"b\": [1, 2]}");
}

BOOST_AUTO_TEST_SUITE_END()
