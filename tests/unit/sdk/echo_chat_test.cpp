// The sketch of a scenario does what it says.
#include <boost/test/unit_test.hpp>

#include "support/fake_session.hpp"

using namespace lsrun::test;

extern "C" const lsrun_plugin lsrun_plugin_entry;

BOOST_AUTO_TEST_SUITE(echo_chat)

BOOST_AUTO_TEST_CASE(a_session_is_opened_and_takes_its_turns) {
  scenario_under_test chat(lsrun_plugin_entry, {{"path", std::string("/talk")}});
  fake_session s(chat);
  s.about.number = 7;
  s.answers = {{.body = R"({"id":"s-7"})"}, {.body = "{}"}, {.status = 503}};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_REQUIRE(s.requests.size() == 3u);
  BOOST_TEST(s.requests[0].method == "POST");
  BOOST_TEST(s.requests[0].target == "/talk");
  BOOST_TEST(s.requests[0].body == R"({"hello":"run-7"})");
  BOOST_TEST(s.requests[0].operation == "create_session");
  BOOST_TEST((s.requests[0].headers == std::vector<name_and_value>{{"Content-Type", "application/json"}}));
  BOOST_TEST(s.requests[1].target == "/talk/s-7");
  BOOST_TEST(s.requests[1].body == R"({"message":"message 1.1"})");
  BOOST_TEST(s.requests[2].operation == "chat");
}

BOOST_AUTO_TEST_CASE(no_close_step_is_declared_where_there_is_none) {
  scenario_under_test chat(lsrun_plugin_entry);
  BOOST_TEST(chat.table().flags == LSRUN_SCENARIO_NO_CLOSE);
  BOOST_TEST(chat.table().session_size == sizeof(std::string));
}

BOOST_AUTO_TEST_CASE(a_cancelled_step_ends_as_cancelled) {
  scenario_under_test chat(lsrun_plugin_entry);
  fake_session s(chat);
  s.begin(LSRUN_STEP_OPEN);
  s.stop();
  BOOST_TEST(s.next());
  BOOST_TEST(s.end().ended);
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_CANCELLED);
  BOOST_TEST(s.in_flight() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
