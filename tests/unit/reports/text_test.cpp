// Figures as people read them, and text from outside made safe.
#include "common/text.hpp"

#include <boost/test/unit_test.hpp>

using namespace reports;

BOOST_AUTO_TEST_SUITE(report_text)

BOOST_AUTO_TEST_CASE(controls_and_direction_marks_are_removed_and_line_breaks_become_spaces) {
  BOOST_TEST(clean("a\x01\x1b[31mb\nc\td\x7f") == "a[31mb c d");
  BOOST_TEST(clean("x\u202Ey\u2066z\u200F") == "xyz");
  BOOST_TEST(clean("\u0085\u009Bq") == "q");
  BOOST_TEST(clean("\u4f60\u597d") == "\u4f60\u597d");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_become_the_replacement_character) {
  BOOST_TEST(clean("a\xff\xc3") == "a\uFFFD\uFFFD");
  BOOST_TEST(clean("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");                             // half of a surrogate pair
  BOOST_TEST(clean("\xe0\x80\xaf|\xf0\x80\x80\xaf").find("\xe0") == std::string::npos);  // longer than needed
  BOOST_TEST(clean("\xef\xbf\xbf").find("\xef\xbf\xbf") == std::string::npos);           // no character, unfit for XML
}

BOOST_AUTO_TEST_CASE(html_of_hostile_text_holds_no_markup) {
  BOOST_TEST(html("</script><img src=x onerror='a(\"b\")'>&") ==
             "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;");
}

BOOST_AUTO_TEST_CASE(figures_have_three_significant_digits_and_spaced_thousands) {
  BOOST_TEST(figure(28914) == "28\u202f900");
  BOOST_TEST(figure(61.45) == "61.5");
  BOOST_TEST(figure(0.00012345) == "0.000123");
  BOOST_TEST(figure(0.5) == "0.5");
  BOOST_TEST(figure(999.7) == "1\u202f000");
  BOOST_TEST(figure(0) == "0");
  BOOST_TEST(whole(28914) == "28\u202f914");
  BOOST_TEST(whole(914) == "914");
}

BOOST_AUTO_TEST_CASE(times_take_the_largest_unit_that_keeps_them_at_or_above_one) {
  BOOST_TEST(milliseconds(864.255) == "864\u202fms");
  BOOST_TEST(milliseconds(1760.255) == "1.76\u202fs");
  BOOST_TEST(milliseconds(0.079) == "79\u202f\u00b5s");
  BOOST_TEST(milliseconds(90'000) == "1.5\u202fmin");
  BOOST_TEST(milliseconds(999.9) == "1\u202fs");
}

BOOST_AUTO_TEST_CASE(lengths_of_a_run_are_exact_to_the_second) {
  BOOST_TEST(seconds_exact(4.276) == "4.28\u202fs");
  BOOST_TEST(seconds_exact(60) == "1\u202fmin 00\u202fs");
  BOOST_TEST(seconds_exact(3602) == "1\u202fh 00\u202fmin 02\u202fs");
}

BOOST_AUTO_TEST_CASE(values_are_shown_in_the_unit_of_their_threshold) {
  BOOST_TEST(in_unit(0.5, "s") == "500\u202fms");
  BOOST_TEST(in_unit(0.024632, "ratio") == "2.46\u202f%");
  BOOST_TEST(in_unit(658179978, "bytes") == "628\u202fMiB");
  BOOST_TEST(in_unit(0.56, "1/s") == "0.56/s");
  BOOST_TEST(in_unit(1, "cores") == "1\u202fcore");
  BOOST_TEST(in_unit(1234, "count") == "1\u202f234");
}

BOOST_AUTO_TEST_CASE(plain_numbers_have_no_exponent_and_fifteen_digits_at_most) {
  BOOST_TEST(plain(1e-7) == "0.0000001");
  BOOST_TEST(plain(1234567890123.0) == "1234567890123");
  BOOST_TEST(plain(0.1) == "0.1");
  BOOST_TEST(plain(0.1 + 0.2) == "0.3");
  BOOST_TEST(plain(9007199254740992.0) == "9007199254740990");
}

BOOST_AUTO_TEST_SUITE_END()
