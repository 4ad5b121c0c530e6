// The events API without sockets: a turn as a client sees it, the policy, limits, cancellation, waiting.
#include <boost/test/unit_test.hpp>

#include "asking.hpp"

namespace lstarget::test {
namespace {

std::string session(world& w, instant now, std::string more = "") {
  const auto a = ask(w, post("/sessions", R"({"agent_id":"lstagent01")" + more + "}"), now);
  BOOST_REQUIRE(a.status == 201);
  return std::string(a.json().at("id").as_string());
}

answered say(world& w, const std::string& id, instant now, std::string text = "hello") {
  return ask(w,
             post("/sessions/" + id + "/events", R"({"kind":"message","source":"customer","message":")" + text + "\"}"),
             now);
}

answered list(world& w, const std::string& id, std::string query, instant now) {
  return ask(w, get("/sessions/" + id + "/events", std::move(query)), now);
}

// "acknowledged processing ..." of all events, messages as their text.
std::string told(const answered& a) {
  std::string text;
  const auto all = a.json();
  for (const auto& e : all.as_array()) {
    const auto& data = e.at("data").as_object();
    if (!text.empty()) text += " | ";
    if (e.at("kind").as_string() == "message")
      text.append(data.at("message").as_string());
    else
      text.append(data.at("status").as_string());
    if (const auto* more = data.if_contains("data"); more && more->as_object().contains("stage"))
      text.append("/").append(more->at("stage").as_string());
  }
  return text;
}

const std::string stub = "This is a stub reply to your message.";

BOOST_AUTO_TEST_CASE(a_poll_is_answered_on_its_own_grid_once_the_reply_is_there) {
  world w(quick());
  const auto id = session(w, start);
  const auto sent = say(w, id, start);
  BOOST_TEST(sent.status == 201);
  BOOST_TEST(sent.json().at("offset").as_int64() == 0);
  const auto a = list(w, id, "min_offset=1&source=ai_agent&kinds=message&wait_for_data=60", start + 10 * ms);
  BOOST_TEST(a.after == 250 * ms);
  BOOST_TEST(told(a) == stub);
  BOOST_TEST(a.json().at(0).at("trace_id").as_string() == sent.json().at("trace_id").as_string());
  const auto all = list(w, id, "wait_for_data=0", start + s);
  BOOST_TEST(told(all) ==
             "hello | acknowledged | processing/Interpreting | typing | " + stub + " | ready | ready/completed");
  std::int64_t offset = 0;
  const auto events = all.json();
  for (const auto& e : events.as_array()) BOOST_TEST(e.at("offset").as_int64() == offset++);
}

BOOST_AUTO_TEST_CASE(a_poll_without_events_ends_in_504_when_its_time_is_over) {
  world w(quick());
  const auto id = session(w, start);
  const auto a = list(w, id, "wait_for_data=2", start);
  BOOST_TEST(a.status == 504);
  BOOST_TEST(a.after == 2 * s);
  BOOST_TEST((a.ended == outcome::empty_poll));
  BOOST_TEST(a.body == R"({"detail":"Request timed out"})");
  BOOST_TEST(list(w, id, "wait_for_data=0", start).body == "[]");
  BOOST_TEST(list(w, id, "wait_for_data=0.5", start).status == 422);
  BOOST_TEST(list(w, "nope", "wait_for_data=2", start).status == 404);
  const auto broken = list(w, id, "kinds=bogus&wait_for_data=0", start);
  BOOST_TEST(broken.status == 500);
  BOOST_TEST(broken.close);
}

BOOST_AUTO_TEST_CASE(a_stream_tells_each_event_in_a_chunk_and_ends_after_quiet_seconds) {
  world w(quick());
  const auto id = session(w, start);
  say(w, id, start);
  const auto a = list(w, id, "min_offset=1&sse=true&wait_for_data=2", start);
  BOOST_TEST(a.status == 200);
  BOOST_TEST(a.after == 2250 * ms);
  BOOST_TEST((a.ended == outcome::ok));
  std::size_t events = 0;
  for (std::size_t at = 0; (at = a.body.find("\r\ndata: {", at)) != std::string::npos; ++at) ++events;
  BOOST_TEST(events == 6u);
  BOOST_TEST(a.body.ends_with("\n\n\r\n0\r\n\r\n"));
  const auto quiet = list(w, id, "min_offset=99&sse=true&wait_for_data=1", start + 9 * s);
  BOOST_TEST(quiet.body == "0\r\n\r\n");
  BOOST_TEST((quiet.ended == outcome::empty_poll));
  BOOST_TEST(list(w, "nope", "sse=true&wait_for_data=5", start).after == 0);
}

BOOST_AUTO_TEST_CASE(a_second_message_cancels_the_turn_under_way) {
  world w(quick());
  const auto id = session(w, start);
  say(w, id, start, "first");
  say(w, id, start + 50 * ms, "second");
  const auto all = list(w, id, "wait_for_data=0", start + s);
  BOOST_TEST(told(all) ==
             "first | acknowledged | processing/Interpreting | second | cancelled | ready/completed | acknowledged | "
             "processing/Interpreting | typing | " +
                 stub + " | ready | ready/completed");
  const auto list_of_events = all.json();
  const auto& events = list_of_events.as_array();
  BOOST_TEST(events[4].at("trace_id").as_string() == events[0].at("trace_id").as_string());
  BOOST_TEST(events[6].at("trace_id").as_string() == events[3].at("trace_id").as_string());
}

BOOST_AUTO_TEST_CASE(a_third_message_keeps_what_is_to_be_told_of_the_first) {
  world w(quick());
  const auto id = session(w, start);
  for (const auto* text : {"1", "2", "3"}) say(w, id, start, text);
  BOOST_TEST(told(list(w, id, "wait_for_data=0", start + s)) ==
             "1 | 2 | 3 | cancelled | ready/completed | cancelled | ready/completed | acknowledged | "
             "processing/Interpreting | typing | " +
                 stub + " | ready | ready/completed");
}

BOOST_AUTO_TEST_CASE(the_first_three_turns_have_a_preamble_if_asked_for) {
  auto o = quick();
  o.preamble = true;
  world w(o);
  const auto id = session(w, start);
  for (int turn = 0; turn < 4; ++turn) say(w, id, start + turn * 10 * s);
  const auto all = list(w, id, "kinds=message&source=ai_agent&wait_for_data=0", start + 60 * s).json();
  BOOST_REQUIRE(all.as_array().size() == 7u);
  for (const int i : {0, 2, 4}) BOOST_TEST(all.at(i).at("data").at("tags") == boost::json::array({"__preamble__"}));
  BOOST_TEST(!all.at(6).at("data").as_object().contains("tags"));
}

BOOST_AUTO_TEST_CASE(messages_wait_while_parts_of_a_split_reply_go_out) {
  auto o = quick();
  o.split = 2;
  world w(o);
  const auto one = session(w, start), other = session(w, start);
  say(w, one, start);
  BOOST_TEST(say(w, other, start + 100 * ms).after == 0);  // no part is out yet
  const auto waited = say(w, other, start + 1000 * ms);
  BOOST_TEST(waited.status == 201);
  BOOST_TEST(waited.after >= 800 * ms);
  BOOST_TEST(waited.after < 2 * part_gap);
  BOOST_TEST(list(w, one, "kinds=message&source=ai_agent&wait_for_data=0", start + 9 * s).json().as_array().size() ==
             2u);
}

BOOST_AUTO_TEST_CASE(a_streamed_message_grows_until_its_null) {
  auto o = quick();
  o.stream = true;
  world w(o);
  const auto id = session(w, start);
  say(w, id, start);
  const auto early = list(w, id, "min_offset=1&kinds=message&wait_for_data=0", start + 270 * ms).json();
  BOOST_TEST(early.at(0).at("data").at("message").as_string() == "This is a stub ");
  BOOST_TEST(early.at(0).at("data").at("chunks") == boost::json::array({"This is ", "a stub "}));
  const auto path = "/sessions/" + id + "/events/" + std::string(early.at(0).at("id").as_string());
  const auto grown = ask(w, get(path, "sse=true"), start + 270 * ms);
  BOOST_TEST(grown.after == 200 * ms);
  BOOST_TEST(grown.pieces.size() == 3u);
  BOOST_TEST(grown.body.find(R"("chunks":["This is ","a stub ","reply to ","your message.",null])") !=
             std::string::npos);
  const auto whole = ask(w, get(path, "wait_for_completion=true"), start + 270 * ms);
  BOOST_TEST(whole.json().at("data").at("message").as_string() == stub);
  BOOST_TEST(ask(w, get("/sessions/" + id + "/events/nope"), start).body ==
             "{\"detail\":\"Event not found (id='nope')\"}");
}

BOOST_AUTO_TEST_CASE(a_failed_turn_ends_without_a_message) {
  auto o = quick();
  o.fail_share = 1;
  world w(o);
  const auto id = session(w, start);
  say(w, id, start);
  BOOST_TEST(told(list(w, id, "wait_for_data=0", start + s)) ==
             "hello | acknowledged | processing/Interpreting | typing | typing | typing | ready/completed");
}

BOOST_AUTO_TEST_CASE(a_server_error_closes_and_the_next_try_has_a_draw_of_its_own) {
  auto o = quick();
  o.error_share = 0.5;
  world w(o);
  const auto id = session(w, start);
  int errors = 0;
  for (int i = 0; i < 40; ++i) {
    const auto a = say(w, id, start + i * s);
    errors += a.status == 500;
    BOOST_TEST((a.status == 500) == a.close);
  }
  BOOST_TEST(errors > 5);
  BOOST_TEST(errors < 35);
}

BOOST_AUTO_TEST_CASE(the_production_policy_forbids_before_it_counts) {
  auto o = quick();
  o.production = true;
  o.limits = *parse_limits("production");
  world w(o);
  const auto id = session(w, start);
  for (int i = 0; i < 20; ++i) {
    const auto a = ask(w, post("/sessions", R"({"agent_id":"lstagent01","customer_id":"c"})"), start);
    BOOST_TEST(a.status == 403);
    BOOST_TEST(a.json().at("detail").as_string().starts_with(
        "Authorization failed: OPERATION=create_customer_session, HEADERS="));
  }
  auto away = get("/sessions/" + id);
  away.method = "DELETE";
  BOOST_TEST(ask(w, away, start).status == 403);
  BOOST_TEST(ask(w, get("/agents"), start).status == 403);
  BOOST_TEST(ask(w, get("/sessions"), start).status == 403);
  BOOST_TEST(ask(w, get("/sessions/" + id + "/events/x"), start).status == 403);
  BOOST_TEST(ask(w, get("/agents/lstagent01"), start).json().at("description").is_null());
  int let_through = 1;
  for (int i = 0; i < 20; ++i)
    let_through += ask(w, post("/sessions", R"({"agent_id":"lstagent01"})"), start + s).status == 201;
  BOOST_TEST(let_through == 10);
}

BOOST_AUTO_TEST_CASE(what_is_let_through_counts_even_if_it_then_fails) {
  auto o = quick();
  o.limits = *parse_limits("create_session=2/min,chat=2/min");
  world w(o);
  BOOST_TEST(ask(w, post("/sessions", "{}"), start).status == 422);  // does not count
  BOOST_TEST(ask(w, post("/sessions", R"({"agent_id":"nope"})"), start).status == 404);
  BOOST_TEST(ask(w, post("/sessions", R"({"agent_id":"nope"})"), start).status == 404);
  BOOST_TEST(ask(w, post("/sessions", R"({"agent_id":"nope"})"), start).status == 429);
  BOOST_TEST(say(w, "nope", start).status == 404);
  const auto hand_made = ask(w, post("/sessions/nope/events", R"({"kind":"message","source":"customer"})"), start);
  BOOST_TEST(hand_made.status == 422);
  BOOST_TEST(hand_made.body == R"({"detail":"Missing 'message' field for event"})");
  const auto refused = say(w, "nope", start);
  BOOST_TEST(refused.status == 429);
  BOOST_TEST(refused.json().at("detail").as_string().starts_with(
      "Rate limit exceeded: OPERATION=create_customer_event, HEADERS=Headers({"));
  BOOST_TEST(ask(w, get("/agents/lstagent01", "", " ,x"), start).body == R"({"detail":"No client IP found"})");
}

BOOST_AUTO_TEST_CASE(a_deleted_session_is_gone_without_a_word) {
  world w(quick());
  const auto id = session(w, start);
  auto away = get("/sessions/" + id);
  away.method = "DELETE";
  const auto a = ask(w, away, start);
  BOOST_TEST(a.status == 204);
  BOOST_TEST(a.body.empty());
  BOOST_TEST(a.head.find("content-length") == std::string::npos);
  BOOST_TEST(ask(w, away, start).body == "{\"detail\":\"Session not found (id='" + id + "')\"}");
  BOOST_TEST(w.sessions.counts().deleted == 1u);
  BOOST_TEST(w.sessions.counts().alive == 0u);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods) {
  world w(quick());
  BOOST_TEST(ask(w, get("/nosuchpath"), start).body == R"({"detail":"Not Found"})");
  BOOST_TEST(ask(w, get("/sessions/a/b/c/d"), start).status == 404);
  auto put = get("/agents");
  put.method = "PUT";
  const auto a = ask(w, put, start);
  BOOST_TEST(a.status == 405);
  BOOST_TEST(a.head.find("allow: GET\r\n") != std::string::npos);
}

}  // namespace
}  // namespace lstarget::test
