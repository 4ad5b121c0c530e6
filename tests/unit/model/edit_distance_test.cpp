// The distance behind "did you mean".
#include "model/edit_distance.hpp"

#include <boost/test/unit_test.hpp>

using lsrun::model::edit_distance;

BOOST_AUTO_TEST_SUITE(model_edit_distance)

BOOST_AUTO_TEST_CASE(equal_words_are_not_apart) {
  BOOST_TEST(edit_distance("", "") == 0u);
  BOOST_TEST(edit_distance("turns", "turns") == 0u);
}

BOOST_AUTO_TEST_CASE(insertions_deletions_and_substitutions_count_one_each) {
  BOOST_TEST(edit_distance("", "abc") == 3u);
  BOOST_TEST(edit_distance("abc", "") == 3u);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
  BOOST_TEST(edit_distance("max", "maxx") == 1u);
}

BOOST_AUTO_TEST_CASE(a_swap_of_neighbours_counts_one_and_is_not_edited_further) {
  BOOST_TEST(edit_distance("abcd", "acbd") == 1u);
  BOOST_TEST(edit_distance("frist", "first") == 1u);
  BOOST_TEST(edit_distance("ca", "abc") == 3u);  // 2 where a swapped pair may be edited again
}

BOOST_AUTO_TEST_SUITE_END()
