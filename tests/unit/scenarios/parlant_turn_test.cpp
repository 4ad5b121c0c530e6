// When a turn of Parlant's is answered and when it is over, decided from lists of events.
#include <boost/test/unit_test.hpp>

#include "../../../plugins/scenarios/parlant_events/turn.hpp"
#include "parlant_json.hpp"

using namespace parlant;
namespace pj = parlant_json;

namespace {

constexpr std::uint64_t planned = 1'000;

// A turn whose customer's message stands at `offset`.
turn turn_at(unsigned offset) { return turn(*read_event(pj::customer(offset)), planned); }

// Takes events as one answer seen at `at`.
template <class... Events>
void take(turn& t, std::uint64_t at, const Events&... events) {
  std::vector<event> all;
  BOOST_REQUIRE(read_events(pj::list(events...), all));
  for (const auto& e : all) t.take(e, at);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_turn_of_parlant)

BOOST_AUTO_TEST_CASE(is_over_at_completed_and_answered_at_the_message) {
  auto t = turn_at(0);
  BOOST_TEST(t.next_offset() == 1u);
  take(t, 1'100, pj::acknowledged(1), pj::status(2, "processing"), pj::status(3, "typing"));
  BOOST_TEST(!t.over());
  take(t, 1'500, pj::message(4, 310), pj::status(5, "ready"));
  BOOST_TEST(t.replied());
  BOOST_TEST(!t.over());
  take(t, 1'600, pj::completed(6, 311));
  BOOST_TEST(t.over());
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_OK);
  BOOST_TEST(t.reason() == "");
  BOOST_TEST(t.reply_ns() == 500u);
  BOOST_TEST(t.end_ns() == 600u);
  BOOST_TEST(t.preamble_ns() == 0u);
  BOOST_TEST(t.server_reply_us() == 310'000);
  BOOST_TEST(t.parts() == 1u);
  BOOST_TEST(t.next_offset() == 7u);
}

BOOST_AUTO_TEST_CASE(does_not_take_a_preamble_for_the_reply) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::status(2, "typing"), pj::preamble(3, 1900), pj::status(4, "ready"));
  BOOST_TEST(!t.replied());
  BOOST_TEST(!t.over());
  take(t, 3'000, pj::message(7, 3861), pj::status(8, "ready"), pj::completed(9, 3864));
  BOOST_TEST(t.preamble_ns() == 1'000u);
  BOOST_TEST(t.reply_ns() == 2'000u);
  BOOST_TEST(t.preambles() == 1u);
  BOOST_TEST(t.parts() == 1u);
  BOOST_TEST(t.server_reply_us() == 3'861'000);
}

BOOST_AUTO_TEST_CASE(with_a_split_reply_is_answered_at_the_first_part_and_over_behind_the_last) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::message(2, 300), pj::status(3, "ready"), pj::status(4, "typing"));
  take(t, 3'000, pj::message(5, 1800), pj::status(6, "ready"));
  BOOST_TEST(!t.over());
  take(t, 4'000, pj::message(7, 3300), pj::status(8, "ready"), pj::completed(9));
  BOOST_TEST(t.reply_ns() == 1'000u);
  BOOST_TEST(t.end_ns() == 3'000u);
  BOOST_TEST(t.parts() == 3u);
  BOOST_TEST(t.server_reply_us() == 300'000);
}

BOOST_AUTO_TEST_CASE(without_a_message_is_known_to_have_no_reply_when_it_ends) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::status(2, "typing"), pj::status(3, "typing"), pj::completed(4));
  BOOST_TEST(t.over());
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(t.reason() == "no reply: the turn ended without a message");
  BOOST_TEST(t.server_reply_us() == -1);
}

BOOST_AUTO_TEST_CASE(with_only_a_preamble_has_no_reply) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::preamble(2), pj::completed(3));
  BOOST_TEST(!t.replied());
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_SERVER_ERROR);
}

BOOST_AUTO_TEST_CASE(that_failed_in_the_engine_is_quoted_though_the_error_comes_behind_its_end) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::completed(2),
       pj::status(3, "error", R"({"exception":"['Exception: Task failed\\n']"})"));
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(t.reason() == "the turn ended in an error: Exception: Task failed");
  BOOST_TEST(t.end_ns() == 1'000u);
}

BOOST_AUTO_TEST_CASE(with_a_reply_and_an_error_is_a_failure) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::message(2), pj::completed(3), pj::status(4, "error"));
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(t.reason() == "the turn ended in an error");
}

BOOST_AUTO_TEST_CASE(is_not_ended_by_the_end_of_the_turn_that_it_cancelled) {
  auto t = turn_at(3);
  take(t, 2'000, pj::status(4, "cancelled"), pj::completed(5));
  BOOST_TEST(!t.over());
  take(t, 2'100, pj::acknowledged(6), pj::status(7, "processing"), pj::status(8, "typing"));
  take(t, 2'500, pj::message(9, 400), pj::status(10, "ready"), pj::completed(11));
  BOOST_TEST(t.over());
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_OK);
  BOOST_TEST(t.reply_ns() == 1'500u);
}

BOOST_AUTO_TEST_CASE(leaves_a_late_reply_and_a_late_error_to_the_earlier_turn) {
  auto t = turn_at(3);
  take(t, 2'000, pj::message(4, 50), pj::completed(5), pj::status(6, "error"));
  BOOST_TEST(!t.replied());
  take(t, 2'500, pj::acknowledged(7), pj::message(8, 400), pj::completed(9));
  BOOST_TEST(t.outcome() == LSRUN_OUTCOME_OK);
  BOOST_TEST(t.parts() == 1u);
  BOOST_TEST(t.server_reply_us() == 400'000);
}

BOOST_AUTO_TEST_CASE(that_was_cancelled_from_elsewhere_says_so) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::status(2, "cancelled"), pj::completed(3));
  BOOST_TEST(t.reason() == "no reply: the turn was cancelled");
}

BOOST_AUTO_TEST_CASE(counts_an_event_once_though_a_repeated_request_shows_it_again) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::message(2));
  take(t, 2'500, pj::acknowledged(1), pj::message(2), pj::message(3));
  BOOST_TEST(t.parts() == 2u);
  BOOST_TEST(t.reply_ns() == 1'000u);
}

BOOST_AUTO_TEST_CASE(remembers_a_streamed_message_that_was_not_whole_when_it_was_seen) {
  auto t = turn_at(0);
  take(t, 2'000, pj::acknowledged(1), pj::message(2, 0, R"(,"chunks":["One "])"));
  BOOST_TEST(t.unfinished());
  BOOST_TEST(t.unfinished_offset() == 2u);
  BOOST_TEST(t.unfinished_id() == "event2");
  t.whole();
  BOOST_TEST(!t.unfinished());
}

BOOST_AUTO_TEST_SUITE_END()
