// Each row of the chat API's table of envelopes, and what is no envelope at all.
#include "../../../plugins/scenarios/chat_sync/envelope.hpp"

#include <boost/test/unit_test.hpp>

using chat_sync::read_envelope;

namespace {

// An envelope with the parts that are judged; data is JSON.
std::string envelope(int status, int code, const std::string& message, const std::string& data = "null") {
  return R"({"status":)" + std::to_string(status) + R"(,"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"(","data":)" + data + "}";
}

const std::string reply =
    R"({"message":"hello","success":true,"id":"e1","correlation_id":"c1","creation_utc":"2026-11-23T20:17:42.998410Z",)"
    R"("total_tokens":321,"session_id":"s1"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(envelope_of_the_chat_api)

BOOST_AUTO_TEST_CASE(a_reply_is_a_success_with_its_tokens) {
  const auto v = read_envelope(200, envelope(200, 0, "SUCCESS", reply));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(v.reason == "");
  BOOST_TEST(v.total_tokens.value() == 321);
}

BOOST_AUTO_TEST_CASE(a_reply_without_a_token_count_is_a_success_too) {
  const auto v = read_envelope(200, envelope(200, 0, "SUCCESS", R"({"message":"hello","total_tokens":null})"));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(!v.total_tokens.has_value());
}

BOOST_AUTO_TEST_CASE(no_actionbook_is_a_business_error) {
  const auto v = read_envelope(200, envelope(200, 1, "NO ACTIONBOOK MATCHED", reply));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_TEST(v.code == 1);
  BOOST_TEST(v.reason == "code 1: NO ACTIONBOOK MATCHED");
}

BOOST_AUTO_TEST_CASE(a_failed_tool_is_a_business_error_also_without_data) {
  const auto v = read_envelope(200, envelope(200, -1, "CALL TOOL ERROR"));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_TEST(v.code == -1);
  BOOST_TEST(v.reason == "code -1: CALL TOOL ERROR");
}

BOOST_AUTO_TEST_CASE(an_envelope_504_is_a_timeout) {
  const auto v = read_envelope(200, envelope(504, 504, "TIMEOUT_ERROR: no reply within 60 s"));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_TIMEOUT);
  BOOST_TEST(v.reason == "envelope 504: TIMEOUT_ERROR: no reply within 60 s");
}

BOOST_AUTO_TEST_CASE(a_refusal_hidden_in_an_envelope_500_is_rate_limited) {
  const auto v = read_envelope(
      200, envelope(500, -1, "Rate limit exceeded: OPERATION=chat, HEADERS=Headers({'x-forwarded-for': '10.0.0.1'})"));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_RATE_LIMITED);
  BOOST_TEST(v.reason == "envelope 500: Rate limit exceeded: OPERATION=chat");  // alike for every address
}

BOOST_AUTO_TEST_CASE(any_other_envelope_500_is_a_server_error) {
  BOOST_TEST(read_envelope(200, envelope(500, 500, "INTERNAL")).outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(read_envelope(200, envelope(500, -1, "No Rate limit exceeded here")).outcome ==
             LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(read_envelope(200, envelope(502, 500, "Rate limit exceeded")).outcome == LSRUN_OUTCOME_SERVER_ERROR);
}

BOOST_AUTO_TEST_CASE(an_envelope_429_or_4xx_is_what_it_says) {
  BOOST_TEST(read_envelope(200, envelope(429, 429, "")).outcome == LSRUN_OUTCOME_RATE_LIMITED);
  BOOST_TEST(read_envelope(200, envelope(404, 404, "")).outcome == LSRUN_OUTCOME_CLIENT_ERROR);
}

BOOST_AUTO_TEST_CASE(a_plain_http_status_is_judged_without_an_envelope) {
  BOOST_TEST(read_envelope(429, R"({"detail":"slow down"})").outcome == LSRUN_OUTCOME_RATE_LIMITED);
  BOOST_TEST(read_envelope(429, "").reason == "HTTP 429");
  BOOST_TEST(read_envelope(404, "").outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(read_envelope(500, "Internal Server Error").outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(read_envelope(504, "").outcome == LSRUN_OUTCOME_SERVER_ERROR);  // a gateway's, not the chat API's
}

BOOST_AUTO_TEST_CASE(a_200_that_is_no_envelope_is_a_protocol_error) {
  const char* const bodies[] = {"",
                                "{\"status\":200,",
                                "<html></html>",
                                "[]",
                                "{}",
                                R"({"status":"200","code":0})",
                                R"({"status":200})",
                                R"({"status":200,"code":0,"message":"SUCCESS","data":null})",
                                R"({"status":200,"code":7,"message":"?","data":{}})",
                                R"({"status":302,"code":0})"};
  for (const auto* body : bodies) BOOST_TEST(read_envelope(200, body).outcome == LSRUN_OUTCOME_PROTOCOL_ERROR, body);
  BOOST_TEST(read_envelope(200, "").reason == "not a chat envelope: an empty body");
  BOOST_TEST(read_envelope(200, "{").reason == "not a chat envelope: malformed JSON");
}

BOOST_AUTO_TEST_CASE(long_words_are_cut_between_characters) {
  std::string words;
  for (int i = 0; i < 50; ++i) words += "\xE5\x95\x8A";  // three bytes each
  const auto v = read_envelope(200, envelope(500, 500, words));
  const auto cut = v.reason.substr(std::string("envelope 500: ").size());
  BOOST_TEST(cut.size() <= 120u);
  BOOST_TEST(cut.size() % 3 == 0u);
  BOOST_TEST(read_envelope(200, envelope(500, 500, "one\\ntwo")).reason == "envelope 500: one");
}

BOOST_AUTO_TEST_CASE(a_large_reply_outgrows_the_room_on_the_stack_and_is_read_all_the_same) {
  const auto v = read_envelope(
      200, envelope(200, 0, "SUCCESS", R"({"message":")" + std::string(100'000, 'x') + R"(","total_tokens":5})"));
  BOOST_TEST(v.outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(v.total_tokens.value() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
