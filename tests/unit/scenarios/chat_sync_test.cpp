// The scenario chat_sync whole: what it sends, and what it makes of the answers.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "support/fake_session.hpp"

extern "C" const lsrun_plugin lsrun_plugin_entry;

using namespace lsrun::test;
using option_list = std::vector<std::pair<std::string, lsrun::config::option_value>>;

namespace {

constexpr std::uint64_t second = 1'000'000'000;

answer reply(int code = 0, const std::string& message = "SUCCESS", int tokens = 12) {
  return {.body = R"({"status":200,"code":)" + std::to_string(code) + R"(,"message":")" + message +
                  R"(","data":{"message":"words","success":true,"total_tokens":)" + std::to_string(tokens) + "}}"};
}

answer failure(int status, const std::string& message) {
  return {.body =
              R"({"status":)" + std::to_string(status) + R"(,"code":-1,"message":")" + message + R"(","data":null})"};
}

std::string refusal(const option_list& options) {
  try {
    scenario_under_test made(lsrun_plugin_entry, options);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

std::vector<std::string> budgets(const scenario_under_test& s, const std::string& operation) {
  for (const auto& o : s.instance->operations())
    if (o.name == operation) return o.budgets;
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chat_sync)

BOOST_AUTO_TEST_CASE(a_session_is_opened_by_its_first_message_and_kept_by_its_id) {
  scenario_under_test chat(lsrun_plugin_entry, {{"title", "t"}, {"timeout", "30s"}});
  fake_session s(chat);
  s.about.number = 7;
  s.answers = {reply(), reply()};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_REQUIRE(s.requests.size() == 2u);
  const auto& first = s.requests[0];
  BOOST_TEST(first.method == "POST");
  BOOST_TEST(first.target == "/sessions/chat");
  BOOST_TEST(first.operation == "create_session");
  BOOST_TEST(first.timeout_ns > 30 * second);  // the target's own timeout answer must still arrive
  BOOST_TEST(first.flags == 0u);
  const auto sent = boost::json::parse(first.body).as_object();
  BOOST_TEST(sent.size() == 7u);
  BOOST_TEST(sent.at("message").as_string() == "message 0.1");
  BOOST_TEST(sent.at("session_id").as_string() == "run-7");
  BOOST_TEST(sent.at("customer_id").as_string() == "customer-run-7");
  BOOST_TEST(sent.at("session_title").as_string() == "t");
  BOOST_TEST(sent.at("tenant_id").as_string() == "");
  BOOST_TEST(sent.at("chatbot_id").as_string() == "");
  BOOST_TEST(sent.at("timeout").as_int64() == 30);
  BOOST_TEST(s.requests[1].operation == "chat");
  BOOST_TEST(boost::json::parse(s.requests[1].body).at("session_id").as_string() == "run-7");
  BOOST_TEST(boost::json::parse(s.requests[1].body).at("message").as_string() == "message 1.1");
}

BOOST_AUTO_TEST_CASE(a_tenants_ids_go_before_the_options) {
  scenario_under_test chat(lsrun_plugin_entry, {{"tenant_id", "T0"}, {"chatbot_id", "B0"}});
  fake_session s(chat);
  s.tenant = {{"tenant_id", "T1"}};
  s.answers = {reply()};
  s.run(LSRUN_STEP_OPEN);
  const auto sent = boost::json::parse(s.requests[0].body);
  BOOST_TEST(sent.at("tenant_id").as_string() == "T1");
  BOOST_TEST(sent.at("chatbot_id").as_string() == "B0");
}

BOOST_AUTO_TEST_CASE(replies_are_counted_by_what_their_envelope_says) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.answers = {reply(0, "SUCCESS", 40), reply(1, "NO ACTIONBOOK MATCHED", 5), reply(-1, "CALL TOOL ERROR", 6)};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_TEST(s.added["tokens"] == (std::vector<std::int64_t>{40, 5, 6}), boost::test_tools::per_element());
  BOOST_TEST(s.added["no_actionbook_matched"].size() == 1u);
  BOOST_TEST(s.added["call_tool_error"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_error_in_an_envelope_fails_the_step_with_its_words) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.answers = {failure(504, "TIMEOUT_ERROR"), failure(500, "INTERNAL"), {.body = "<html>"}, {.status = 502}};
  const auto expect = [&](lsrun_step which, lsrun_outcome outcome, const std::string& words) {
    const auto& end = s.run(which);
    BOOST_TEST(end.outcome == outcome);
    BOOST_TEST(end.text == words);
    BOOST_TEST(end.flags == 0u);
    BOOST_TEST(s.failures.back().second == words);  // the same reason stands with the request
  };
  expect(LSRUN_STEP_OPEN, LSRUN_OUTCOME_TIMEOUT, "envelope 504: TIMEOUT_ERROR");
  expect(LSRUN_STEP_TURN, LSRUN_OUTCOME_SERVER_ERROR, "envelope 500: INTERNAL");
  expect(LSRUN_STEP_TURN, LSRUN_OUTCOME_PROTOCOL_ERROR, "not a chat envelope: malformed JSON");
  expect(LSRUN_STEP_TURN, LSRUN_OUTCOME_SERVER_ERROR, "HTTP 502");
  BOOST_TEST(s.added.empty());
}

BOOST_AUTO_TEST_CASE(a_hidden_and_a_plain_refusal_are_retried_by_the_host) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.most_attempts = 3;
  s.answers = {failure(500, "Rate limit exceeded: OPERATION=chat, HEADERS=x"), {.status = 429}, reply()};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.failures.size() == 2u);
  BOOST_TEST(s.failures[0].second == "envelope 500: Rate limit exceeded: OPERATION=chat");
  BOOST_TEST(s.failures[1].second == "HTTP 429");
}

