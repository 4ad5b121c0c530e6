// Columns line up, also with wide characters.
#include "table.hpp"

#include <boost/test/unit_test.hpp>

#include "config/text_width.hpp"

using namespace lsrun;

BOOST_AUTO_TEST_SUITE(cli_table)

BOOST_AUTO_TEST_CASE(columns_are_as_wide_as_their_widest_cell_but_for_the_last) {
  cli::table t({"name", "n", ""}, {1});
  t.add({"a", "10", "something long"});
  t.add({"longer", "5", ""});
  BOOST_TEST(t.text() == "name     n\na       10  something long\nlonger   5\n");
  BOOST_TEST(t.text(2).starts_with("  name"));
}

BOOST_AUTO_TEST_CASE(a_head_without_titles_is_left_out) {
  cli::table t({"", ""});
  BOOST_TEST(t.text() == "");
  t.add({"a", "b"});
  BOOST_TEST(t.text() == "a  b\n");
}

BOOST_AUTO_TEST_CASE(wide_characters_take_two_columns) {
  BOOST_TEST(config::display_width("abc") == 3u);
  BOOST_TEST(config::display_width("你好") == 4u);
  BOOST_TEST(config::display_width("é") == 1u);
  BOOST_TEST(config::display_width("，") == 2u);
  BOOST_TEST(config::display_width("") == 0u);
  cli::table t({"", ""});
  t.add({"你", "x"});
  t.add({"ab", "y"});
  BOOST_TEST(t.text() == "你  x\nab  y\n");
}

BOOST_AUTO_TEST_SUITE_END()
