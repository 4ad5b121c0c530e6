// The host's table: what breaks the contract is refused and logged with the plugin's name; older structs are taken.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "plugin/request_check.hpp"
#include "plugin/setup.hpp"
#include "support/fake_session.hpp"

using namespace lsrun;
using namespace lsrun::test;

namespace {

std::vector<std::string> lines;

const lsrun_scenario idle{sizeof(lsrun_scenario),
                          8,
                          8,
                          0,
                          nullptr,
                          [](void*, void*) noexcept {},
                          [](void*, void*, lsrun_session*, lsrun_step) noexcept {},
                          nullptr,
                          [](void*, void*) noexcept {},
                          [](void*) noexcept {}};

struct bench {
  metrics::registry names;
  fake_session session{idle, &names};
  const lsrun_host& host = plugin::host_for("my_plugin");
  std::uint32_t operation = 0;
  unsigned done = 0;

  bench() {
    lines.clear();
    plugin::set_log([](lsrun_level, std::string_view text) { lines.emplace_back(text); });
    session.begin(LSRUN_STEP_TURN);
    BOOST_TEST(host.operation(&session, plugin::str("chat"), &operation) == LSRUN_OK);
  }
  ~bench() { plugin::set_log(nullptr); }
  lsrun_http_request request() {
    lsrun_http_request q{};
    q.struct_size = sizeof q;
    q.operation = operation;
    q.method = plugin::str("GET");
    q.target = plugin::str("/x");
    q.user = &done;
    q.done = [](void* user, const lsrun_http_reply*) noexcept { ++*static_cast<unsigned*>(user); };
    return q;
  }
  std::string said() const { return lines.empty() ? "" : lines.back(); }
  void refuses(const lsrun_http_request& q, const std::string& why) {
    BOOST_TEST(host.http(&session, &q, nullptr) == LSRUN_BAD_ARGUMENT);
    BOOST_TEST(said() == "my_plugin: the plugin breaks the contract of lsrun_host.http: " + why);
    BOOST_TEST(session.requests.empty());
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(host_table)

BOOST_AUTO_TEST_CASE(malformed_requests_are_refused) {
  bench b;
  auto q = b.request();
  q.done = nullptr;
  b.refuses(q, "done is NULL");
  q = b.request();
  q.struct_size = 16;
  b.refuses(q, "request->struct_size is too small");
  q = b.request();
  q.operation = 99;
  b.refuses(q, "the operation's id is unknown, or the step is over");
  q = b.request();
  q.body = {nullptr, 3};
  b.refuses(q, "a text is NULL");
  for (const char* target : {"", "x", "http://x/"}) {
    q = b.request();
    q.target = plugin::str(target);
    b.refuses(q, "target does not begin with `/`");
  }
  for (const std::string_view target : {"/a b", "/a\r\nX: 1", "/0123456789\n", "/01234567\x7f", "/\t"}) {
    q = b.request();
    q.target = plugin::str(target);
    b.refuses(q, "target has a blank or a control character in it");
  }
  q = b.request();
  q.method = plugin::str("GE T");
  b.refuses(q, "method is not a token (RFC 9110)");
  const lsrun_header split{plugin::str("X"), plugin::str("1\r\nY: 2")}, named{plugin::str("X:"), plugin::str("1")};
  const lsrun_header bell{plugin::str("X"), plugin::str("1\a")}, ours{plugin::str("content-Length"), plugin::str("1")};
  q = b.request();
  q.header_count = 1;
  b.refuses(q, "headers is NULL");
  q.headers = &split;
  b.refuses(q, "a header's value has a line break or another control character in it");
  q.headers = &bell;
  b.refuses(q, "a header's value has a line break or another control character in it");
  q.headers = &ours;
  b.refuses(q, "Content-Length and Transfer-Encoding are set by lsrun");
  q.headers = &named;
  b.refuses(q, "a header's name is not a token (RFC 9110)");
  q = b.request();
  q.flags = LSRUN_HTTP_SSE;
  b.refuses(q, "the flag LSRUN_HTTP_SSE needs on_event");
}

BOOST_AUTO_TEST_CASE(a_good_request_passes_as_it_is) {
  bench b;
  auto q = b.request();
  q.target = plugin::str("/a/long/path/with/%20/and/中/in/it?and=query&more#");
  BOOST_TEST(b.host.http(&b.session, &q, nullptr) == LSRUN_OK);
  BOOST_TEST(b.session.next());
  BOOST_TEST(b.done == 1u);
  BOOST_TEST(lines.empty());
}

BOOST_FIXTURE_TEST_CASE(requests_are_prepared_in_create_alone_and_only_if_they_can_be_sent, bench) {
  std::vector<std::unique_ptr<plugin::prepared_request>> prepared;
  lsrun_setup setup;
  setup.names = &names;
  setup.prepared = &prepared;
  std::uint32_t id = 99;
  const auto refuses_to = [&](lsrun_setup* in, const lsrun_http_request* q, const std::string& why) {
    BOOST_TEST(host.prepare(in, q, &id) == LSRUN_BAD_ARGUMENT);
    BOOST_TEST(said() == "my_plugin: the plugin breaks the contract of lsrun_host.prepare: " + why);
    BOOST_TEST(id == 99u);
  };
  auto q = request();
  lsrun_setup report;
  refuses_to(&report, &q, "only a scenario's create may prepare");
  refuses_to(nullptr, &q, "the setup is NULL");
  refuses_to(&setup, nullptr, "request or id is NULL");
  q.struct_size = 8;
  refuses_to(&setup, &q, "request->struct_size is too small");
  q = request();
  q.done = nullptr;
  refuses_to(&setup, &q, "done is NULL");
  q = request();
  q.target = plugin::str("/a b");
  refuses_to(&setup, &q, "target has a blank or a control character in it");
  q = request();
  q.operation = 1000;
  refuses_to(&setup, &q, "the operation's id is unknown");
  q = request();
  std::string target = "/chat", name = "X-Id", value = "7";
  lsrun_header header{plugin::str(name), plugin::str(value)};
  q.target = plugin::str(target);
  q.headers = &header;
  q.header_count = 1;
  BOOST_TEST(host.prepare(&setup, &q, &id) == LSRUN_OK);
  BOOST_TEST(id == 0u);
  target = "/gone", name = "gone", value = "!";  // it keeps its own texts
  const lsrun_http_request& kept = prepared.at(0)->request;
  BOOST_TEST(plugin::view(kept.target) == "/chat");
  BOOST_TEST(plugin::view(kept.headers[0].name) == "X-Id");
  BOOST_TEST(plugin::view(kept.headers[0].value) == "7");
  prepared.resize(plugin::most_prepared);
  BOOST_TEST(host.prepare(&setup, &q, &id) == LSRUN_LIMIT);
}

BOOST_FIXTURE_TEST_CASE(a_request_that_was_not_prepared_is_refused, bench) {
  BOOST_TEST(host.http_prepared(&session, 7, plugin::str("x"), &done, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(said().ends_with("lsrun_host.http_prepared: no request was prepared under this id"));
  BOOST_TEST(host.http_prepared(&session, 7, {nullptr, 5}, &done, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(said().ends_with("lsrun_host.http_prepared: a text is NULL"));
  BOOST_TEST(host.http_prepared(nullptr, 7, {}, &done, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(said().ends_with("lsrun_host.http_prepared: the session is NULL"));
  BOOST_TEST(session.requests.empty());
}

BOOST_AUTO_TEST_CASE(a_longer_request_of_a_later_minor_version_is_taken) {
  bench b;
  struct {
    lsrun_http_request known;
    char more[32];
  } later{b.request(), {}};
  later.known.struct_size = sizeof later;
  BOOST_TEST(b.host.http(&b.session, &later.known, nullptr) == LSRUN_OK);
}

BOOST_AUTO_TEST_CASE(null_arguments_are_refused_everywhere) {
  bench b;
  const auto& h = b.host;
  lsrun_session* none = nullptr;
  const auto q = b.request();
  std::uint32_t id = 0;
  lsrun_str text{};
  BOOST_TEST(h.http(none, &q, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.http(&b.session, nullptr, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.operation(&b.session, {nullptr, 0}, &id) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.operation(&b.session, plugin::str("two words"), &id) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.operation(&b.session, plugin::str("chat"), nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.sleep(&b.session, 1, nullptr, nullptr, nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.reply_header(nullptr, plugin::str("x"), &text) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.tenant_value(&b.session, plugin::str("x"), nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.finish_step(none, LSRUN_OUTCOME_OK, 0, text) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.option(nullptr, plugin::str("x"), nullptr) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(h.random(none) == 0u);
  BOOST_TEST(h.next_message(none).len == 0u);
  h.cancel(&b.session, nullptr);
  h.add(none, 0, 0);
  h.session_info(none, nullptr);
  BOOST_TEST(lines.size() == 15u);
  for (const auto& line : lines)
    BOOST_TEST(line.starts_with("my_plugin: the plugin breaks the contract of lsrun_host."));
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_ends_the_step_as_a_fault) {
  bench b;
  BOOST_TEST(b.host.finish_step(&b.session, 77, 0, {nullptr, 0}) == LSRUN_OK);
  BOOST_TEST(b.session.end().outcome == LSRUN_OUTCOME_PLUGIN_FAULT);
}

BOOST_AUTO_TEST_CASE(a_plugin_that_is_always_wrong_does_not_fill_the_log) {
  bench b;
  const auto& host = plugin::host_for("noisy_plugin");
  for (int i = 0; i < 1000; ++i) host.http(&b.session, nullptr, nullptr);
  BOOST_TEST(lines.size() == 100u);
  BOOST_TEST(lines.back().find("no more such lines") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(log_lines_carry_the_plugins_name) {
  bench b;
  plugin::host_for("another").log(LSRUN_LOG_INFO, plugin::str("hello"));
  BOOST_TEST(b.said() == "another: hello");
  plugin::host().log(LSRUN_LOG_INFO, plugin::str("hello"));
  BOOST_TEST(b.said() == "hello");
  BOOST_TEST(&plugin::host_for("another") == &plugin::host_for("another"));
  BOOST_TEST(&plugin::host_for("another") != &plugin::host_for("my_plugin"));
}

BOOST_AUTO_TEST_CASE(a_struct_of_an_older_minor_version_gets_as_much_as_it_has_room_for) {
  bench b;
  b.session.about.number = 5;
  lsrun_session_info info;
  std::memset(static_cast<void*>(&info), 0x5a, sizeof info);
  info.struct_size = offsetof(lsrun_session_info, address);
  b.host.session_info(&b.session, &info);
  BOOST_TEST(info.number == 5u);
  BOOST_TEST(info.struct_size == offsetof(lsrun_session_info, address));
  BOOST_TEST(info.address.len == 0x5a5a5a5a5a5a5a5au);
}

BOOST_AUTO_TEST_CASE(definitions_are_made_in_create_alone) {
  bench b;
  lsrun_setup report;  // of a report writer: nothing to define
  std::uint32_t id = 0;
  BOOST_TEST(b.host.define_operation(&report, plugin::str("x"), nullptr, 0, &id) == LSRUN_BAD_ARGUMENT);
  std::vector<plugin::defined_operation> operations;
  lsrun_setup create;
  create.names = &b.names;
  create.operations = &operations;
  const lsrun_str budgets[] = {plugin::str("chat"), plugin::str("create_session")};
  std::uint32_t first = 1, second = 2;
  BOOST_TEST(b.host.define_operation(&create, plugin::str("open"), budgets, 2, &first) == LSRUN_OK);
  BOOST_TEST(b.host.define_operation(&create, plugin::str("open"), budgets, 2, &second) == LSRUN_OK);
  BOOST_TEST(first == second);
  BOOST_TEST(b.host.define_operation(&create, plugin::str("open"), budgets, 1, &second) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(b.host.define_operation(&create, plugin::str("chat"), nullptr, 0, &second) == LSRUN_OK);
  BOOST_TEST(second == b.operation);
  BOOST_REQUIRE(operations.size() == 2u);
  BOOST_TEST((operations[1].budgets == std::vector<std::string>{"chat"}));
  BOOST_TEST(b.host.define_metric(&create, plugin::str("m"), 9, {}, {}, &id) == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(b.host.define_metric(&create, plugin::str("m"), LSRUN_METRIC_TIME, {}, {}, &id) == LSRUN_OK);
  BOOST_TEST(b.host.define_metric(&create, plugin::str("m"), LSRUN_METRIC_COUNT, {}, {}, &id) == LSRUN_LIMIT);
}

#ifndef NDEBUG
BOOST_AUTO_TEST_CASE(a_debug_build_refuses_calls_on_the_wrong_thread) {
  bench b;
  lsrun_status status = LSRUN_OK;
  std::thread([&] { status = b.host.finish_step(&b.session, LSRUN_OUTCOME_OK, 0, {nullptr, 0}); }).join();
  BOOST_TEST(status == LSRUN_BAD_ARGUMENT);
  BOOST_TEST(b.said().ends_with("finish_step: called on another thread than the session's"));
  lsrun_setup create;
  create.names = &b.names;
  std::thread([&] {
    std::uint32_t id = 0;
    status = b.host.define_metric(&create, plugin::str("m"), LSRUN_METRIC_TIME, {}, {}, &id);
  }).join();
  BOOST_TEST(status == LSRUN_BAD_ARGUMENT);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
