// The document says what was counted, judges it by the definitions, and is the same when made from the journal.
#include "report/document.hpp"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "metrics/interval_json.hpp"
#include "metrics/journal.hpp"
#include "report/facts_json.hpp"
#include "report/json_text.hpp"
#include "unit/report/synthetic_run.hpp"

using namespace lsrun;
using report::validity;
namespace json = boost::json;
namespace data = boost::unit_test::data;

namespace {

json::object document(const test::synthetic_run& run, int& exit_code) {
  return json::parse(test::document_of(run, exit_code)).as_object();
}
double number(const json::value& v) { return v.to_number<double>(); }

// A run of one second in which the thresholds given are all that is judged.
test::synthetic_run small_run(std::vector<std::string> thresholds) {
  test::synthetic_run run = test::make_synthetic_run(10, 1);
  run.facts.thresholds = std::move(thresholds);
  return run;
}

const json::object* advice_about(const json::object& d, std::string_view finding) {
  for (const auto& a : d.at("advice").as_array())
    if (a.as_object().at("finding").as_string().find(finding) != json::string::npos) return &a.as_object();
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(the_ratios_are_those_of_their_definitions) {
  int code = 0;
  const json::object d = document(test::make_synthetic_run(), code);
  const json::object& r = d.at("totals").at("requests").as_object();
  const auto n = [&](const char* key) { return number(r.at(key)); };
  const double judged = n("sent") - n("cancelled") - n("empty_poll");
  const double failed = n("timeout") + n("connect_error") + n("server_error") + n("client_error") + n("protocol_error");
  const auto ratio = [&](const char* key) { return number(d.at("ratios").at(key)); };
  BOOST_TEST(ratio("rate_limit_ratio") == n("rate_limited") / judged, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(ratio("system_success_ratio") == (n("ok") + n("business_error") + n("rate_limited")) / judged,
             boost::test_tools::tolerance(1e-5));
  BOOST_TEST(ratio("system_failure_ratio") == failed / judged, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(n("sent") ==
             n("ok") + n("business_error") + n("rate_limited") + failed + n("cancelled") + n("empty_poll"));
  const json::object& steps = d.at("totals").at("steps").as_object();
  BOOST_TEST(ratio("success_ratio") ==
                 number(steps.at("succeeded")) /
                     (number(steps.at("succeeded")) + number(steps.at("failed")) - number(steps.at("cancelled"))),
             boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(tables_add_up_to_the_totals) {
  int code = 0;
  const json::object d = document(test::make_synthetic_run(), code);
  const double sent = number(d.at("totals").at("requests").at("sent"));
  for (const char* table : {"operations", "tenants", "addresses", "phases", "timeline"}) {
    double sum = 0;
    for (const auto& row : d.at(table).as_array()) sum += number(row.at("requests").at("sent"));
    BOOST_TEST(sum == sent, std::string(table));
  }
  double shares = 0;
  for (const auto& row : d.at("addresses").as_array()) shares += number(row.at("share"));
  BOOST_TEST(shares == 1, boost::test_tools::tolerance(1e-5));
  for (const auto& row : d.at("operations").as_array()) {
    double statuses = 0;
    for (const auto& [status, n] : row.at("statuses").as_object()) statuses += number(n);
    BOOST_TEST(statuses == number(row.at("requests").at("sent")));
  }
}

BOOST_AUTO_TEST_CASE(figures_that_were_not_measured_are_absent) {
  int code = 0;
  const json::object d = document(test::make_empty_run(), code);
  BOOST_TEST(d.at("latency").as_object().empty());
  BOOST_TEST(d.at("ratios").as_object().empty());
  BOOST_TEST(d.at("rates").as_object().empty());
  BOOST_TEST(d.at("target").as_object().empty());
  BOOST_TEST(!d.contains("leak"));
  for (const auto& row : d.at("thresholds").as_array()) {
    BOOST_TEST(!row.as_object().contains("observed"));
    BOOST_TEST(!row.at("holds").as_bool());
    BOOST_TEST(row.at("note").as_string().find("not measured") != json::string::npos);
  }
  BOOST_TEST(code == 99);
}

struct exit_case {
  validity how;
  bool laws, thresholds;
  int code;
};
std::ostream& operator<<(std::ostream& out, const exit_case& c) { return out << report::name(c.how) << " " << c.code; }
const exit_case exits[] = {
    {validity::valid, true, true, 0},
    {validity::valid, true, false, 99},
    {validity::generator_limited, true, true, 6},
    {validity::generator_limited, true, false, 6},
    {validity::target_lost, true, false, 5},
    {validity::interrupted, true, false, 130},
    {validity::valid, false, true, 70},
    {validity::interrupted, false, false, 70},
};
BOOST_DATA_TEST_CASE(the_exit_code_is_that_of_the_gravest_matter, data::make(exits), c) {
  BOOST_TEST(report::exit_code_of(c.how, c.laws, c.thresholds) == c.code);
}

BOOST_AUTO_TEST_CASE(a_run_whose_thresholds_hold_passes) {
  int code = -1;
  const json::object d = document(small_run({"rate_limit_ratio <= 50%", "p99(response_time) < 10s"}), code);
  BOOST_TEST(code == 0);
  BOOST_TEST(d.at("verdict").at("passed").as_bool());
  BOOST_TEST(number(d.at("verdict").at("thresholds_held")) == 2);
}

BOOST_AUTO_TEST_CASE(a_crossed_threshold_says_what_was_observed_and_fails_the_run) {
  int code = 0;
  const json::object d = document(small_run({"p50(response_time) < 1ms"}), code);
  BOOST_TEST(code == 99);
  const json::object& row = d.at("thresholds").at(0).as_object();
  BOOST_TEST(!row.at("holds").as_bool());
  BOOST_TEST(number(row.at("observed")) > 0.1);
  BOOST_TEST(!row.at("observed_text").as_string().empty());
}

BOOST_AUTO_TEST_CASE(a_broken_law_is_found_named_and_ends_with_70) {
  test::synthetic_run run = small_run({});
  run.seconds[3].sessions.closed += 1;
  int code = 0;
  const json::object d = document(run, code);
  BOOST_TEST(code == 70);
  BOOST_TEST(!d.at("conservation").at("holds").as_bool());
  BOOST_TEST(d.at("verdict").at("reasons").at(0).as_string().find("opened = closed + expired + lost") !=
             json::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_counted_at_one_place_only_breaks_a_law) {
  for (int slip = 0; slip < 4; ++slip) {
    test::synthetic_run run = small_run({});
    metrics::interval& i = run.seconds[3];
    if (slip == 0) i.operations[1].requests[model::outcome::ok] += 1;
    if (slip == 1) i.addresses[0].requests[model::outcome::ok] += 1;
    if (slip == 2) i.tenants[0].requests[model::outcome::ok] += 1;
    if (slip == 3) i.steps.started += 1;
    int code = 0;
    document(run, code);
    BOOST_TEST(code == 70, "slip " << slip);
  }
}

BOOST_AUTO_TEST_CASE(sessions_and_steps_under_way_when_a_run_is_cut_off_break_no_law) {
  test::synthetic_run run = small_run({});
  run.seconds.resize(5);
  run.seconds.back().sessions.attempted += 2;  // their open steps have not ended
  run.seconds.back().sessions.in_step += 2;
  run.seconds.back().steps.started += 2;
  run.end.how = validity::interrupted;
  int code = 0;
  document(run, code);
  BOOST_TEST(code == 130);
}

BOOST_AUTO_TEST_CASE(a_report_made_from_the_journal_is_the_same_byte_for_byte) {
  namespace fs = std::filesystem;
  char name[] = "/tmp/lsrun_report_XXXXXX";
  const fs::path directory = mkdtemp(name);
  for (const int seconds : {1, 17, 60}) {
    const test::synthetic_run run = test::make_synthetic_run(seconds, 1 + seconds % 3);
    const std::string path = (directory / std::to_string(seconds)).string();
    {
      auto writer = metrics::journal_writer::create(path, report::to_json(run.facts), *run.names);
      BOOST_REQUIRE(writer);
      for (const auto& second : run.seconds) (*writer)->append(second);
      (*writer)->end(report::to_json(run.end));
    }
    int live_code = 0, read_code = 0;
    const std::string live = test::document_of(run, live_code);

    auto reader = metrics::journal_reader::open(path);
    BOOST_REQUIRE(reader);
    const auto facts = report::run_facts_from_json(reader->run_facts_json());
    BOOST_REQUIRE_MESSAGE(facts, (facts ? "" : facts.error_text()));
    report::accumulator sum(reader->names(), *facts);
    metrics::interval second;
    while (reader->next(second)) sum.add(second);
    const auto end = report::ending_from_json(reader->end_record_json());
    BOOST_REQUIRE_MESSAGE(end, (end ? "" : end.error_text()));
    const std::string read = sum.document(*end, read_code);
    BOOST_TEST((read == live));
    BOOST_TEST(read_code == live_code);
  }
  fs::remove_all(directory);
}

BOOST_AUTO_TEST_CASE(advice_speaks_only_where_figures_call_for_it_and_brings_them) {
  int code = 0;
  const json::object d = document(test::make_synthetic_run(), code);
  const json::object* turn = advice_about(d, "first turn");
  BOOST_REQUIRE(turn);
  BOOST_TEST(turn->at("evidence").as_string().find("p95 of the first turn") != json::string::npos);
  BOOST_TEST(advice_about(d, "memory grows"));
  BOOST_TEST(advice_about(d, "Planned turns found no free session"));
  BOOST_TEST(!advice_about(d, "refuses requests too often"));  // 2 %
  BOOST_TEST(!advice_about(d, "lsrun itself was late"));
  BOOST_TEST(document(test::make_empty_run(), code).at("advice").as_array().empty());
}

BOOST_AUTO_TEST_CASE(often_refused_late_and_slow_runs_get_their_advice) {
  test::synthetic_run run =
      small_run({"rate_limit_ratio <= 0%", "sessions_created_per_s >= 100", "success_ratio >= 100%"});
  for (int i = 0; i < 500; ++i) run.seconds[4].lag.record(400'000);
  int code = 0;
  const json::object d = document(run, code);
  BOOST_REQUIRE(advice_about(d, "refuses requests too often"));
  BOOST_TEST(advice_about(d, "refuses requests too often")->at("evidence").as_string().find("127.64.0.") !=
             json::string::npos);
  BOOST_TEST(advice_about(d, "Sessions are created too slowly"));
  BOOST_TEST(advice_about(d, "Too few steps end well"));
  BOOST_REQUIRE(advice_about(d, "lsrun itself was late"));
  BOOST_TEST(advice_about(d, "lsrun itself was late")->at("evidence").as_string().find("400ms") != json::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_are_written_as_people_write_them) {
  const json::value v = {{"a", 212.5}, {"b", 1e-7}, {"c", 3.0}, {"d", {1, 2}}, {"e", "\xe4\xbc\x9a\n"}};
  BOOST_TEST(report::to_text(v) ==
             "{\n  \"a\": 212.5,\n  \"b\": 0.0000001,\n  \"c\": 3,\n  \"d\": [\n    1,\n    2\n  ],\n  \"e\": "
             "\"\xe4\xbc\x9a\\n\"\n}\n");
}

BOOST_AUTO_TEST_CASE(a_document_written_while_it_is_made_reads_like_one_that_was_whole) {
  const auto row = [](std::size_t i, const json::storage_ptr& memory) {
    json::object o(memory);
    o["address"] = "10.0.0." + std::to_string(i);
    o["text"] = "\"\\\n\x01 \u00fc";
    o["values"] = json::array({1.5, -2, 3u, true, nullptr, json::object(memory)}, memory);
    return o;
  };
  for (const std::size_t rows : {0u, 1u, 100u}) {
    json::array table;
    for (std::size_t i = 0; i < rows; ++i) table.push_back(row(i, {}));
    const json::object whole{{"first", "a"}, {"table", table}, {"last", {{"b", json::array{}}}}};
    report::document_text text;
    text.put("first", "a");
    text.put_rows("table", rows, row);
    text.put("last", whole.at("last"));
    BOOST_TEST(text.finish() == report::to_text(whole));
  }
  BOOST_TEST(report::document_text().finish() == report::to_text(json::object{}));
}

BOOST_AUTO_TEST_CASE(facts_and_ending_that_are_none_are_refused) {
  BOOST_TEST(!report::run_facts_from_json("{}"));
  BOOST_TEST(!report::run_facts_from_json("nonsense"));
  BOOST_TEST(!report::ending_from_json(R"({"validity":"odd"})"));
}

BOOST_AUTO_TEST_SUITE_END()
