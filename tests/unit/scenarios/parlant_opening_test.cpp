// How parlant_events opens and closes sessions.
#include <boost/json.hpp>

#include "parlant_play.hpp"

using namespace parlant_play;

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
