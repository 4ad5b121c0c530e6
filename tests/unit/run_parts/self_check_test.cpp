// When lsrun's own threads, or its plan's sessions, make a run not valid.
#include "run/self_check.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using namespace lsrun::run;

namespace {

constexpr time::span ms = time::millisecond;

bool begins(const std::string& text, const std::string& part) { return text.rfind(part, 0) == 0; }

self_check after(int calm, int saturated) {
  self_check c(0.95);
  for (int i = 0; i < calm; ++i) c.add({.span_s = 1, .busiest = 0.9});
  for (int i = 0; i < saturated; ++i) c.add({.span_s = 1, .busiest = 0.99});
  return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_self_check)

BOOST_AUTO_TEST_CASE(a_tenth_of_the_run_at_the_limit_is_saturated) {
  BOOST_TEST(after(100, 0).saturated() == "");
  BOOST_TEST(after(100, 10).saturated() == "");
  BOOST_TEST(begins(after(30, 10).saturated(),
                    "lsrun's own processors were saturated: in 10s of 40s a worker thread used, or waited for, more "
                    "than run.cpu_limit "
                    "95% of one (at most 99%): "));
}

BOOST_AUTO_TEST_CASE(a_moment_of_a_short_run_and_intervals_of_nothing_do_not_count) {
  BOOST_TEST(after(1, 1).saturated() == "");
  BOOST_TEST(after(0, 2).saturated() != "");
  self_check c(0.95);
  for (int i = 0; i < 100; ++i) c.add({.span_s = 0.05, .busiest = 1});
  BOOST_TEST(c.saturated() == "");
}

BOOST_AUTO_TEST_CASE(all_threads_late_together_were_suspended) {
  self_check c(0.95);
  c.add({.at_s = 3, .span_s = 1, .tick_late = 2 * ms, .silence = 400 * ms});
  BOOST_TEST(c.stood_still() == "");
  c.add({.at_s = 9, .span_s = 6, .tick_late = 5000 * ms, .silence = 5200 * ms});
  BOOST_TEST(begins(c.stood_still(), "lsrun was suspended for 5s at 4s of the run "));
  // The ticks that were missed meanwhile come late too, but the workers are at work again: one stop is counted once.
  c.add({.at_s = 9, .span_s = 0, .tick_late = 4000 * ms, .silence = 1 * ms});
  c.add({.at_s = 9, .span_s = 0, .tick_late = 3000 * ms, .silence = 1 * ms});
  BOOST_TEST(begins(c.stood_still(), "lsrun was suspended for 5s at 4s "));
  c.add({.at_s = 20, .span_s = 3, .tick_late = 2000 * ms, .silence = 2100 * ms});
  BOOST_TEST(begins(c.stood_still(), "lsrun was suspended for 7s in all, first at 4s "));
}

BOOST_AUTO_TEST_CASE(a_stop_while_the_workers_were_being_asked_shows_in_their_answer_first) {
  self_check c(0.95);
  c.add({.at_s = 8, .span_s = 4, .tick_late = 1 * ms, .silence = 3500 * ms});
  BOOST_TEST(c.stood_still() == "");
  c.add({.at_s = 8, .span_s = 0, .tick_late = 3000 * ms, .silence = 1 * ms});
  BOOST_TEST(begins(c.stood_still(), "lsrun was suspended for 3s "));
}

BOOST_AUTO_TEST_CASE(one_late_thread_alone_is_no_suspension) {
  self_check c(0.95);
  c.add({.at_s = 9, .span_s = 6, .tick_late = 5000 * ms, .silence = 500 * ms});  // the main thread waited for a disk
  c.add({.at_s = 15, .span_s = 6, .tick_late = 1 * ms, .silence = 5000 * ms});   // the workers for their plugins
  c.add({.at_s = 16, .span_s = 1, .tick_late = 900 * ms, .silence = 900 * ms});  // too short: lag tells
  BOOST_TEST(c.stood_still() == "");
}

BOOST_AUTO_TEST_CASE(turns_that_found_no_session_up_to_the_limit_are_allowed) {
  BOOST_TEST(missed_too_many(0, 0, 0.01) == "");
  BOOST_TEST(missed_too_many(100, 9900, 0.01) == "");
  BOOST_TEST(begins(missed_too_many(680, 9320, 0.01),
                    "680 of 10 000 planned turns (6.8%) found no free session, more than run.missed_limit 1%: "));
  BOOST_TEST(missed_too_many(19, 19, 0.01) == "");  // chance
  BOOST_TEST(missed_too_many(20, 1, 0) != "");
}

BOOST_AUTO_TEST_SUITE_END()
