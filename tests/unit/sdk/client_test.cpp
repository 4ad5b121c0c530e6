// What a scenario can do through lsrun::client, seen from the host's side.
#include <boost/test/unit_test.hpp>

#include "all_powers.hpp"
#include "plugin/setup.hpp"
#include "support/fake_session.hpp"

using namespace lsrun::test;

extern "C" const lsrun_plugin lsrun_plugin_entry;

namespace {

std::vector<std::string> log_lines;

struct powers : scenario_under_test {
  explicit powers(const std::string& what, std::int64_t count = 3)
      : scenario_under_test(lsrun_plugin_entry, {{"do", what}, {"count", count}}, "all_powers") {
    log_lines.clear();
    lsrun::plugin::set_log([](lsrun_level, std::string_view text) { log_lines.emplace_back(text); });
  }
  ~powers() {
    lsrun::plugin::set_log(nullptr);
    BOOST_TEST(living_locals == 0);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client)

BOOST_AUTO_TEST_CASE(every_method_sends_what_it_says) {
  powers p("methods");
  fake_session s(p);
  s.tenant["id"] = "t1";
  s.answers = {{.body = "say \"hi\"\n"}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_REQUIRE(s.requests.size() == 4u);
  BOOST_TEST(s.requests[0].method == "GET");
  BOOST_TEST(s.requests[0].timeout_ns == 5'000'000'000u);
  BOOST_TEST((s.requests[0].headers == std::vector<name_and_value>{{"Accept", "text/plain"}, {"X-Two", "2"}}));
  BOOST_TEST(s.requests[1].method == "PUT");
  BOOST_TEST(s.requests[1].body == R"({"a":1,"b":"say \"hi\"\n","c":[true,null,2.5]})");
  BOOST_TEST((s.requests[1].headers == std::vector<name_and_value>{{"Content-Type", "application/json"}}));
  BOOST_TEST(s.requests[2].method == "PATCH");
  BOOST_TEST(s.requests[2].body == "a=1");
  BOOST_TEST((s.requests[2].headers == std::vector<name_and_value>{{"Content-Type", "text/plain"}}));
  BOOST_TEST(s.requests[3].method == "OPTIONS");
  BOOST_TEST(s.requests[3].target == "/x/t1/y");
  BOOST_TEST(s.requests[3].headers.size() == 5u);
  BOOST_TEST(s.requests[3].flags == (LSRUN_HTTP_LONG_POLL | LSRUN_HTTP_NO_RETRY));
  BOOST_TEST((s.sleeps == std::vector<std::uint64_t>{1'500'000'000u}));
  BOOST_TEST((s.failures == std::vector<name_and_value>{{"other", "by the request's own"}}));
}

BOOST_AUTO_TEST_CASE(prepared_requests_are_sent_with_their_bodies_whatever_the_host_knows) {
  const auto check = [](fake_session& s) {
    BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
    BOOST_REQUIRE(s.requests.size() == 5u);
    const char* const bodies[] = {R"({"text":"one"})", R"({"text":"two"})", "plain", ""};
    for (std::size_t i = 0; i < 4; ++i) {
      const sent_request& r = s.requests[i];
      BOOST_TEST(r.method == "POST");
      BOOST_TEST(r.target == "/ask");
      BOOST_TEST(r.operation == "ask");
      BOOST_TEST(r.body == bodies[i]);
      BOOST_TEST(r.timeout_ns == 2'000'000'000u);
      std::vector<name_and_value> headers{{"X-One", "1"}};
      if (i < 2) headers.emplace_back("Content-Type", "application/json");
      BOOST_TEST((r.headers == headers));
    }
    BOOST_TEST(s.requests[4].operation == "create_session");
    BOOST_TEST(s.requests[4].flags == LSRUN_HTTP_NO_RETRY);
    BOOST_TEST((s.failures == std::vector<name_and_value>{{"create_session", "by the request's own"}}));
  };
  powers p("prepared");
  BOOST_TEST(p.instance->prepared(0) != nullptr);
  BOOST_TEST(p.instance->prepared(4) == nullptr);  // two requests, each with a JSON body and with another
  fake_session s(p);
  check(s);

  // A host of version 1.0: it sends what it is given each time.
  static lsrun_host old = lsrun::plugin::host_for("old");
  old.struct_size = offsetof(lsrun_host, prepare);
  old.prepare = nullptr;
  old.http_prepared = nullptr;
  const auto* type = lsrun::plugin::items<lsrun_scenario_type>(lsrun_plugin_entry.scenarios)[0];
  std::vector<lsrun::plugin::problem> problems;
  const auto options = lsrun::plugin::check_options(type->options, {{"do", std::string("prepared"), {"test", 1, 1}}},
                                                    "all_powers", {}, problems);
  lsrun::metrics::registry names;
  std::vector<lsrun::plugin::defined_operation> operations;
  lsrun_setup setup;
  setup.options = options.get();
  setup.names = &names;
  setup.operations = &operations;
  lsrun_scenario table{};
  table.struct_size = sizeof table;
  lsrun_text_out error{};
  BOOST_REQUIRE(type->create(&old, &setup, &table, &error) == LSRUN_OK);
  {
    fake_session t(table, &names);
    check(t);
  }
  table.destroy(table.self);
}

BOOST_AUTO_TEST_CASE(replies_keep_their_texts) {
  powers p("keep_replies");
  fake_session s(p);
  for (const char* text : {"1", "2", "3", "4", "5"}) s.answers.push_back({.body = text});
  s.answers.push_back({.status = 0, .outcome = LSRUN_OUTCOME_CONNECT_ERROR, .error = "no way"});
  s.answers.push_back({.body = "7"});
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(metrics_and_budgets_are_defined_in_the_constructor) {
  powers p("methods");
  fake_session s(p);
  s.answers = {{.headers = {{"X-Id", "77"}}, .takes_ns = 4'000'000}};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST((s.added["reply_time"] == std::vector<std::int64_t>{4'000'000}));
  BOOST_TEST((s.added["tokens"] == std::vector<std::int64_t>{12}));
  BOOST_TEST((s.added["oddities"] == std::vector<std::int64_t>{1}));
  BOOST_REQUIRE(p.instance->operations().size() == 2u);  // the other is that of a prepared request
  BOOST_TEST(p.instance->operations()[0].name == "create_session");
  BOOST_TEST((p.instance->operations()[0].budgets == std::vector<std::string>{"create_session", "chat"}));
  BOOST_TEST(s.requests[0].operation == "create_session");
  BOOST_TEST(p.names.scenario_metrics().size() == 3u);
  BOOST_TEST(p.names.scenario_metrics()[1].unit == "tokens");
}

BOOST_AUTO_TEST_CASE(the_scenario_classifies_every_attempt_before_it_is_retried) {
  powers p("nest", 0);
  fake_session s(p);
  s.most_attempts = 3;
  s.answers = {{.headers = {{"x-refused", "yes"}}}, {.status = 429}, {.body = R"({"code":1,"message":"no match"})"}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
  BOOST_TEST((s.failures == std::vector<name_and_value>{{"read", "no match"}}));
  BOOST_TEST(s.requests.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_exception_in_classify_ends_the_step_as_a_fault) {
  powers p("nest", 0);
  fake_session s(p);
  s.answers = {{.body = R"({"throw":true})"}};
  const auto& end = s.run(LSRUN_STEP_TURN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_PLUGIN_FAULT);
  BOOST_TEST(end.text == "the answer cannot be judged");
}

BOOST_AUTO_TEST_CASE(a_step_can_end_its_session) {
  for (const auto& [what, flags] : {std::pair{"lost", LSRUN_SESSION_LOST}, std::pair{"done", LSRUN_SESSION_DONE}}) {
    powers p(what);
    fake_session s(p);
    BOOST_TEST(s.run(LSRUN_STEP_OPEN).flags == flags);
  }
}

BOOST_AUTO_TEST_CASE(close_is_a_step_where_there_is_one) {
  powers p("methods");
  BOOST_TEST(p.table().flags == 0u);
  fake_session s(p);
  BOOST_TEST(s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests[0].method == "DELETE");
}

BOOST_AUTO_TEST_CASE(tasks_nest_and_a_hundred_thousand_children_do_not_grow_the_stack) {
  powers deep("nest", 500);
  fake_session s(deep);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  powers many("many_children");
  fake_session t(many);
  BOOST_TEST(t.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(exceptions_end_the_step_as_plugin_fault_with_their_text) {
  for (const auto& [what, text] : {std::pair{"throw", "turn 1 went wrong"}, std::pair{"throw_late", "late"},
                                   std::pair{"throw_int", "an exception that is no std::exception"}}) {
    powers p(what);
    fake_session s(p);
    const auto& end = s.run(LSRUN_STEP_TURN);
    BOOST_TEST(end.outcome == LSRUN_OUTCOME_PLUGIN_FAULT);
    BOOST_TEST(end.text == text);
    BOOST_TEST(s.extra_finishes == 0u);
  }
}

BOOST_AUTO_TEST_CASE(headers_are_refused_after_the_next_co_await_instead_of_dangling) {
  powers p("late_header");
  fake_session s(p);
  s.answers = {{.headers = {{"X-Id", "77"}}}};
  const auto& end = s.run(LSRUN_STEP_TURN);
  BOOST_TEST(end.outcome == LSRUN_OUTCOME_PLUGIN_FAULT);
  BOOST_TEST(end.text.find("before the next co_await") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_cancel_reaches_the_task_wherever_it_waits) {
  for (const char* what : {"methods", "nest", "events", "pieces", "throw_late", "leave_and_go_on"}) {
    powers p(what);
    fake_session s(p);
    s.begin(LSRUN_STEP_TURN);
    s.stop();
    while (s.next()) {
    }
    BOOST_TEST_CONTEXT(what) {
      BOOST_TEST(s.end().ended);
      BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_CANCELLED);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_task_that_goes_on_after_a_cancel_gets_nothing_more) {
  powers p("swallow");
  fake_session s(p);
  s.begin(LSRUN_STEP_TURN);
  s.stop();
  s.next();
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_CANCELLED);
  BOOST_TEST(s.requests.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_constructor_refuses_with_its_text) {
  for (const auto& [what, text] :
       {std::pair{"throw_in_create", "the option `do` asks for a refusal"},
        std::pair{"bad_request", "lsrun does not take the request `/a b`: see its log"},
        std::pair{"undeclared_option", "the option `dough` is not declared"},
        std::pair{"wrong_type", "the option `do` is read by another type than it is declared with"}})
    BOOST_CHECK_EXCEPTION(powers{what}, std::runtime_error, [t = std::string(text)](const auto& e) {
      return std::string(e.what()) == "the scenario `all_powers` refuses to start: " + t;
    });
}

BOOST_AUTO_TEST_CASE(a_step_that_never_ends_is_destroyed_with_the_instance) {
  for (const char* what : {"never", "events", "methods"}) {
    auto p = std::make_unique<scenario_under_test>(
        lsrun_plugin_entry, std::vector<std::pair<std::string, lsrun::config::option_value>>{{"do", std::string(what)}},
        "all_powers");
    fake_session s(*p);
    s.begin(LSRUN_STEP_TURN);
    BOOST_TEST(living_locals == 1);
    p->instance.reset();
    BOOST_TEST(living_locals == 0);
  }
}

BOOST_AUTO_TEST_CASE(as_little_as_there_can_be_is_a_scenario) {
  scenario_under_test p(lsrun_plugin_entry, {}, "plain");
  fake_session s(p);
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
}

BOOST_AUTO_TEST_CASE(sessions_take_their_steps_beside_one_another) {
  powers p("methods");
  std::deque<fake_session> all;
  for (int i = 0; i < 20; ++i) all.emplace_back(p);
  for (auto& s : all) s.begin(LSRUN_STEP_TURN);
  for (bool more = true; more;) {
    more = false;
    for (auto& s : all) more = s.next() || more;
  }
  for (auto& s : all) BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_BUSINESS_ERROR);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(events_come_one_by_one_and_the_reply_says_how_it_ended) {
  powers p("events");
  fake_session s(p);
  s.answers = {{.pieces = {"a", "b", "c"}}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST((log_lines == std::vector<std::string>{"all_powers: a", "all_powers: b", "all_powers: c"}));
  BOOST_TEST((s.added["oddities"] == std::vector<std::int64_t>{3}));
  BOOST_TEST((s.requests[0].flags & LSRUN_HTTP_SSE) != 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_stream_ends_the_loop_at_once) {
  powers p("events");
  fake_session s(p);
  s.answers = {{.status = 404, .pieces = {"a"}}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_CLIENT_ERROR);
  BOOST_TEST(log_lines.empty());
}

BOOST_AUTO_TEST_CASE(leaving_the_loop_at_an_event_ends_the_answer_well_and_then_the_step) {
  powers p("leave_at_b");
  fake_session s(p);
  s.answers = {{.pieces = {"a", "b", "c"}}};
  s.begin(LSRUN_STEP_TURN);
  BOOST_TEST(s.next());
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(log_lines.size() == 2u);  // "c" is not asked for
  BOOST_TEST(s.in_flight() == 0u);
  BOOST_TEST(s.extra_finishes == 0u);
}

BOOST_AUTO_TEST_CASE(a_step_goes_on_behind_a_stream_that_it_left) {
  powers p("leave_and_go_on");
  fake_session s(p);
  s.answers = {{.pieces = {"a", "b"}}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_step_is_over_when_the_stream_that_it_dropped_is) {
  powers p("drop");
  fake_session s(p);
  s.answers = {{.takes_ns = 10'000'000}, {.takes_ns = 1'000'000}};
  s.begin(LSRUN_STEP_TURN);
  BOOST_TEST(s.next());
  BOOST_TEST(!s.end().ended);  // the stream was cancelled, its completion is still to come
  BOOST_TEST(s.next());
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_OK);
}

BOOST_AUTO_TEST_CASE(events_wait_for_a_slow_reader) {
  powers p("slow_reader");
  fake_session s(p);
  s.answers = {{.pieces = {"a", "b", "c"}}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.sleeps.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_body_comes_in_pieces) {
  powers p("pieces");
  fake_session s(p);
  s.answers = {{.pieces = {"one", " ", "two"}}};
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.requests[0].body == R"({"stream":true})");
}

BOOST_AUTO_TEST_SUITE_END()
