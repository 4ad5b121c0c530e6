// The scenario parlant_events whole, against a session that plays Parlant: requests, outcomes, metrics.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "parlant_json.hpp"
#include "support/fake_session.hpp"

extern "C" const lsrun_plugin lsrun_plugin_entry;

using namespace lsrun::test;
namespace pj = parlant_json;
using option_list = std::vector<std::pair<std::string, lsrun::config::option_value>>;

namespace {

constexpr std::uint64_t ms = 1'000'000;

answer created(const std::string& id = "LVYfGBuLW1") {
  return {.status = 201, .body = R"({"id":")" + id + R"(","agent_id":"A1","customer_id":"guest","title":null})"};
}
answer posted(unsigned offset = 0) { return {.status = 201, .body = pj::customer(offset)}; }
template <class... Events>
answer listed(std::uint64_t takes_ms, const Events&... events) {
  return {.body = pj::list(events...), .takes_ns = takes_ms * ms};
}
template <class... Events>
answer streamed(std::uint64_t takes_ms, const Events&... events) {
  return {.pieces = {events...}, .takes_ns = takes_ms * ms};
}
answer empty_poll(std::uint64_t takes_ms = 10'000) {
  return {.status = 504, .body = R"({"detail":"Request timed out"})", .takes_ns = takes_ms * ms};
}
answer unknown_session() { return {.status = 404, .body = R"json({"detail":"Session not found (id='x')"})json"}; }
answer forbidden(const std::string& operation) {
  return {.status = 403, .body = R"({"detail":"Authorization failed: OPERATION=)" + operation + R"(, HEADERS=x"})"};
}

option_list with_agent(option_list more = {}) {
  more.emplace_back("agent_id", "A1");
  return more;
}

// A scenario and a session of it that is open; its open's request is forgotten.
struct opened {
  explicit opened(const option_list& options = with_agent()) : parlant(lsrun_plugin_entry, options), s(parlant) {
    s.answers = {created()};
    BOOST_REQUIRE(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
    s.requests.clear();
  }
  const ended_step& turn(std::deque<answer> answers) {
    s.answers = std::move(answers);
    const auto& end = s.run(LSRUN_STEP_TURN);
    BOOST_TEST(s.answers.empty());  // every answer was asked for
    return end;
  }
  std::int64_t sum(const std::string& metric) {
    std::int64_t all = 0;
    for (const auto v : s.added[metric]) all += v;
    return all;
  }
  scenario_under_test parlant;
  fake_session s;
};

std::string refusal(const option_list& options) {
  try {
    scenario_under_test made(lsrun_plugin_entry, options);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parlant_events_opening)

BOOST_AUTO_TEST_CASE(a_guests_session_is_created_without_a_greeting) {
  scenario_under_test parlant(lsrun_plugin_entry, with_agent());
  fake_session s(parlant);
  s.answers = {created()};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_REQUIRE(s.requests.size() == 1u);
  BOOST_TEST(s.requests[0].method == "POST");
  BOOST_TEST(s.requests[0].target == "/sessions?allow_greeting=false");
  BOOST_TEST(s.requests[0].body == R"({"agent_id":"A1"})");
  BOOST_TEST(s.requests[0].operation == "create_session");
  BOOST_TEST(s.requests[0].headers[0].first == "Content-Type");
}

BOOST_AUTO_TEST_CASE(a_customer_of_its_own_and_a_title_are_sent_if_asked_for) {
  scenario_under_test parlant(lsrun_plugin_entry, with_agent({{"customer", "own"}, {"title", "a \"test\""}}));
  fake_session s(parlant);
  s.about.number = 3;
  s.answers = {{.status = 201, .body = R"({"id":"run-3","name":"run-3"})"}, created()};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests[0].target == "/customers");
  BOOST_TEST(s.requests[0].operation == "create_customer");
  BOOST_TEST(boost::json::parse(s.requests[0].body).at("id").as_string() == "run-3");
  const auto sent = boost::json::parse(s.requests[1].body);
  BOOST_TEST(sent.at("customer_id").as_string() == "run-3");
  BOOST_TEST(sent.at("title").as_string() == "a \"test\"");
}

BOOST_AUTO_TEST_CASE(where_customers_cannot_be_created_the_failure_says_what_to_set) {
  scenario_under_test parlant(lsrun_plugin_entry, with_agent({{"customer", "own"}}));
  fake_session s(parlant);
  s.answers = {forbidden("create_customer")};
  const auto& end = s.run(LSRUN_STEP_OPEN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(end.text.find("scenario.options.customer") != std::string::npos);
  BOOST_TEST(s.requests.size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_an_agent_id_the_first_listed_is_taken_once) {
  scenario_under_test parlant(lsrun_plugin_entry);
  fake_session first(parlant), second(parlant);
  first.answers = {{.body = R"([{"id":"A9","name":"x"},{"id":"B1"}])"}, created()};
  BOOST_TEST(first.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(first.requests[0].target == "/agents");
  BOOST_TEST(first.requests[0].operation == "read_agent");
  BOOST_TEST(first.requests[1].body == R"({"agent_id":"A9"})");
  second.answers = {created()};
  second.run(LSRUN_STEP_OPEN);
  BOOST_TEST(second.requests.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_that_opens_while_another_asks_for_the_agent_waits_for_its_answer) {
  scenario_under_test parlant(lsrun_plugin_entry);
  fake_session second(parlant), first(parlant);
  first.answers = {{.body = R"([{"id":"A9"}])"}, created()};
  first.begin(LSRUN_STEP_OPEN);
  second.answers = {created()};
  second.begin(LSRUN_STEP_OPEN);
  BOOST_TEST(second.requests.empty());
  BOOST_TEST(second.sleeps.size() == 1u);
  while (first.next()) {
  }
  while (second.next()) {
  }
  BOOST_TEST(second.end().outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(second.requests.size() == 1u);
  BOOST_TEST(second.requests[0].body == R"({"agent_id":"A9"})");
}

BOOST_AUTO_TEST_CASE(a_cancelled_question_for_the_agent_is_asked_again_by_the_next) {
  scenario_under_test parlant(lsrun_plugin_entry);
  fake_session second(parlant), first(parlant);
  first.begin(LSRUN_STEP_OPEN);
  first.stop();
  while (first.next()) {
  }
  BOOST_TEST(first.end().outcome == LSRUN_OUTCOME_CANCELLED);
  second.answers = {{.body = R"([{"id":"A9"}])"}, created()};
  BOOST_TEST(second.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(where_agents_are_not_listed_the_failure_says_what_to_set) {
  scenario_under_test parlant(lsrun_plugin_entry);
  fake_session s(parlant);
  s.answers = {forbidden("list_agents")};
  const auto& end = s.run(LSRUN_STEP_OPEN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(end.text == "HTTP 403: the target does not list its agents; set scenario.options.agent_id");
  BOOST_TEST(s.requests.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_usable_id_opens_no_session) {
  for (const char* body : {"", "{}", R"({"id":7})", R"({"id":""})", R"({"id":"a/b"})",
                           R"({"id":"0123456789012345678901234567890123456789"})"}) {
    scenario_under_test parlant(lsrun_plugin_entry, with_agent());
    fake_session s(parlant);
    s.answers = {{.status = 201, .body = body}};
    BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_PROTOCOL_ERROR, body);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_agent_loses_no_session) {
  scenario_under_test parlant(lsrun_plugin_entry, with_agent());
  fake_session s(parlant);
  s.answers = {{.status = 404, .body = R"({"detail":"Item 'A1' not found"})"}};
  const auto& end = s.run(LSRUN_STEP_OPEN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(end.flags == 0u);
  BOOST_TEST(end.text == "HTTP 404: Item 'A1' not found");
}

BOOST_AUTO_TEST_CASE(options_that_cannot_work_are_refused_by_name) {
  for (const char* bad : {"1500ms", "500ms"})
    BOOST_TEST(refusal({{"wait_for_data", bad}}).find("wait_for_data") != std::string::npos);
  BOOST_TEST(refusal({{"reply_timeout", "10ms"}}).find("reply_timeout") != std::string::npos);
  BOOST_TEST(refusal({{"wait", "push"}}) != "");
  BOOST_TEST(refusal({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()

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
    BOOST_TEST(o.s.requests[2].operation == "list_events");
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

BOOST_AUTO_TEST_SUITE(parlant_events_closing)

BOOST_AUTO_TEST_CASE(a_session_is_deleted) {
  for (const char* how : {"auto", "yes"}) {
    opened o(with_agent({{"delete", how}}));
    o.s.answers = {{.status = 204}};
    BOOST_TEST(o.s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK, how);
    BOOST_TEST(o.s.requests[0].method == "DELETE");
    BOOST_TEST(o.s.requests[0].target == "/sessions/LVYfGBuLW1");
    BOOST_TEST(o.s.requests[0].operation == "delete_session");
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_if_deletion_is_off) {
  opened o(with_agent({{"delete", "no"}}));
  BOOST_TEST(o.s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.s.requests.empty());
}

BOOST_AUTO_TEST_CASE(where_deletion_is_forbidden_it_is_tried_once_and_no_failure) {
  opened o;
  o.s.answers = {forbidden("delete_session")};
  const auto& end = o.s.run(LSRUN_STEP_CLOSE);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(o.s.failures.back().second == "HTTP 403: Authorization failed: OPERATION=delete_session");
  fake_session second(o.parlant);
  BOOST_TEST(second.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(second.requests.empty());
}

BOOST_AUTO_TEST_CASE(sessions_that_close_while_the_first_deletion_is_on_its_way_wait_for_what_it_learns) {
  scenario_under_test parlant(lsrun_plugin_entry, with_agent());
  fake_session second(parlant), first(parlant);
  first.answers = {forbidden("delete_session")};
  first.begin(LSRUN_STEP_CLOSE);
  second.begin(LSRUN_STEP_CLOSE);
  BOOST_TEST(second.requests.empty());
  while (first.next()) {
  }
  while (second.next()) {
  }
  BOOST_TEST(second.end().outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(second.requests.empty());
}

BOOST_AUTO_TEST_CASE(where_deletion_must_work_a_refusal_is_a_failure) {
  opened o(with_agent({{"delete", "yes"}}));
  o.s.answers = {forbidden("delete_session")};
  BOOST_TEST(o.s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_CLIENT_ERROR);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_gone_is_lost) {
  for (const char* how : {"auto", "yes"}) {
    opened o(with_agent({{"delete", how}}));
    o.s.answers = {unknown_session()};
    const auto& end = o.s.run(LSRUN_STEP_CLOSE);
    BOOST_TEST(end.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
    BOOST_TEST(end.flags == LSRUN_SESSION_LOST);
  }
}

BOOST_AUTO_TEST_SUITE_END()
