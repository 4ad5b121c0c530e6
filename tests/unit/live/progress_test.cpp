// What is said of work that takes long, by invented time.
#include "live/progress.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace lsrun;
using live::progress;

constexpr time::instant began = 1000 * time::second;
time::instant after(double s) { return began + time::from_seconds(s); }

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_over_within_two_seconds_is_not_spoken_of) {
  for (const auto manner : {progress::manner::lines, progress::manner::one}) {
    progress p(manner, "writing", began);
    BOOST_TEST(*p.due() == after(2));
    BOOST_TEST(p.say(after(1.99)) == "");
    BOOST_TEST(p.end(after(1.99)) == "");
  }
}

BOOST_AUTO_TEST_CASE(quiet_means_never) {
  progress p(progress::manner::silent, "writing", began);
  BOOST_TEST(!p.due());
  BOOST_TEST(p.say(after(100)) == "");
  BOOST_TEST(p.end(after(100)) == "");
}

BOOST_AUTO_TEST_CASE(without_a_terminal_a_line_comes_every_five_seconds_and_one_at_the_end) {
  progress p(progress::manner::lines, "reading the journal", began);
  p.at(0.25, "1GiB");
  BOOST_TEST(p.say(after(2)) == "reading the journal (1GiB): 25%, 2 s so far, about 6 s more\n");
  p.at(0.5, "1GiB");
  BOOST_TEST(p.say(after(3)) == "");
  BOOST_TEST(*p.due() == after(7));
  BOOST_TEST(p.say(after(7)) == "reading the journal (1GiB): 50%, 7 s so far, about 7 s more\n");
  BOOST_TEST(p.end(after(14)) == "reading the journal: done in 14 s\n");
}

BOOST_AUTO_TEST_CASE(on_a_terminal_one_line_is_written_anew_cut_to_its_width_and_taken_away) {
  progress p(progress::manner::one, "writing reports", began, 30);
  p.at({}, "html, 2 of 3");
  BOOST_TEST(p.say(after(2)) == "\r\x1b[Kwriting reports (html, 2 of 3");
  BOOST_TEST(*p.due() == after(2.25));
  BOOST_TEST(p.clear() == "\r\x1b[K");
  BOOST_TEST(p.clear() == "");  // others write now
  p.at({}, "");
  BOOST_TEST(p.say(after(3)) == "\r\x1b[Kwriting reports: 3 s so far");
  BOOST_TEST(p.end(after(4)) == "\r\x1b[K");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_sure_is_said_and_a_guess_only_where_there_is_ground_for_it) {
  progress p(progress::manner::lines, "waiting", began);
  p.at({}, "", after(30));
  BOOST_TEST(p.say(after(2)) == "waiting: 2 s so far, at most 28 s more\n");
  BOOST_TEST(p.say(after(31)) == "waiting: 31 s so far\n");
  p.at(0.01);
  BOOST_TEST(p.say(after(40)) == "waiting: 1%, 40 s so far\n");
  p.at(0.02);
  BOOST_TEST(p.say(after(60)) == "waiting: 2%, 60 s so far, about 49 min more\n");
  p.at(1);
  BOOST_TEST(p.say(after(200)) == "waiting: 100%, 3 min so far\n");
}
