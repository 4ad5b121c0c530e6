// Cells hold what is put there, clean and clipped; painting sends only what changed.
#include "live/screen.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using live::tone;

BOOST_AUTO_TEST_CASE(text_is_clipped_at_the_edge_and_wide_characters_are_not_cut_in_two) {
  live::screen s({6, 1});
  BOOST_TEST(s.put(0, 1, "a\xe4\xbc\x9a\xe8\xaf\x9d\xe5\xa4\x9a") == 6);
  BOOST_TEST(s.text(0) == " a\xe4\xbc\x9a\xe8\xaf\x9d");
  BOOST_TEST((s.at(0, 3).glyph == 0));
  BOOST_TEST(s.put(0, 0, "abc", tone::plain, 2) == 2);
  BOOST_TEST(s.put(0, 5, "\xe4\xbc\x9a") == 5);
}

BOOST_AUTO_TEST_CASE(control_bytes_of_a_target_never_reach_the_terminal) {
  live::screen s({40, 1});
  s.put(0, 0,
        "a\x1b[2Jb\x07\r\n\xc2\x9b"
        "31mc\xe2\x80\xae"
        "d\xff"
        "e\x7f");
  BOOST_TEST(s.text(0) == "a [2Jb    31mc d?e");
  const std::string bytes = live::paint(s, nullptr, true, false);
  BOOST_TEST(bytes.find("\x1b[2J") == std::string::npos);
  BOOST_TEST(bytes.find('\x07') == std::string::npos);
  BOOST_TEST(bytes.find("\xc2\x9b") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(putting_beside_the_screen_does_nothing) {
  live::screen s({3, 1});
  s.put(1, 0, U'x');
  s.put(-1, 0, U'x');
  s.put(0, 3, U'x');
  s.put(0, -1, U'x');
  s.put(5, 0, "words");
  BOOST_TEST(s.text(0) == "");
}

BOOST_AUTO_TEST_CASE(only_rows_that_differ_are_painted) {
  live::screen before({3, 3}), now({3, 3});
  now.put(1, 0, "ab", tone::bad);
  BOOST_TEST(live::paint(now, &before, true, false) == "\x1b[2;1H\x1b[0m\x1b[0;31mab\x1b[0m \x1b[0m");
  BOOST_TEST(live::paint(now, &now, true, false) == "");
}

BOOST_AUTO_TEST_CASE(another_size_is_painted_whole) {
  const live::screen before({3, 2}), now({2, 2});
  BOOST_TEST(live::paint(now, &before, false, false) == "\x1b[1;1H\x1b[0m  \x1b[0m\x1b[2;1H\x1b[0m  \x1b[0m");
}

BOOST_AUTO_TEST_CASE(without_colour_no_colour_is_sent) {
  live::screen s({8, 1});
  s.put(0, 0, U'a', tone::good);
  s.put(0, 1, U'b', tone::warn);
  s.put(0, 2, U'c', tone::bad);
  const std::string bytes = live::paint(s, nullptr, false, false);
  for (const char* code : {"31m", "32m", "33m"}) BOOST_TEST(bytes.find(code) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_terminal_without_utf_8_gets_question_marks_of_the_same_width) {
  live::screen s({6, 1});
  s.put(0, 0,
        "a\xe4\xbc\x9a"
        "b\xc3\xa9");
  BOOST_TEST(live::paint(s, nullptr, false, true) == "\x1b[1;1H\x1b[0ma??b? \x1b[0m");
}
