// Cells of the CSV report.
#include "csv/cells.hpp"

#include <boost/test/unit_test.hpp>

using namespace reports;

BOOST_AUTO_TEST_SUITE(report_cells)

BOOST_AUTO_TEST_CASE(text_is_quoted_only_where_it_must_be) {
  BOOST_TEST(text_cell("plain") == "plain");
  BOOST_TEST(text_cell("a,b") == "\"a,b\"");
  BOOST_TEST(text_cell("say \"hi\"") == "\"say \"\"hi\"\"\"");
  BOOST_TEST(text_cell("two\r\nlines") == "two  lines");
}

BOOST_AUTO_TEST_CASE(text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe) {
  for (const char* formula : {"=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "\uFF1D1", "\x01=1"})
    BOOST_TEST(text_cell(formula).find('\'') <= 1u, formula);
  BOOST_TEST(text_cell("a=1") == "a=1");
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_sign_and_what_is_absent_is_empty) {
  BOOST_TEST(cell(nullptr) == "");
  const boost::json::value negative = -1.5, large = std::uint64_t{18446744073709551615u}, yes = true;
  BOOST_TEST(cell(&negative) == "-1.5");
  BOOST_TEST(cell(&large) == "18446744073709551615");
  BOOST_TEST(cell(&yes) == "true");
}

BOOST_AUTO_TEST_CASE(rows_end_with_carriage_return_and_line_feed) {
  std::string file;
  rows_out out([&](std::string_view bytes) { file += bytes; });
  out.text("a");
  out.number(1e-7);
  out.end_row();
  out.value(nullptr);
  out.whole(7);
  out.end_row();
  out.flush();
  BOOST_TEST(file == "a,0.0000001\r\n,7\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
