// A scenario that uses everything the client has; each turn does what the option `turns` names.
#include "all_powers.hpp"

#include <lsrun/report.hpp>
#include <lsrun/scenario.hpp>

using namespace std::chrono_literals;

int living_locals = 0;

namespace {

struct local {  // what a coroutine holds while it waits
  local() { ++living_locals; }
  ~local() { --living_locals; }
};

struct all_powers {
  static constexpr auto name = "all_powers";
  static constexpr auto help = "everything that a client can do";
  static constexpr lsrun::option options[] = {
      {"do", "methods", "what a turn does"},
      {"wait", "poll", "how it waits", lsrun::type::string, "poll|sse"},
      {"pause", "1500ms", "a pause", lsrun::type::duration},
      {"share", "25%", "a share", lsrun::type::ratio},
      {"count", "3", "a number", lsrun::type::integer},
      {"factor", "0.5", "a number", lsrun::type::number},
      {"quick", "false", "a choice", lsrun::type::boolean},
  };
  struct session {
    std::uint32_t turns = 0;
    std::string text;
  };

  explicit all_powers(const lsrun::setup& s)
      : what(s.str("do")),
        pause(s.duration("pause")),
        count(s.integer("count")),
        create(s.operation("create_session", {"create_session", "chat"})),
        reply_time(s.time_metric("reply_time", "from asking to answer")),
        tokens(s.number_metric("tokens", "of a reply", "tokens")),
        oddities(s.count_metric("oddities", "seen")),
        ask(s.prepare("POST", "/ask", "ask", {.headers = {{"X-One", std::string("1")}}, .timeout = 2s})),
        judged(s.prepare("GET", "/judged", create,
                         {.flags = lsrun::no_retry, .classify = [](const lsrun::reply&, std::string& why) {
                            why = "by the request's own";
                            return lsrun::outcome::business_error;
                          }})) {
    if (what == "throw_in_create") throw std::runtime_error("the option `do` asks for a refusal");
    if (what == "undeclared_option") (void)s.str("dough");
    if (what == "bad_request") (void)s.prepare("GET", "/a b", "ask");
    if (what == "wrong_type") (void)s.integer("do");
    if (s.ratio("share") != 0.25 || s.number("factor") != 0.5 || s.boolean("quick")) throw std::logic_error("defaults");
  }

  lsrun::outcome classify(const lsrun::reply& r, std::string& why) {
    ++classified;
    if (r.has("/throw")) throw std::runtime_error("the answer cannot be judged");
    if (r.json_int("/code") == 1) {
      why = r.json_string("/message");
      return lsrun::outcome::business_error;
    }
    if (r.header("X-Refused") == "yes") return lsrun::outcome::rate_limited;
    return r.outcome();
  }

  lsrun::task<lsrun::step_result> open(lsrun::client& c, session& s) {
    auto r = co_await c.post("/open", lsrun::json{{"n", c.session_number()}}, create);
    s.text = r.header("x-id");
    c.add(reply_time, r.end() - r.planned());
    c.add(tokens, 12);
    c.add(oddities);
    if (what == "lost") co_return lsrun::step_result{lsrun::outcome::client_error, "unknown", lsrun::session_lost};
    if (what == "done") co_return lsrun::step_result{lsrun::outcome::ok, "", lsrun::session_done};
    co_return r.outcome();
  }

  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session& s) {
    local alive;
    ++s.turns;
    if (what == "methods") co_return co_await methods(c);
    if (what == "prepared") co_return co_await prepared(c);
    if (what == "keep_replies") co_return co_await keep_replies(c);
    if (what == "nest") co_return co_await nest(c, static_cast<int>(count));
    if (what == "many_children") co_return co_await many_children(c);
    if (what == "events") co_return co_await read_events(c, "");
    if (what == "leave_at_b") co_return co_await read_events(c, "b");
    if (what == "leave_and_go_on") co_return co_await leave_and_go_on(c);
    if (what == "pieces") co_return co_await read_pieces(c);
    if (what == "drop") co_return co_await drop_stream(c);
    if (what == "slow_reader") co_return co_await read_slowly(c);
    if (what == "throw") throw std::runtime_error("turn " + std::to_string(c.turn()) + " went wrong");
    if (what == "throw_late") co_await throw_late(c);
    if (what == "throw_int") throw 5;
    if (what == "late_header") co_return co_await late_header(c);
    if (what == "swallow") co_return co_await swallow(c);
    if (what == "never") co_await never();
    co_return lsrun::outcome::ok;
  }
  lsrun::task<lsrun::outcome> close(lsrun::client& c, session&) {
    auto r = co_await c.del("/close", "delete_session");
    co_return r.outcome();
  }