BOOST_AUTO_TEST_CASE(a_failed_connection_is_told_in_the_transports_words) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.answers = {{.status = 0, .outcome = LSRUN_OUTCOME_CONNECT_ERROR, .error = "connection refused"}};
  const auto& end = s.run(LSRUN_STEP_OPEN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_CONNECT_ERROR);
  BOOST_TEST(end.text == "connection refused");
}

BOOST_AUTO_TEST_CASE(a_first_message_draws_on_both_budgets_or_on_chat_alone) {
  const std::vector<std::string> both{"create_session", "chat"}, chat_alone{"chat"};
  scenario_under_test by_plan(lsrun_plugin_entry);
  BOOST_TEST(budgets(by_plan, "create_session") == both, boost::test_tools::per_element());
  scenario_under_test by_source(lsrun_plugin_entry, {{"first_message_counts", "chat"}});
  BOOST_TEST(budgets(by_source, "create_session") == chat_alone, boost::test_tools::per_element());
  BOOST_TEST(budgets(by_source, "chat") == chat_alone, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_at_a_sessions_end_unless_a_path_is_given) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  BOOST_TEST(s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests.empty());
}

BOOST_AUTO_TEST_CASE(a_session_is_deleted_where_the_target_has_a_path_for_it) {
  scenario_under_test chat(lsrun_plugin_entry, {{"delete_path", "/sessions/{session}?now"}});
  fake_session s(chat);
  s.answers = {{.status = 204}, {.status = 404}, {.status = 500}};
  BOOST_TEST(s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests[0].method == "DELETE");
  BOOST_TEST(s.requests[0].target == "/sessions/run-0?now");
  BOOST_TEST(s.requests[0].operation == "delete_session");
  const auto gone = s.run(LSRUN_STEP_CLOSE);
  BOOST_TEST(gone.outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(gone.flags == LSRUN_SESSION_LOST);
  const auto failed = s.run(LSRUN_STEP_CLOSE);
  BOOST_TEST(failed.outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(failed.flags == 0u);
  BOOST_TEST(failed.text == "HTTP 500");
}

BOOST_AUTO_TEST_CASE(a_step_that_lsrun_ends_is_cancelled) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.begin(LSRUN_STEP_OPEN);
  s.stop();
  while (s.next()) {
  }
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_CANCELLED);
}

BOOST_AUTO_TEST_CASE(options_that_cannot_work_are_refused_by_name) {
  BOOST_TEST(refusal({{"path", "sessions/chat"}}).find("path") != std::string::npos);
  BOOST_TEST(refusal({{"timeout", "10ms"}}).find("timeout") != std::string::npos);
  BOOST_TEST(refusal({{"delete_path", "/sessions"}}).find("delete_path") != std::string::npos);
  BOOST_TEST(refusal({{"first_message_counts", "none"}}) != "");
  BOOST_TEST(refusal({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
