// What is typed, byte by byte or in heaps, is the same keys; arrows and function keys are none.
#include "live/keys.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using live::key;

BOOST_AUTO_TEST_CASE(letters_are_keys_and_others_mean_nothing) {
  live::key_reader r;
  BOOST_TEST((r.feed("p+=-q?x\r\x0c") ==
              std::vector{key::pause, key::faster, key::faster, key::slower, key::end, key::help, key::redraw}));
}

BOOST_AUTO_TEST_CASE(sequences_of_arrows_and_function_keys_are_passed_over_also_in_pieces) {
  live::key_reader r;
  BOOST_TEST((r.feed("\x1b[A\x1b[1;5q\x1bOPp") == std::vector{key::pause}));
  BOOST_TEST(r.feed("\x1b").empty());
  BOOST_TEST(r.feed("[3").empty());
  BOOST_TEST((r.feed("~q") == std::vector{key::end}));
}