  lsrun::task<lsrun::outcome> methods(lsrun::client& c) {
    auto got = co_await c.get("/get", "read", {.headers = {{"Accept", "text/plain"}, {"X-Two", "2"}}, .timeout = 5s});
    (void)co_await c.put("/put", c.object("a", 1, "b", got.body(), "c", lsrun::json::array(true, nullptr, 2.5)),
                         "write");
    (void)co_await c.patch("/patch", "a=1", "write", {.headers = {{"Content-Type", "text/plain"}}});
    const lsrun::header many[] = {{"A", "1"}, {"B", "2"}, {"C", "3"}, {"D", "4"}, {"E", "5"}};
    auto last = co_await c.request({.method = "OPTIONS",
                                    .target = c.join("/x", "/", c.tenant("id"), "/", std::string("y")),
                                    .operation = "other",
                                    .with = {.headers = std::span<const lsrun::header>(many),
                                             .flags = lsrun::long_poll | lsrun::no_retry,
                                             .classify = [](const lsrun::reply&, std::string& why) {
                                               why = "by the request's own";
                                               return lsrun::outcome::business_error;
                                             }}});
    co_await c.sleep(pause);
    c.add(oddities, last.attempts());
    co_return last.outcome();
  }
  lsrun::task<lsrun::outcome> prepared(lsrun::client& c) {
    for (const char* text : {"one", "two"}) (void)co_await c.send(ask, c.object("text", text));
    (void)co_await c.send(ask, "plain");
    (void)co_await c.send(ask);
    auto last = co_await c.send(judged);
    co_return last.outcome();
  }
  // Texts of a reply stay what they were, whenever they are asked for and wherever the reply goes.
  lsrun::task<lsrun::outcome> keep_replies(lsrun::client& c) {
    auto asked_at_once = co_await c.get("/1", "read");
    const std::string_view early = asked_at_once.body();
    auto asked_later = co_await c.get("/2", "read");
    std::vector<lsrun::reply> moved;
    for (int i = 0; i < 3; ++i) moved.push_back(co_await c.get("/more", "read"));
    lsrun::reply assigned;
    assigned = co_await c.get("/failed", "read");
    auto through_a_task = co_await answer(c);
    co_await c.sleep(1ms);
    const bool same = early == "1" && asked_later.body() == "2" && moved[0].body() == "3" && moved[1].body() == "4" &&
                      moved[2].body() == "5" && assigned.body().empty() && assigned.error() == "no way" &&
                      assigned.outcome() == lsrun::outcome::connect_error && through_a_task.body() == "7" &&
                      through_a_task.status() == 200 && moved[0].end() > asked_later.end();
    co_return same ? lsrun::outcome::ok : lsrun::outcome::protocol_error;
  }
  static lsrun::task<lsrun::reply> answer(lsrun::client& c) {
    auto r = co_await c.get("/7", "read");
    co_return r;
  }
  // A chain of tasks, the last of which waits.
  lsrun::task<lsrun::outcome> nest(lsrun::client& c, int depth) {
    if (depth > 0) co_return co_await nest(c, depth - 1);
    auto r = co_await c.get("/deep", "read");
    co_return r.outcome();
  }
  static lsrun::task<int> child(lsrun::client&, int n) { co_return n; }
  lsrun::task<lsrun::outcome> many_children(lsrun::client& c) {
    std::int64_t sum = 0;
    for (int i = 0; i < 100'000; ++i) sum += co_await child(c, i);
    co_return sum == 4999950000 ? lsrun::outcome::ok : lsrun::outcome::protocol_error;
  }
  lsrun::task<lsrun::outcome> read_events(lsrun::client& c, std::string_view last) {
    auto events = c.events("/events", "list_events");
    while (const auto* e = co_await events.next()) {
      c.log(lsrun::level::info, e->data);
      if (!last.empty() && e->data == last) co_return lsrun::outcome::ok;
    }
    c.add(oddities, static_cast<std::int64_t>(events.reply().pieces()));
    co_return events.reply().outcome();
  }
  lsrun::task<lsrun::outcome> leave_and_go_on(lsrun::client& c) {
    (void)co_await read_events(c, "a");
    auto r = co_await c.get("/after", "read");
    co_return r.outcome();
  }
  lsrun::task<lsrun::outcome> read_pieces(lsrun::client& c) {
    auto pieces =
        c.pieces({.method = "POST", .target = "/pieces", .body = lsrun::json{{"stream", true}}, .operation = "chat"});
    std::string all;
    while (const auto* p = co_await pieces.next()) all += p->data;
    co_return all == "one two" ? pieces.reply().outcome() : lsrun::outcome::protocol_error;
  }
  lsrun::task<lsrun::outcome> drop_stream(lsrun::client& c) {
    auto events = c.events("/events", "list_events");
    auto r = co_await c.get("/beside", "read");
    co_return r.outcome();
  }
  lsrun::task<lsrun::outcome> read_slowly(lsrun::client& c) {
    auto events = c.events("/events", "list_events");
    std::string all;
    while (const auto* e = co_await events.next()) {
      all += e->data;
      co_await c.sleep(1h);
    }
    co_return all == "abc" ? events.reply().outcome() : lsrun::outcome::protocol_error;
  }
  lsrun::task<void> throw_late(lsrun::client& c) {
    co_await c.sleep(1ms);
    throw std::runtime_error("late");
  }
  lsrun::task<lsrun::outcome> late_header(lsrun::client& c) {
    auto r = co_await c.get("/one", "read");
    co_await c.sleep(1ms);
    (void)r.header("x-id");
    co_return r.outcome();
  }
  // Against the rules: goes on after it was cancelled. What it begins then is refused.
  lsrun::task<lsrun::outcome> swallow(lsrun::client& c) {
    try {
      (void)co_await c.get("/one", "read");
    } catch (const lsrun::cancelled&) {
    }
    auto r = co_await c.get("/two", "read");
    co_return r.outcome();
  }
  struct forever {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const noexcept {}
  };
  static lsrun::task<void> never() { co_await forever(); }

  std::string what;
  lsrun::nanoseconds pause;
  std::int64_t count;
  lsrun::operation create;
  lsrun::metric reply_time, tokens, oddities;
  lsrun::prepared_request ask, judged;
  int classified = 0;
};

struct plain {  // no options, no constructor, nothing to classify
  static constexpr auto name = "plain";
  static constexpr auto help = "as little as there can be";
  struct session {};
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client&, session&) { co_return lsrun::outcome::business_error; }
};

struct two_files {
  static constexpr auto name = "two_files";
  static constexpr auto help = "the document and the schema";
  static constexpr lsrun::option options[] = {{"then", "", "what comes after the first file"}};
  explicit two_files(const lsrun::setup& s) : then(s.str("then")) {}
  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    out.file("document.json", in.document());
    if (then == "outside") out.file("../outside.json", "x");
    auto f = out.open("deep/schema.json");
    f.write(in.schema());
    if (then == "throw") throw std::runtime_error("half way");
    if (then == "second") (void)out.open("other.json");
  }  // f is closed by its end of life
  std::string then;
};

}  // namespace

LSRUN_PLUGIN("all_powers", "1.2.3", "for tests", lsrun::scenario<all_powers>, lsrun::report_writer<two_files>,
             lsrun::scenario<plain>)
