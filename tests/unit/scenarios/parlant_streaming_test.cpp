// Turns of parlant_events by stream, and replies that arrive in pieces.
#include "parlant_play.hpp"

using namespace parlant_play;

BOOST_AUTO_TEST_SUITE(parlant_events_by_stream)

BOOST_AUTO_TEST_CASE(a_turn_is_one_stream_that_ends_with_the_turn) {
  opened o(with_agent({{"wait", "sse"}}));
  const auto& end = o.turn({posted(0), streamed(500, pj::acknowledged(1), pj::preamble(2), pj::message(3, 480),
                                                pj::completed(4), pj::acknowledged(5))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_REQUIRE(o.s.requests.size() == 2u);
  BOOST_TEST(o.s.requests[1].target ==
             "/sessions/LVYfGBuLW1/events?min_offset=1&source=ai_agent&kinds=message,status&wait_for_data=10&sse=true");
  BOOST_TEST(o.s.requests[1].flags == (LSRUN_HTTP_LONG_POLL | LSRUN_HTTP_SSE));
  BOOST_TEST(o.s.requests[1].timeout_ns > 60'000 * ms);
  BOOST_TEST(o.sum("first_reply") == 501 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("preambles") == 1);
  BOOST_TEST(o.s.failures.empty());
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_in_silence_is_opened_again_behind_what_it_showed) {
  opened o(with_agent({{"wait", "sse"}}));
  const auto& end = o.turn({posted(0), streamed(10'000), streamed(10'000, pj::acknowledged(1)),
                            streamed(5, pj::message(2), pj::completed(3))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.s.requests[2].target.find("min_offset=1&") != std::string::npos);
  BOOST_TEST(o.s.requests[3].target.find("min_offset=2&") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_at_once_without_an_event_is_checked_by_a_list) {
  opened o(with_agent({{"wait", "sse"}}));
  const auto lost = o.turn({posted(0), streamed(2), unknown_session()});
  BOOST_TEST(lost.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(lost.flags == LSRUN_SESSION_LOST);
  BOOST_TEST(o.s.requests[2].target.ends_with("wait_for_data=0"));
  const auto known =
      o.turn({posted(5), streamed(2), listed(2), streamed(2, pj::acknowledged(6), pj::message(7), pj::completed(8))});
  BOOST_TEST(known.outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(a_turn_without_a_reply_fails_at_its_end) {
  opened o(with_agent({{"wait", "sse"}}));
  const auto& end = o.turn({posted(0), streamed(700, pj::acknowledged(1), pj::completed(2))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(o.sum("no_reply") == 1);
}

BOOST_AUTO_TEST_CASE(a_silent_target_is_a_timeout) {
  opened o(with_agent({{"wait", "sse"}, {"reply_timeout", "20s"}}));
  const auto& end = o.turn({posted(0), streamed(10'000), streamed(10'000)});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(end.text == "no reply within 20000 ms");
}

BOOST_AUTO_TEST_CASE(a_refused_stream_and_a_strange_event_fail_the_turn) {
  opened o(with_agent({{"wait", "sse"}}));
  const answer refused{.status = 429, .body = R"({"detail":"Rate limit exceeded: OPERATION=list_events, HEADERS=x"})"};
  BOOST_TEST(o.turn({posted(0), refused}).outcome == LSRUN_OUTCOME_RATE_LIMITED);
  const auto& strange = o.turn({posted(5), streamed(5, std::string("ping"))});
  BOOST_TEST(strange.outcome == LSRUN_OUTCOME_PROTOCOL_ERROR);
  BOOST_TEST(strange.text == "a server-sent event that is none of Parlant's");
}

BOOST_AUTO_TEST_CASE(a_streamed_reply_is_followed_piece_by_piece_and_then_to_the_turns_end) {
  for (const char* wait : {"poll", "sse"}) {
    opened o(with_agent({{"wait", wait}, {"streamed", "event"}}));
    const bool sse = std::string(wait) == "sse";
    const auto piece = [](const char* chunks) { return pj::message(2, 300, std::string(R"(,"chunks":)") + chunks); };
    const auto start = sse ? streamed(5, pj::acknowledged(1), piece(R"(["One "])"))
                           : listed(5, pj::acknowledged(1), piece(R"(["One "])"));
    const auto finish = sse ? streamed(5, pj::completed(3)) : listed(5, pj::completed(3));
    const auto& end = o.turn(
        {posted(0), start,
         streamed(500, piece(R"(["One "])"), piece(R"(["One ","two "])"), piece(R"(["One ","two ",null])")), finish});
    BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK, wait);
    BOOST_TEST(o.s.requests[2].target == "/sessions/LVYfGBuLW1/events/event2?sse=true&wait_for_data=10");
    BOOST_TEST(o.s.requests[2].operation == "read_event");
    BOOST_TEST(o.s.added["chunk_gap"].size() == 2u);
    BOOST_TEST(o.sum("message_end") == 506 * static_cast<std::int64_t>(ms));
    BOOST_TEST(o.sum("first_reply") == 6 * static_cast<std::int64_t>(ms));
    BOOST_TEST(o.s.requests[3].target.find("min_offset=3&") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(where_single_events_are_forbidden_the_failure_says_what_to_set) {
  opened o(with_agent({{"streamed", "event"}}));
  const auto& end = o.turn(
      {posted(0), listed(5, pj::acknowledged(1), pj::message(2, 0, R"(,"chunks":["One "])")), forbidden("read_event")});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(end.text.find("scenario.options.streamed") != std::string::npos);
  BOOST_TEST(end.flags == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
