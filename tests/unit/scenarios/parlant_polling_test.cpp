// Turns of parlant_events by long poll: requests, outcomes, metrics.
#include "parlant_play.hpp"

using namespace parlant_play;

BOOST_AUTO_TEST_SUITE(parlant_events_by_poll)

BOOST_AUTO_TEST_CASE(a_turn_polls_on_from_what_it_has_seen_until_completed) {
  opened o;
  const auto& end = o.turn({posted(0), listed(5, pj::acknowledged(1)), listed(245, pj::status(2, "typing")),
                            listed(250, pj::message(3, 310), pj::status(4, "ready"), pj::completed(5, 311))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  const auto& r = o.s.requests;
  BOOST_REQUIRE(r.size() == 4u);
  BOOST_TEST(r[0].method == "POST");
  BOOST_TEST(r[0].target == "/sessions/LVYfGBuLW1/events");
  BOOST_TEST(r[0].body == R"({"kind":"message","source":"customer","message":"message 1.1"})");
  BOOST_TEST(r[0].operation == "chat");
  BOOST_TEST(r[0].flags == 0u);
  BOOST_TEST(r[1].method == "GET");
  BOOST_TEST(r[1].target ==
             "/sessions/LVYfGBuLW1/events?min_offset=1&source=ai_agent&kinds=message,status&wait_for_data=10");
  BOOST_TEST(r[1].operation == "list_events");
  BOOST_TEST(r[1].flags == (LSRUN_HTTP_LONG_POLL | LSRUN_HTTP_EMPTY_504));
  BOOST_TEST(r[1].timeout_ns > 10'000 * ms);
  BOOST_TEST(r[2].target.find("min_offset=2&") != std::string::npos);
  BOOST_TEST(r[3].target.find("min_offset=3&") != std::string::npos);
  BOOST_TEST(o.sum("ack") == 1 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("first_reply") == 501 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("first_reply_turn_1") == o.sum("first_reply"));
  BOOST_TEST(o.sum("turn_end") == 501 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("server_reply") == 310 * static_cast<std::int64_t>(ms));
  for (const char* absent : {"preamble", "preambles", "no_reply", "split_parts"})
    BOOST_TEST(o.s.added.count(absent) == 0u, absent);
}

BOOST_AUTO_TEST_CASE(a_preamble_and_a_split_reply_have_figures_of_their_own) {
  opened o;
  const auto& end = o.turn(
      {posted(0), listed(1999, pj::acknowledged(1), pj::status(2, "typing"), pj::preamble(3), pj::status(4, "ready")),
       listed(2000, pj::message(5), pj::status(6, "ready")), listed(1500, pj::message(7), pj::completed(8))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.sum("preamble") == 2000 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("first_reply") == 4000 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("turn_end") == 5500 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.sum("preambles") == 1);
  BOOST_TEST(o.sum("split_parts") == 1);
}

BOOST_AUTO_TEST_CASE(a_reply_is_counted_by_its_turn) {
  opened o;
  for (unsigned turn = 0; turn < 5; ++turn)
    o.turn({posted(3 * turn),
            listed(9, pj::acknowledged(3 * turn + 1), pj::message(3 * turn + 2), pj::completed(3 * turn + 3))});
  BOOST_TEST(o.s.added["first_reply"].size() == 5u);
  for (const char* once : {"first_reply_turn_1", "first_reply_turn_2", "first_reply_turn_3"})
    BOOST_TEST(o.s.added[once].size() == 1u, once);
  BOOST_TEST(o.s.added["first_reply_turn_4_on"].size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_turn_without_a_reply_fails_at_its_end_and_not_at_the_polls) {
  opened o;
  const auto& end = o.turn({posted(0), listed(700, pj::acknowledged(1), pj::completed(2))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(end.text == "no reply: the turn ended without a message");
  BOOST_TEST(end.flags == 0u);
  BOOST_TEST(o.sum("no_reply") == 1);
  BOOST_TEST(o.sum("turn_end") == 701 * static_cast<std::int64_t>(ms));
  BOOST_TEST(o.s.added.count("first_reply") == 0u);
}

BOOST_AUTO_TEST_CASE(an_error_behind_the_end_is_the_failures_text) {
  opened o;
  const auto& end =
      o.turn({posted(0), listed(700, pj::acknowledged(1), pj::completed(2),
                                pj::status(3, "error", R"({"exception":"['Exception: Task failed\\n']"})"))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(end.text == "the turn ended in an error: Exception: Task failed");
}

BOOST_AUTO_TEST_CASE(an_empty_poll_is_asked_again_from_the_same_place) {
  opened o;
  const auto& end = o.turn({posted(0), empty_poll(), listed(5, pj::acknowledged(1), pj::message(2), pj::completed(3))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.s.requests[1].target == o.s.requests[2].target);
  BOOST_TEST(o.s.failures.empty());
}

BOOST_AUTO_TEST_CASE(a_turn_that_does_not_come_to_its_end_in_time_is_a_timeout) {
  opened o(with_agent({{"reply_timeout", "15s"}}));
  const auto& silent = o.turn({posted(0), empty_poll(10'000), empty_poll(5'000)});
  BOOST_TEST(silent.outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(silent.text == "no reply within 15000 ms");
  BOOST_TEST(o.s.requests[2].target.ends_with("wait_for_data=5"));  // the rest of the time, no more
  BOOST_TEST(o.s.added.count("turn_end") == 0u);
  BOOST_TEST(o.s.added.count("no_reply") == 0u);
  const auto& half = o.turn({posted(5), listed(9'000, pj::acknowledged(6), pj::message(7)), empty_poll(6'000)});
  BOOST_TEST(half.outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(half.text == "the turn did not end within 15000 ms");
  BOOST_TEST(o.s.added["first_reply"].size() == 1u);  // what was seen counts
}

BOOST_AUTO_TEST_CASE(the_end_of_an_earlier_turn_is_not_taken_for_this_ones) {
  opened o(with_agent({{"reply_timeout", "10s"}}));
  o.turn({posted(0), listed(5, pj::acknowledged(1)), empty_poll(10'000)});
  const auto& end = o.turn({posted(3), listed(5, pj::status(4, "cancelled"), pj::completed(5)),
                            listed(5, pj::acknowledged(6)), listed(400, pj::message(7), pj::completed(8))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(an_unknown_session_is_lost_whether_a_message_or_a_list_finds_out) {
  opened o;
  const auto by_message = o.turn({unknown_session()});
  BOOST_TEST(by_message.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(by_message.flags == LSRUN_SESSION_LOST);
  BOOST_TEST(by_message.text == "HTTP 404: Session not found");
  const auto by_list = o.turn({posted(0), unknown_session()});
  BOOST_TEST(by_list.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(by_list.flags == LSRUN_SESSION_LOST);
}

BOOST_AUTO_TEST_CASE(answers_that_cannot_be_read_are_protocol_errors) {
  opened o;
  BOOST_TEST(o.turn({{.status = 201, .body = "{}"}}).outcome == LSRUN_OUTCOME_PROTOCOL_ERROR);
  const auto& end = o.turn({posted(0), {.body = R"({"detail":"?"})"}});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_PROTOCOL_ERROR);
  BOOST_TEST(end.text == "not a list of events");
}

BOOST_AUTO_TEST_CASE(a_refused_message_or_poll_is_rate_limited_in_the_targets_short_words) {
  opened o;
  const answer refused{.status = 429, .body = R"({"detail":"Rate limit exceeded: OPERATION=list_events, HEADERS=x"})"};
  const auto& end = o.turn({posted(0), refused});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_RATE_LIMITED);
  BOOST_TEST(end.text == "HTTP 429: Rate limit exceeded: OPERATION=list_events");
  BOOST_TEST(o.turn({refused}).outcome == LSRUN_OUTCOME_RATE_LIMITED);
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_fails_the_turn_in_the_transports_words) {
  opened o;
  const auto& end = o.turn({posted(0), {.status = 0, .outcome = LSRUN_OUTCOME_TIMEOUT, .error = "no answer"}});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(end.text == "no answer");
}

BOOST_AUTO_TEST_CASE(a_streamed_reply_is_listed_again_until_it_is_whole) {
  opened o;
  const auto piece = [](const char* chunks) { return pj::message(2, 300, std::string(R"(,"chunks":)") + chunks); };
  const auto& end = o.turn({posted(0), listed(5, pj::acknowledged(1), piece(R"(["One "])"), pj::completed(3)),
                            listed(5, piece(R"(["One ","two "])")), listed(5, piece(R"(["One ","two ",null])"))});
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.s.requests[2].target ==
             "/sessions/LVYfGBuLW1/events?min_offset=2&source=ai_agent&kinds=message&wait_for_data=0");
  BOOST_TEST(o.s.sleeps.size() == 1u);
  BOOST_TEST(o.s.sleeps[0] == 250 * ms);
}

BOOST_AUTO_TEST_CASE(a_streamed_reply_that_never_gets_whole_is_a_timeout) {
  opened o(with_agent({{"reply_timeout", "1s"}}));
  o.s.answers = {posted(0),
                 listed(5, pj::acknowledged(1), pj::message(2, 0, R"(,"chunks":["One "])"), pj::completed(3))};
  o.s.respond = [](const sent_request&) { return listed(5, pj::message(2, 0, R"(,"chunks":["One "])")); };
  BOOST_TEST(o.s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(o.s.requests.size() < 8u);  // at the target's own grid, not as fast as it answers
}

BOOST_AUTO_TEST_CASE(a_turn_that_lsrun_ends_is_cancelled) {
  opened o;
  o.s.answers = {posted(0), empty_poll()};
  o.s.begin(LSRUN_STEP_TURN);
  BOOST_TEST(o.s.next());
  o.s.stop();
  while (o.s.next()) {
  }
  BOOST_TEST(o.s.end().outcome == LSRUN_OUTCOME_CANCELLED);
}

BOOST_AUTO_TEST_SUITE_END()
