// Customers: who is answered, who is not.
#include <boost/test/unit_test.hpp>

#include "asking.hpp"

namespace lstarget::test {
namespace {

std::size_t events_of_a_turn(world& w, std::string customer) {
  const auto session =
      ask(w, post("/sessions", R"({"agent_id":"lstagent01","customer_id":")" + customer + "\"}"), start);
  BOOST_REQUIRE(session.status == 201);
  const auto path = "/sessions/" + std::string(session.json().at("id").as_string()) + "/events";
  BOOST_TEST(ask(w, post(path, R"({"kind":"message","source":"customer","message":"m"})"), start).status == 201);
  return ask(w, get(path, "wait_for_data=0"), start + 10 * s).json().as_array().size();
}

BOOST_AUTO_TEST_CASE(a_customer_is_created_once_and_read) {
  world w(quick());
  const auto made = ask(w, post("/customers", R"({"name":"Ann","id":"c-1","metadata":{"a":"b"}})"), start);
  BOOST_TEST(made.status == 201);
  BOOST_TEST((made.what == operation::create_customer));
  BOOST_TEST(made.json().at("id").as_string() == "c-1");
  BOOST_TEST(ask(w, get("/customers/c-1"), start).body == made.body);
  BOOST_TEST(ask(w, get("/customers/nope"), start).body == R"({"detail":"Item 'nope' not found"})");
  const auto again = ask(w, post("/customers", R"({"name":"Ann","id":"c-1"})"), start);
  BOOST_TEST(again.status == 500);
  BOOST_TEST(again.close);
  const auto own = ask(w, post("/customers", R"({"name":"Bob"})"), start),
             other = ask(w, post("/customers", R"({"name":"Bob"})"), start);
  BOOST_TEST(own.json().at("id").as_string().size() == 10u);
  BOOST_TEST(own.json().at("id") != other.json().at("id"));
  BOOST_TEST(
      ask(w, post("/customers", R"({"name":""})"), start).body ==
      R"({"detail":[{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}]})");
}

BOOST_AUTO_TEST_CASE(only_the_guest_and_created_customers_are_answered) {
  world w(quick());
  ask(w, post("/customers", R"({"name":"Ann","id":"c-1"})"), start);
  BOOST_TEST(events_of_a_turn(w, "guest") == 7u);
  BOOST_TEST(events_of_a_turn(w, "c-1") == 7u);
  BOOST_TEST(events_of_a_turn(w, "c-2") == 1u);
}

BOOST_AUTO_TEST_CASE(a_message_shows_its_customers_name) {
  world w(quick());
  ask(w, post("/customers", R"({"name":"Ann","id":"c-1"})"), start);
  const auto session = ask(w, post("/sessions", R"({"agent_id":"lstagent01","customer_id":"c-1"})"), start).json();
  const auto sent = ask(w,
                        post("/sessions/" + std::string(session.at("id").as_string()) + "/events",
                             R"({"kind":"message","source":"customer","message":"m"})"),
                        start);
  BOOST_TEST(sent.json().at("data").at("participant") == (boost::json::object{{"id", "c-1"}, {"display_name", "Ann"}}));
}

BOOST_AUTO_TEST_CASE(a_customer_of_the_chat_api_is_made_with_its_session) {
  world w(quick());
  ask(w, post("/sessions/chat", R"({"message":"m","session_id":"a","customer_id":"c"})"), start);
  ask(w, post("/sessions/a/events", R"({"kind":"message","source":"customer","message":"m"})"), start);
  BOOST_TEST(ask(w, get("/sessions/a/events", "wait_for_data=0"), start + 10 * s).json().as_array().size() == 7u);
}

BOOST_AUTO_TEST_CASE(the_production_policy_lets_nobody_make_or_see_customers) {
  auto o = quick();
  o.production = true;
  world w(o);
  const auto made = ask(w, post("/customers", R"({"name":"Ann"})"), start);
  BOOST_TEST(made.status == 403);
  BOOST_TEST(
      made.json().at("detail").as_string().starts_with("Authorization failed: OPERATION=create_customer, HEADERS="));
  BOOST_TEST(ask(w, get("/customers/guest"), start).status == 403);
}

}  // namespace
}  // namespace lstarget::test
