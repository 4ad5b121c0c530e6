// A step makes no allocation once the pools are warm: counted over a host that makes none itself.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <lsrun/scenario.hpp>
#include <new>

namespace {
std::size_t allocations = 0;
}
// Not inlined: GCC 12 takes malloc and free, seen through these, for a mismatch of new and free.
__attribute__((noinline)) void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* p) noexcept { std::free(p); }
__attribute__((noinline)) void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

struct chat {
  static constexpr auto name = "chat";
  static constexpr auto help = "asks in every way";
  struct session {
    char id[32] = {};
    std::uint32_t turns = 0;
  };
  explicit chat(const lsrun::setup& s) : reply(s.time_metric("reply", "")) {}
  lsrun::outcome classify(const lsrun::reply& r, std::string& why) {
    if (r.json_int("/code", 0) != 0) why = "short";
    return r.outcome();
  }
  lsrun::task<lsrun::outcome> open(lsrun::client& c, session& s) {
    auto r = co_await c.post("/sessions", lsrun::json{{"customer", c.customer_id()}}, "create_session");
    const auto id = r.json_string("/id");  // short enough to be kept in place
    id.copy(s.id, sizeof s.id - 1);
    co_return r.outcome();
  }
  lsrun::task<bool> accepted(lsrun::client& c, session& s) {
    auto r = co_await c.post(c.join("/sessions/a-long-path-that-no-string-keeps-in-place/", std::string_view(s.id)),
                             c.object("message", c.next_message(), "turn", c.turn()), "chat",
                             {.headers = {{"X-Session", std::string_view(s.id)}}});
    co_return r.ok() && r.header("etag") == "e";
  }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session& s) {
    if (!co_await accepted(c, s)) co_return lsrun::outcome::protocol_error;
    co_await c.sleep(std::chrono::milliseconds(1));
    auto events = c.events("/events", "list_events");
    std::size_t length = 0;
    while (const auto* e = co_await events.next())
      for (auto item : e->json()["/list"]) length += item.raw().size();
    c.add(reply, c.now());
    co_return length == 6 ? events.reply().outcome() : lsrun::outcome::protocol_error;
  }
  lsrun::metric reply;
};

// A host with room for one operation in flight.
struct pending {
  lsrun_http_request request{};
  void (*slept)(void*, lsrun_status) noexcept = nullptr;
  void* user = nullptr;
  bool any = false;
} waiting;
lsrun_outcome ended = LSRUN_OUTCOME_COUNT;
constexpr std::string_view answer =
    R"({"id":"s-1","code":0,"filler":"so long that no string keeps it in place, as real answers are"})";
constexpr std::string_view event =
    R"({"kind":"message","list":[1,22,"x"],"filler":"as long as a real event, or nearly so"})";

lsrun_host counting_host() {
  lsrun_host h{};
  h.struct_size = sizeof h;
  h.now_ns = []() noexcept -> std::uint64_t { return 5; };
  h.define_metric = [](lsrun_setup*, lsrun_str, lsrun_metric_kind, lsrun_str, lsrun_str, std::uint32_t* id) noexcept {
    *id = 0;
    return LSRUN_OK;
  };
  h.operation = [](lsrun_session*, lsrun_str name, std::uint32_t* id) noexcept {
    *id = static_cast<std::uint32_t>(name.len);
    return LSRUN_OK;
  };
  h.http = [](lsrun_session*, const lsrun_http_request* q, lsrun_op**) noexcept {
    waiting = {*q, nullptr, nullptr, true};
    return LSRUN_OK;
  };
  h.sleep = [](lsrun_session*, std::uint64_t, void* user, void (*done)(void*, lsrun_status) noexcept,
               lsrun_op**) noexcept {
    waiting = {{}, done, user, true};
    return LSRUN_OK;
  };
  h.reply_header = [](const lsrun_http_reply*, lsrun_str, lsrun_str* value) noexcept {
    *value = {"e", 1};
    return LSRUN_OK;
  };
  h.session_info = [](lsrun_session*, lsrun_session_info* out) noexcept {
    out->run_id = {"a-run-id-that-no-string-keeps-in-place", 38};
    out->number = 123456;
  };
  h.next_message = [](lsrun_session*) noexcept { return lsrun_str{"a message", 9}; };
  h.add = [](lsrun_session*, std::uint32_t, std::int64_t) noexcept {};
  h.finish_step = [](lsrun_session*, lsrun_outcome o, std::uint32_t, lsrun_str) noexcept {
    ended = o;
    return LSRUN_OK;
  };
  return h;
}

void answer_all() {
  while (waiting.any) {
    const auto w = std::exchange(waiting, {});
    if (w.slept) {
      w.slept(w.user, LSRUN_OK);
      continue;
    }
    for (int i = 0; i < 2 && w.request.on_event; ++i) {
      const lsrun_sse_event e{sizeof e,       0,
                              {"message", 7}, i == 0 ? lsrun_str{event.data(), event.size()} : lsrun_str{"{}", 2},
                              {nullptr, 0},   1};
      (void)w.request.on_event(w.request.user, &e);
    }
    lsrun_http_reply r{};
    r.struct_size = sizeof r;
    r.status = 200;
    r.body = {answer.data(), answer.size()};
    char room[100];
    lsrun_text_out why{room, sizeof room, 0};
    r.outcome = w.request.classify(w.request.user, &r, &why);
    w.request.done(w.request.user, &r);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_warm_step_allocates_nothing) {
  const auto host = counting_host();
  lsrun_scenario s{};
  s.struct_size = sizeof s;
  constexpr auto type = lsrun::scenario<chat>::type();
  BOOST_REQUIRE(type.create(&host, nullptr, &s, nullptr) == LSRUN_OK);
  alignas(64) unsigned char state[256];
  BOOST_REQUIRE(s.session_size <= sizeof state);
  s.construct(s.self, state);
  auto* session = reinterpret_cast<lsrun_session*>(&waiting);
  const auto step = [&](lsrun_step which) {
    ended = LSRUN_OUTCOME_COUNT;
    s.step(s.self, state, session, which);
    answer_all();
    BOOST_REQUIRE(ended == LSRUN_OUTCOME_OK);
  };
  for (int i = 0; i < 3; ++i) {
    step(LSRUN_STEP_OPEN);
    step(LSRUN_STEP_TURN);
  }
  const auto before = allocations;
  for (int i = 0; i < 100; ++i) {
    s.step(s.self, state, session, LSRUN_STEP_OPEN);
    answer_all();
    s.step(s.self, state, session, LSRUN_STEP_TURN);
    answer_all();
  }
  const auto made = allocations - before;
  BOOST_TEST(ended == LSRUN_OUTCOME_OK);
#if defined(__SANITIZE_ADDRESS__)
  BOOST_TEST_MESSAGE("under the address sanitizer frames are not pooled: " << made << " allocations");
#else
  BOOST_TEST(made == 0u);
#endif
  s.destruct(s.self, state);
  s.destroy(s.self);
}

BOOST_AUTO_TEST_CASE(frames_are_reused_by_their_size) {
  lsrun::frame_pool pool;
  void* a = lsrun::frame_pool::allocate(&pool, 200);
  lsrun::frame_pool::release(a);
  void* b = lsrun::frame_pool::allocate(&pool, 190);
#if !defined(__SANITIZE_ADDRESS__)
  BOOST_TEST(a == b);
#endif
  void* big = lsrun::frame_pool::allocate(&pool, 100'000);  // not pooled, and freed all the same
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(b) % alignof(std::max_align_t) == 0u);
  lsrun::frame_pool::release(big);
  lsrun::frame_pool::release(b);
}
