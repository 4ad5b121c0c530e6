// The system's clock, set while a run goes on.
#include "run/clock_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using namespace lsrun::run;

namespace {

constexpr std::int64_t date = 1'800'000'000 * time::second;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(run_clock_watch)

BOOST_AUTO_TEST_CASE(clocks_that_go_alike_say_nothing) {
  clock_watch w;
  for (std::int64_t s = 0; s < 100; ++s)  // and one that is slewed as fast as may be
    BOOST_TEST(w.look(s * time::second, date + s * time::second + s * 500'000, static_cast<double>(s)) == "");
}

BOOST_AUTO_TEST_CASE(a_step_is_told_once_with_its_way_its_length_and_its_time) {
  clock_watch w;
  BOOST_TEST(w.look(5 * time::second, date, 0) == "");
  const std::string forward = w.look(6 * time::second, date + 3 * time::hour + time::second, 1);
  BOOST_TEST(has(forward, "set forward by 3h"), forward);
  BOOST_TEST(has(forward, ", 1s into the run"), forward);
  BOOST_TEST(w.look(7 * time::second, date + 3 * time::hour + 2 * time::second, 2) == "");
  const std::string back = w.look(8 * time::second, date + 3 * time::second, 3);
  BOOST_TEST(has(back, "set back by 3h"), back);
}

BOOST_AUTO_TEST_CASE(a_late_reading_of_both_clocks_is_no_step) {
  clock_watch w;
  BOOST_TEST(w.look(0, date, 0) == "");
  BOOST_TEST(w.look(40 * time::second, date + 40 * time::second, 40) == "");
}

BOOST_AUTO_TEST_SUITE_END()
