// The end on the terminal, from the document alone.
#include "report/summary.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "unit/report/synthetic_run.hpp"

using namespace lsrun;

namespace {

std::string summary_of(const test::synthetic_run& run, const report::summary_options& options = {}) {
  int code = 0;
  const auto text = report::summary(test::document_of(run, code), options);
  BOOST_REQUIRE_MESSAGE(text, (text ? "" : text.error_text()));
  return *text;
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(summaries)

BOOST_AUTO_TEST_CASE(the_first_line_is_the_verdict) {
  const std::string text = summary_of(test::make_synthetic_run());
  BOOST_TEST(text.substr(0, text.find('\n')) ==
             "heavy_load  1m 00s (time scale 60)  against http://127.0.0.1:8800     VALID   6 of 7 thresholds hold");
  BOOST_TEST(has(text, "\n  x p95(response_time) < 500ms    "));
  BOOST_TEST(has(text, "\n  v rate_limit_ratio <= 10%       "));
  BOOST_TEST(has(text, "(sums hold)"));
  BOOST_TEST(has(text, "rss 412MiB -> 628MiB"));
  BOOST_TEST(has(text, "What to do\n  - "));
  BOOST_TEST(has(text, "\nexit 99\n"));
  BOOST_TEST(!has(text, "\x1b"));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_not_valid_says_so_and_why) {
  auto run = test::make_synthetic_run(20);
  run.end.how = report::validity::target_lost;
  run.end.reasons = {"no answer from the target since 00:00:12"};
  const std::string text = summary_of(run);
  BOOST_TEST(has(text, "TARGET LOST"));
  BOOST_TEST(has(text, "\n  no answer from the target since 00:00:12\n"));
  BOOST_TEST(has(text, "\nexit 5\n"));
}

BOOST_AUTO_TEST_CASE(pauses_of_a_worker_are_told_where_there_were_any) {
  auto run = test::make_synthetic_run(20);
  for (auto& second : run.seconds)
    if (second.generator) second.generator->wake_pause_us = 0;
  BOOST_TEST(has(summary_of(run), "  lsrun       lag p99 "));
  BOOST_TEST(!has(summary_of(run), "pauses"));
  run.seconds[7].generator.emplace().wake_pause_us = 38;
  run.seconds[8].generator.emplace().wake_pause_us = 12;
  BOOST_TEST(has(summary_of(run), "   a core nearly full: pauses of up to 38us\n"));
}

BOOST_AUTO_TEST_CASE(an_empty_run_has_a_summary_too) {
  const std::string text = summary_of(test::make_empty_run());
  BOOST_TEST(has(text, "0 of 7 thresholds hold"));
  BOOST_TEST(has(text, "  requests    0"));
  BOOST_TEST(!has(text, "latency "));
}

BOOST_AUTO_TEST_CASE(lines_are_broken_before_column_110) {
  std::istringstream lines(summary_of(test::make_synthetic_run()));
  int read = 0;
  for (std::string line; std::getline(lines, line); ++read) BOOST_TEST(line.size() <= 110u, line);
  BOOST_TEST(read > 20);
}

BOOST_AUTO_TEST_CASE(colour_and_the_reports_path_come_when_asked_for) {
  const std::string text = summary_of(test::make_synthetic_run(), {true, "results/x/report.html"});
  BOOST_TEST(has(text, "\x1b[31mx\x1b[0m p95"));
  BOOST_TEST(has(text, "\x1b[32mVALID\x1b[0m"));
  BOOST_TEST(has(text, "\n  results/x/report.html\nexit 99\n"));
}

BOOST_AUTO_TEST_CASE(what_is_no_report_is_refused) {
  BOOST_TEST(!report::summary("nonsense"));
  BOOST_TEST(!report::summary("{}"));
  BOOST_TEST(!report::summary("[1]"));
  BOOST_TEST(!report::summary(R"({"schema":"lsrun-report/1","thresholds":[1]})"));
}

BOOST_AUTO_TEST_SUITE_END()
