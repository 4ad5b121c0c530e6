// The static part of the HTML report and what is embedded for its scripts.
#include "html/summary.hpp"

#include <boost/test/unit_test.hpp>

#include "html/embed.hpp"

using namespace reports;

namespace {

json::value with(std::initializer_list<std::pair<std::string_view, json::value>> parts) {
  json::object o{{"schema", "lsrun-report/1"}, {"run", {{"name", "heavy_load"}}}, {"verdict", {{"validity", "valid"}}}};
  for (const auto& [key, part] : parts) o[key] = part;
  return o;
}
json::value threshold(const char* text, bool holds, double observed, double bound, const char* comparison,
                      const char* unit) {
  return {{"expression", text}, {"holds", holds},           {"observed", observed},
          {"bound", bound},     {"comparison", comparison}, {"unit", unit}};
}
const words en("en"), zh("zh");

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(report_summary)

BOOST_AUTO_TEST_CASE(the_verdict_names_what_was_crossed_and_by_how_much) {
  const auto d =
      with({{"thresholds", json::array{threshold("p95(response_time) < 5s", false, 6.21, 5, "<", "s"),
                                       threshold("success_ratio >= 90%", true, 0.987, 0.9, ">=", "ratio")}}});
  BOOST_TEST(verdict(d, en) ==
             "heavy_load did not hold: 1 of 2 thresholds is crossed. <code>p95(response_time) &lt; 5s</code> was "
             "6.21\u202fs.");
  const std::string table = thresholds(d, en);
  BOOST_TEST(contains(table, "24.2\u202f% above"));
  BOOST_TEST(contains(table, "8.7 points above"));
  BOOST_TEST(contains(table, "width=\"124.2\""));
}

BOOST_AUTO_TEST_CASE(a_run_that_holds_says_so) {
  const auto d = with({{"thresholds", json::array{threshold("rate_limit_ratio <= 0%", true, 0, 0, "<=", "ratio")}}});
  BOOST_TEST(verdict(d, en) == "heavy_load held: its threshold holds.");
  BOOST_TEST(contains(thresholds(d, en), "at the bound"));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_not_valid_has_no_verdict_whatever_its_thresholds_say) {
  for (const auto& [validity, said] : {std::pair{"generator_limited", "lsrun itself was the limit"},
                                       {"target_lost", "lost its target"},
                                       {"interrupted", "was interrupted"}}) {
    const auto d = with({{"verdict", {{"validity", validity}, {"reasons", {"lag p99 was 2s"}}}}});
    BOOST_TEST(contains(verdict(d, en), said));
    BOOST_TEST(contains(verdict(d, en), "no verdict"));
    BOOST_TEST(contains(trust(d, en), "Not valid"));
    BOOST_TEST(contains(trust(d, en), "lag p99 was 2s"));
  }
}

BOOST_AUTO_TEST_CASE(counts_that_do_not_add_up_take_the_verdict_away) {
  const auto d = with({{"conservation", {{"holds", false}}}});
  BOOST_TEST(contains(verdict(d, en), "counts do not add up"));
  BOOST_TEST(contains(trust(d, en), "Not valid"));
}

BOOST_AUTO_TEST_CASE(a_document_with_nothing_but_its_schema_shows_no_invented_zero) {
  const json::value d{{"schema", "lsrun-report/1"}};
  for (const auto part :
       {&title, &heading, &verdict, &trust, &thresholds, &load, &what_went_wrong, &what_to_do, &definitions})
    for (const words* w : {&en, &zh}) BOOST_TEST(!contains(part(d, *w), "0\u202f"));
  BOOST_TEST(load(d, en) == "");
  BOOST_TEST(thresholds(d, en) == "");
  BOOST_TEST(validity_word(d) == "unknown");
}

BOOST_AUTO_TEST_CASE(hostile_text_stays_text_everywhere) {
  const std::string bad = "</script><script>x</script><!-- \" onload=\"x";
  const auto d = with({{"run", {{"name", bad}, {"target_url", bad}, {"started_utc", bad}}},
                       {"verdict", {{"validity", bad}, {"reasons", {bad}}}},
                       {"thresholds",
                        {{{"expression", bad},
                          {"note", bad},
                          {"comparison", bad},
                          {"unit", bad},
                          {"observed_text", bad},
                          {"bound_text", bad}}}},
                       {"failures",
                        {{{"outcome", bad},
                          {"message", bad},
                          {"operation", bad},
                          {"count", 2},
                          {"status", 500},
                          {"addresses", {{{"address", bad}}}}}}},
                       {"alerts", {{{"expression", bad}}}},
                       {"advice",
                        {{{"id", bad},
                          {"finding", bad},
                          {"evidence", bad},
                          {"advice", bad},
                          {"chart", bad},
                          {"clauses", {{{"id", "note"}, {"values", {{"note", bad}}}}}}}}},
                       {"addresses", {{{"address", bad}}}},
                       {"definitions", {{bad, bad}}}});
  std::string all = validity_word(d) + embedded(d);
  for (const words* w : {&en, &zh})
    for (const auto part : {&title, &heading, &verdict, &trust, &thresholds, &load, &what_went_wrong, &what_to_do,
                            &definitions, &first_screen})
      all += part(d, *w);
  for (const char* tag : {"<script", "</script", "<!--"}) BOOST_TEST(!contains(all, tag));
  BOOST_TEST(json::parse(embedded(d)).at("run").at("name").as_string() == bad);
}

BOOST_AUTO_TEST_CASE(long_tables_are_embedded_as_columns_and_unmeasured_columns_are_left_out) {
  const json::array points{{{"t_s", 0}, {"requests", {{"sent", 3}}}, {"p50_ms", 12.3456}},
                           {{"t_s", 1}, {"requests", {{"sent", 4}}}}};
  const json::array rows{{{"address", "10.0.0.1"}}, {{"address", "10.0.0.12"}}};
  const json::value page = json::parse(embedded(with({{"timeline", points}, {"addresses", rows}})));
  BOOST_TEST(json::serialize(page.at("timeline").at("sent")) == "[3,4]");
  BOOST_TEST(page.at("timeline").at("p50_ms").at(0).to_number<double>() == 12.35, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(page.at("timeline").at("p50_ms").at(1).is_null());
  BOOST_TEST(!page.at("timeline").as_object().contains("p95_ms"));
  BOOST_TEST(json::serialize(page.at("addresses").at("address")) == R"(["010.0.0.1","82"])");
}

BOOST_AUTO_TEST_CASE(columns_of_one_value_are_that_value_and_counts_of_addresses_are_packed) {
  json::array rows;
  for (const int sent : {5, 300, 70000})
    rows.push_back({{"address", "a"}, {"requests", {{"sent", sent}, {"timeout", 0}}}});
  const json::value page = json::parse(embedded(with({{"addresses", rows}})));
  BOOST_TEST(page.at("addresses").at("timeout").to_number<int>() == 0);
  BOOST_TEST(page.at("addresses").at("sent").as_string() == "BawC8KIE");  // 05, ac 02, f0 a2 04
}

BOOST_AUTO_TEST_CASE(the_evidence_of_an_advice_is_said_in_the_languages_own_order) {
  const json::value advice{
      {"id", "slow"},         {"finding", "Answers are too slow"},
      {"evidence", "p50 1s"}, {"advice", "See"},
      {"chart", "latency"},   {"clauses", {{{"id", "turns_missed"}, {"values", {{"n", "{n} < 7"}}}}}}};
  const auto d = with({{"advice", json::array{advice}}});
  BOOST_TEST(contains(what_to_do(d, en), "<strong>Answers are too slow.</strong> See"));
  BOOST_TEST(contains(what_to_do(d, en), "p50 1s"));
  BOOST_TEST(contains(what_to_do(d, zh), "错过 {n} &lt; 7 轮"));
  const auto unknown =
      with({{"advice", {{{"id", "of_tomorrow"}, {"finding", "New"}, {"evidence", "e"}, {"advice", "a"}}}}});
  BOOST_TEST(contains(what_to_do(unknown, zh), "New"));
}

BOOST_AUTO_TEST_CASE(another_schema_is_refused) {
  BOOST_CHECK_THROW(parse_document("{\"schema\":\"lsrun-report/2\"}"), std::runtime_error);
  BOOST_CHECK_THROW(parse_document("{"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
