// The layout of report.json: the same tokens, other spaces.
#include "json/layout.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace {

std::string laid_out(std::string_view text, bool pretty) {
  std::string out;
  reports::lay_out(text, pretty, [&](std::string_view piece) { out += piece; });
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_layout)

BOOST_AUTO_TEST_CASE(without_pretty_no_space_is_left_outside_of_strings) {
  BOOST_TEST(laid_out("{ \"a b\" : [ 1 , 2.50 ],\n \"c\": {} }", false) == "{\"a b\":[1,2.50],\"c\":{}}");
}

BOOST_AUTO_TEST_CASE(a_container_that_fits_stays_on_one_line_and_a_longer_one_is_spread) {
  const std::string row(100, 'x');
  BOOST_TEST(laid_out("{\"a\":[1,2]}", true) == "{\"a\": [1, 2]}\n");
  BOOST_TEST(laid_out("{\"a\":[1,2],\"b\":\"" + row + "\"}", true) ==
             "{\n  \"a\": [1, 2],\n  \"b\": \"" + row + "\"\n}\n");
}

BOOST_AUTO_TEST_CASE(brackets_and_quotes_inside_of_strings_are_text) {
  const std::string text = R"({"m":"a \"quoted] } \\","n":["{",",:"]})";
  BOOST_TEST(laid_out(text, false) == text);
  BOOST_TEST(laid_out(text, true) == R"({"m": "a \"quoted] } \\", "n": ["{", ",:"]})"
                                     "\n");
}

BOOST_AUTO_TEST_CASE(a_document_of_many_rows_reads_back_equal) {
  boost::json::array rows;
  for (int i = 0; i < 5000; ++i)
    rows.push_back(
        {{"t_s", i}, {"p95_ms", i * 0.001}, {"requests", {{"sent", i}, {"ok", i}}}, {"long", std::string(130, 'y')}});
  const boost::json::value document{{"timeline", rows}};
  const std::string text = boost::json::serialize(document);
  BOOST_TEST((boost::json::parse(laid_out(text, true)) == boost::json::parse(text)));
  BOOST_TEST(laid_out(laid_out(text, true), false) == text);
}

BOOST_AUTO_TEST_SUITE_END()
