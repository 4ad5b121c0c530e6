// The synchronous chat API: envelopes, budgets, slow first turns, agents thrown away.
#include <boost/test/unit_test.hpp>

#include "asking.hpp"

namespace lstarget::test {
namespace {

request say(std::string session, std::string more = "", std::string from = "10.0.0.1") {
  return post("/sessions/chat", R"({"message":"hi","customer_id":"c","session_id":")" + session + "\"" + more + "}",
              from);
}

std::int64_t status_in(const answered& a) { return a.json().at("status").as_int64(); }
std::int64_t code_in(const answered& a) { return a.json().at("code").as_int64(); }

BOOST_AUTO_TEST_CASE(the_first_message_makes_the_session_and_waits_for_its_agent) {
  auto o = quick();
  o.first_turn_delay = 2 * s;
  world w(o);
  const auto first = ask(w, say("a"), start), second = ask(w, say("a"), start + 10 * s);
  BOOST_TEST((first.what == operation::create_session));
  BOOST_TEST((second.what == operation::chat));
  BOOST_TEST(first.after == 2200 * ms);
  BOOST_TEST(second.after == 200 * ms);
  BOOST_TEST(first.status == 200);
  BOOST_TEST((first.ended == outcome::ok));
  const auto data = boost::json::object(first.json().at("data").as_object());
  for (const auto* key : {"message", "success", "id", "correlation_id", "creation_utc", "total_tokens", "session_id"})
    BOOST_TEST(data.contains(key), key);
  BOOST_TEST(data.at("session_id").as_string() == "a");
  BOOST_TEST(w.sessions.counts().created == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_whose_agent_was_thrown_away_is_slow_again_and_known_still) {
  auto o = quick();
  o.lru = 2;
  o.first_turn_delay = 2 * s;
  world w(o);
  for (const auto* id : {"a", "b", "a", "c"}) ask(w, say(id), start);  // throws b's away
  BOOST_TEST(w.sessions.counts().evicted == 1u);
  BOOST_TEST(ask(w, say("a"), start + 10 * s).after == 200 * ms);
  const auto b = ask(w, say("b"), start + 20 * s);
  BOOST_TEST(b.after == 2200 * ms);
  BOOST_TEST((b.what == operation::chat));
  BOOST_TEST(w.sessions.counts().alive == 3u);
}

BOOST_AUTO_TEST_CASE(a_refusal_hides_in_an_envelope_and_its_session_stays_unknown) {
  auto o = quick();
  o.limits = *parse_limits("chat=5/min,create_session=1/min");
  world w(o);
  ask(w, say("a"), start);
  const auto refused = ask(w, say("b"), start + s);
  BOOST_TEST(refused.status == 200);
  BOOST_TEST(refused.after == 0);
  BOOST_TEST((refused.ended == outcome::rate_limited));
  BOOST_TEST((refused.what == operation::create_session));
  BOOST_TEST(status_in(refused) == 500);
  BOOST_TEST(code_in(refused) == -1);
  BOOST_TEST(
      refused.json().at("message").as_string().starts_with("Rate limit exceeded: OPERATION=create_guest_session"));
  BOOST_TEST(refused.json().at("data").is_null());
  BOOST_TEST((ask(w, say("b"), start + 60 * s).what == operation::create_session));
}

BOOST_AUTO_TEST_CASE(first_messages_take_a_place_of_both_budgets_or_of_chat_alone) {
  auto o = quick();
  o.limits = *parse_limits("chat=3/min,create_session=2/min");
  world both(o);
  o.first_counts_both = false;
  world chat_alone(o);
  int let_through[2] = {};
  for (int i = 0; i < 9; ++i) {
    let_through[0] += ask(both, say("s" + std::to_string(i)), start).ended == outcome::ok;
    let_through[1] += ask(chat_alone, say("s" + std::to_string(i)), start).ended == outcome::ok;
  }
  BOOST_TEST(let_through[0] == 2);
  BOOST_TEST(let_through[1] == 3);
}

BOOST_AUTO_TEST_CASE(a_plain_refusal_is_429_and_tells_when_to_come_back_if_wanted) {
  auto o = quick();
  o.hidden_refusal = false;
  o.limits = *parse_limits("chat=1/min");
  world w(o);
  o.retry_after = true;
  world telling(o);
  for (auto* one : {&w, &telling}) ask(*one, say("a"), start);
  const auto silent = ask(w, say("a"), start + 500 * ms), told = ask(telling, say("a"), start + 500 * ms);
  BOOST_TEST(silent.status == 429);
  BOOST_TEST((silent.ended == outcome::rate_limited));
  BOOST_TEST(silent.head.find("retry-after") == std::string::npos);
  BOOST_TEST(told.head.find("retry-after: 60\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_reply_in_time_is_an_envelope_504_when_the_time_is_over) {
  auto o = quick();
  o.timeout_share = 1;
  world silent(o);
  const auto a = ask(silent, say("a", R"(,"timeout":7)"), start);
  BOOST_TEST(a.after == 7 * s);
  BOOST_TEST(a.status == 200);
  BOOST_TEST(status_in(a) == 504);
  BOOST_TEST((a.ended == outcome::timeout));
  o.timeout_share = 0;
  o.delay.a = 3.0 * s;
  world slow(o);
  BOOST_TEST(status_in(ask(slow, say("a", R"(,"timeout":2)"), start)) == 504);
  BOOST_TEST(status_in(ask(slow, say("a", R"(,"timeout":4)"), start)) == 200);
}

BOOST_AUTO_TEST_CASE(business_errors_work_and_server_errors_do_not) {
  auto o = quick();
  o.business_share = 1;
  world business(o);
  bool seen[2] = {};
  for (int i = 0; i < 40; ++i) {
    const auto a = ask(business, say("s" + std::to_string(i)), start);
    BOOST_TEST(status_in(a) == 200);
    BOOST_TEST((a.ended == outcome::business_error));
    seen[code_in(a) == 1] = true;
    BOOST_TEST(a.json().at("message").as_string() == (code_in(a) == 1 ? "NO ACTIONBOOK MATCHED" : "CALL TOOL ERROR"));
  }
  BOOST_TEST((seen[0] && seen[1]));
  o.business_share = 0;
  o.error_share = 1;
  world broken(o);
  const auto a = ask(broken, say("a"), start);
  BOOST_TEST(status_in(a) == 500);
  BOOST_TEST((a.ended == outcome::server_error));
}

BOOST_AUTO_TEST_CASE(a_body_with_faults_is_422_and_takes_no_place) {
  auto o = quick();
  o.limits = *parse_limits("chat=1/min");
  world w(o);
  for (const auto* body : {"", "{", "[]", "{}", R"({"message":"m"})", R"({"message":1,"session_id":"a"})",
                           R"({"message":"m","session_id":"a","timeout":"x"})"})
    BOOST_TEST(ask(w, post("/sessions/chat", body), start).status == 422, body);
  BOOST_TEST((ask(w, say("a"), start).ended == outcome::ok));
}

}  // namespace
}  // namespace lstarget::test
