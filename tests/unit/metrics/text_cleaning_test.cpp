// What a target says is made fit for a report.
#include "metrics/text_cleaning.hpp"

#include <boost/test/unit_test.hpp>

using lsrun::metrics::clean_text;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(texts_from_outside)

BOOST_AUTO_TEST_CASE(control_bytes_become_spaces) {
  BOOST_TEST(clean_text("a\r\n\tb\0\x1b[31m\x7f"s) == "a   b  [31m ");
}

BOOST_AUTO_TEST_CASE(control_characters_beyond_ascii_become_spaces) {
  BOOST_TEST(clean_text("a\xc2\x9b"
                        "31mb\xc2\x85") == "a 31mb ");                         // C1: CSI, NEL
  BOOST_TEST(clean_text("a\xe2\x80\xaegpj.exe\xe2\x81\xa9") == "a gpj.exe ");  // right-to-left override, isolate's end
  BOOST_TEST(clean_text("\xe2\x80\xa8\xe2\x80\x8f\xd8\x9c") == "   ");         // line separator, marks
  BOOST_TEST(clean_text("\xc2\xa0\xe2\x80\x93\xe2\x80\x9d\xd8\x9b") == "\xc2\xa0\xe2\x80\x93\xe2\x80\x9d\xd8\x9b");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_question_marks) {
  BOOST_TEST(clean_text("caf\xe9") == "caf?");
  BOOST_TEST(clean_text("\xed\xa0\x80") == "???");       // a surrogate
  BOOST_TEST(clean_text("\xc0\xaf") == "??");            // overlong
  BOOST_TEST(clean_text("\xf5\x80\x80\x80") == "????");  // beyond U+10FFFF
  BOOST_TEST(clean_text("\xe4\xbc\x9a \xf0\x9f\x98\x80") == "\xe4\xbc\x9a \xf0\x9f\x98\x80");
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_between_characters) {
  BOOST_TEST(clean_text(std::string(300, 'a')).size() == 200u);
  const std::string text = std::string(199, 'a') + "\xe4\xbc\x9a";
  BOOST_TEST(clean_text(text) == std::string(199, 'a'));
}

BOOST_AUTO_TEST_SUITE_END()
