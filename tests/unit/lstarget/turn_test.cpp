// The course of a turn, event by event.
#include "turn.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace lstarget {
namespace {

using lsrun::time::millisecond;
using lsrun::time::never;
using lsrun::time::second;

std::string words(const std::vector<planned_event>& events) {
  static const char* const names[] = {"customer", "acknowledged", "processing", "typing",    "preamble",
                                      "message",  "ready",        "completed",  "cancelled", "error"};
  std::string text;
  for (const auto& e : events) text.append(text.empty() ? "" : " ").append(names[static_cast<int>(e.what)]);
  return text;
}

std::vector<planned_event> checked(const turn_course& c) {
  auto events = plan_turn(c);
  for (std::size_t i = 1; i < events.size(); ++i) BOOST_TEST(events[i - 1].after <= events[i].after);
  return events;
}

lsrun::time::span when(const std::vector<planned_event>& events, saying what) {
  for (const auto& e : events)
    if (e.what == what) return e.after;
  return -1;
}

BOOST_AUTO_TEST_CASE(a_turn_has_its_six_events_and_the_reply_after_the_delay) {
  const auto events = checked({.delay = 310 * millisecond});
  BOOST_TEST(words(events) == "acknowledged processing typing message ready completed");
  BOOST_TEST(when(events, saying::typing) == 105 * millisecond);
  BOOST_TEST(when(events, saying::message) == 310 * millisecond);
  BOOST_TEST(when(events, saying::completed) < 312 * millisecond);
}

BOOST_AUTO_TEST_CASE(a_turn_without_delay_keeps_its_order) {
  BOOST_TEST(words(checked({})) == "acknowledged processing typing message ready completed");
}

BOOST_AUTO_TEST_CASE(a_preamble_comes_first_with_a_ready_of_its_own) {
  const auto events = checked({.delay = 200 * millisecond,
                               .preamble = true,
                               .preamble_after = 1700 * millisecond,
                               .reply_after = 1500 * millisecond});
  BOOST_TEST(words(events) == "acknowledged typing preamble ready processing typing message ready completed");
  BOOST_TEST(when(events, saying::preamble) == 1900 * millisecond);
  BOOST_TEST(when(events, saying::message) == 3600 * millisecond);
}

BOOST_AUTO_TEST_CASE(a_split_reply_has_typing_and_seconds_between_its_parts) {
  const auto events = checked({.delay = 200 * millisecond, .parts = 3});
  BOOST_TEST(words(events) ==
             "acknowledged processing typing message ready typing message ready typing message ready completed");
  BOOST_TEST(events[6].part == 1u);
  BOOST_TEST(events[6].after - events[3].after >= part_gap);
}

BOOST_AUTO_TEST_CASE(a_streamed_message_is_ready_when_its_last_chunk_is_out) {
  const auto events = checked({.delay = 200 * millisecond, .chunks = 4});
  BOOST_TEST(when(events, saying::ready) - when(events, saying::message) >= 4 * chunk_gap);
}

BOOST_AUTO_TEST_CASE(a_failing_model_is_asked_three_times_and_ends_without_words) {
  const auto events = checked({.delay = 200 * millisecond, .how = fate::failure});
  BOOST_TEST(words(events) == "acknowledged processing typing typing typing completed");
  BOOST_TEST(when(events, saying::completed) >= 600 * millisecond);
}

BOOST_AUTO_TEST_CASE(a_failing_stream_tells_its_error_after_the_end) {
  const auto events = checked({.delay = 200 * millisecond, .how = fate::failure, .chunks = 4});
  BOOST_TEST(words(events) == "acknowledged processing typing completed error");
}

BOOST_AUTO_TEST_CASE(a_silent_turn_never_ends) {
  const auto events = checked({.delay = 200 * millisecond, .how = fate::silence});
  BOOST_TEST(words(events) == "acknowledged processing typing completed");
  BOOST_TEST(events.back().after == never);
}

BOOST_AUTO_TEST_CASE(three_turns_have_a_preamble_and_later_ones_after_two_long_waits) {
  BOOST_TEST(begins_with_preamble(1, 0, 0));
  BOOST_TEST(begins_with_preamble(3, second, second));
  BOOST_TEST(!begins_with_preamble(4, second, 9 * second));
  BOOST_TEST(!begins_with_preamble(4, 9 * second, second));
  BOOST_TEST(begins_with_preamble(4, 5 * second, 5 * second));
}

BOOST_AUTO_TEST_CASE(fates_and_delays_follow_from_seed_conversation_and_turn_alone) {
  options o;
  o.delay = {lsrun::load::distribution::kind::lognormal, 200.0 * millisecond, 0.5};
  o.business_share = 0.1, o.error_share = 0.2, o.timeout_share = 0.05, o.fail_share = 0.15;
  int counts[5] = {};
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    ++counts[static_cast<int>(fate_of(o, i, 3))];
    BOOST_TEST(delay_of(o, i, 3) == delay_of(o, i, 3));
  }
  const double shares[] = {0.5, 0.1, 0.2, 0.05, 0.15};  // in the order of fate
  for (int i = 0; i < 5; ++i) BOOST_TEST(std::abs(counts[i] / 1e5 - shares[i]) < 0.01);
  BOOST_TEST(delay_of(o, 1, 3) != delay_of(o, 2, 3));
  BOOST_TEST(delay_of(o, 1, 3) != delay_of(o, 1, 4));
  auto other = o;
  other.seed = 2;
  BOOST_TEST(delay_of(o, 1, 3) != delay_of(other, 1, 3));
}

}  // namespace
}  // namespace lstarget
