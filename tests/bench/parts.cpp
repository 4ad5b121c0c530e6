// What the parts of a request cost by themselves, with Google Benchmark: the numbers say where to look when the cost of
// the whole request changes. parts.cpp is built with LSRUN_BENCH; tools/bench.sh parts runs it.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "metrics/histogram.hpp"
#include "metrics/registry.hpp"
#include "metrics/shard.hpp"
#include "plugin/host.hpp"
#include "plugin/loader.hpp"
#include "rate/controller.hpp"
#include "time/timer_wheel.hpp"
#include "transport/plain_answer.hpp"
#include "transport/response_reader.hpp"

using namespace lsrun;

namespace {

// How one answer is to the one before it: what is alike is compared and not read again, so each has a row.
enum class after { the_same, other_values, another_shape };
constexpr unsigned kinds = 61;  // of answers; each differs from the next in what is to differ

std::string envelope(unsigned number, after a) {
  const std::string id = std::to_string(a == after::the_same ? 0 : number);
  const std::string values = R"("success":true,"id":"m)" + id + R"(","correlation_id":"c)" + id + id +
                             R"(","creation_utc":"2026-01-01T00:00:00Z","total_tokens":1)" + id;
  const std::string message = R"("message":"a reply of some words, number )" + id + '"';
  const bool other = a == after::another_shape && number % 2 == 1;
  return R"({"status":200,"code":0,"message":"SUCCESS","data":{)" +
         (other ? values + R"(,"tags":[],)" + message : message + ',' + values) + R"(,"session_id":"s"}})";
}

std::string answer_bytes(unsigned number, after a) {
  static constexpr std::string_view more[] = {"", "server: uvicorn\r\n", "x-request-id: 17\r\n",
                                              "date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"};
  const std::string body = envelope(number, a == after::the_same ? a : after::other_values);
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\ncontent-type: application/json\r\n" +
         std::string(more[a == after::another_shape ? number % std::size(more) : 0]) + "\r\n" + body;
}

template <class Make>
std::vector<std::string> all_kinds(Make make, after a) {
  std::vector<std::string> all;
  for (unsigned n = 0; n < kinds; ++n) all.push_back(make(n, a));
  return all;
}

void histogram_record(benchmark::State& state) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> latency(std::log(2000), 0.5);  // microseconds
  std::vector<std::int64_t> values(4096);
  for (auto& v : values) v = static_cast<std::int64_t>(latency(random));
  metrics::histogram h;
  std::size_t i = 0;
  for (auto _ : state) h.record(values[i++ % values.size()]);
  benchmark::DoNotOptimize(h.count());
}
BENCHMARK(histogram_record);

void permit(benchmark::State& state) {
  constexpr std::uint32_t addresses = 1024;
  rate::controller rates(addresses, {{"chat", 1e6}, {"default", 1e6}}, {});
  rates.define(1, {0, 1});
  time::instant now = 0;
  std::uint32_t at = 0;
  for (auto _ : state) {
    at = (at + 1) % addresses;
    now = std::max(now, rates.earliest(at, 1));
    rates.charge(at, 1, now);
    rates.count(at, 1, false);
  }
  benchmark::DoNotOptimize(now);
}
BENCHMARK(permit);

// As many timers are always set as sessions think; each that fires is set again.
struct thinking final : time::timer_wheel::client {
  void on_timer(std::uint64_t cookie, time::instant now) override {
    ++fired;
    wheel.schedule(now + span(), *this, cookie);
  }
  time::span span() { return static_cast<time::span>(random() % static_cast<std::uint64_t>(20 * time::second)); }
  time::timer_wheel wheel;
  std::mt19937_64 random{1};
  std::int64_t fired = 0;
};

void timer_fires_and_is_set_again(benchmark::State& state) {
  thinking t;
  for (std::int64_t i = 0; i < state.range(0); ++i) t.wheel.schedule(t.span(), t, static_cast<std::uint64_t>(i));
  time::instant now = 0;
  const time::span round = 10 * time::second / state.range(0) * 16;  // about sixteen fire in each
  for (auto _ : state) {
    const std::int64_t before = t.fired;
    while (t.fired == before) t.wheel.advance(now += round);
  }
  state.counters["per_timer"] =
      benchmark::Counter(static_cast<double>(t.fired), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(timer_fires_and_is_set_again)->Arg(10'000)->Arg(1'000'000);

void timer_set_and_cancelled(benchmark::State& state) {  // a request's deadline
  thinking t;
  time::instant now = 0;
  for (auto _ : state) t.wheel.cancel(t.wheel.schedule(now += time::microsecond, t, 0));
}
BENCHMARK(timer_set_and_cancelled);

struct no_sink final : transport::body_sink {
  bool on_piece(std::string_view) override { return true; }
};

// A connection's bytes come to the same place, one answer after the other: putting them there, some nanoseconds, is in
// the figure. `split`: the first piece ends in the header, which is for Beast's parser.
void read_answers(benchmark::State& state, after a, std::size_t split) {
  using progress = transport::response_reader::progress;
  const std::vector<std::string> all = all_kinds(answer_bytes, a);
  const auto reader = transport::make_response_reader();
  std::array<char, 1024> place;
  no_sink sink;
  std::size_t i = 0;
  bool whole = true;
  for (auto _ : state) {
    const std::string& bytes = all[i++ % all.size()];
    bytes.copy(place.data(), place.size());
    reader->begin(false, false, 1 << 20);
    if (split > 0) whole = whole && reader->feed({place.data(), split}, sink) == progress::more;
    whole = whole && reader->feed({place.data() + split, bytes.size() - split}, sink) == progress::complete;
  }
  if (!whole) state.SkipWithError("an answer was not read");
}
void answer_in_one_piece(benchmark::State& state, after a) { read_answers(state, a, 0); }
void answer_in_two_pieces(benchmark::State& state, after a) { read_answers(state, a, 20); }
BENCHMARK_CAPTURE(answer_in_one_piece, the_same_bytes, after::the_same);
BENCHMARK_CAPTURE(answer_in_one_piece, the_same_head, after::other_values);
BENCHMARK_CAPTURE(answer_in_one_piece, heads_that_differ, after::another_shape);
BENCHMARK_CAPTURE(answer_in_two_pieces, heads_that_differ, after::another_shape);

// A host that does nothing but answer: what is left is the scenario and the boundary of its shared object.
struct answering final : lsrun_session {
  lsrun_status operation(std::string_view name, std::uint32_t& id) override {
    id = names.operation(name).value_or(0);
    return LSRUN_OK;
  }
  lsrun_status http(const lsrun_http_request& q, lsrun_op** op) override {
    if (op != nullptr) *op = reinterpret_cast<lsrun_op*>(this);
    asked = q;
    return LSRUN_OK;
  }
  lsrun_status http_prepared(std::uint32_t id, std::string_view body, void* user, lsrun_op** op) override {
    lsrun_http_request q = scenario->prepared(id)->request;
    q.body = plugin::str(body);
    q.user = user;
    return http(q, op);
  }
  lsrun_status sleep(std::uint64_t, void*, void (*)(void*, lsrun_status) noexcept, lsrun_op**) override {
    return LSRUN_LIMIT;
  }
  void cancel(lsrun_op*) override {}
  void info(lsrun_session_info& out) noexcept override {
    const auto size = out.struct_size;
    out = {};
    out.struct_size = size;
    out.number = 17;
    out.address = plugin::str("127.64.0.1");
    out.run_id = plugin::str("bench-20260101T000000Z");
  }
  lsrun_status tenant_value(std::string_view, lsrun_str&) override { return LSRUN_NOT_FOUND; }
  lsrun_str next_message() override { return plugin::str("What does the warranty of my order cover?"); }
  std::uint64_t random() override { return 4; }
  void add(std::uint32_t, std::int64_t value) noexcept override { added += value; }
  lsrun_status finish_step(lsrun_outcome outcome, std::uint32_t, std::string_view) override {
    good += outcome == LSRUN_OUTCOME_OK;
    return LSRUN_OK;
  }

  void deliver(std::string_view body) {
    lsrun_http_reply r{};
    r.struct_size = sizeof r;
    r.outcome = LSRUN_OUTCOME_OK;
    r.status = 200;
    r.attempts = 1;
    r.body = plugin::str(body);
    char room[256];
    lsrun_text_out why{room, sizeof room, 0};
    if (asked.classify != nullptr) r.outcome = asked.classify(asked.user, &r, &why);
    asked.done(asked.user, &r);
  }

  metrics::registry names;
  const plugin::scenario_instance* scenario = nullptr;
  lsrun_http_request asked{};
  std::int64_t added = 0, good = 0;
};

void a_step_through_the_shared_object(benchmark::State& state, after a) {
  answering session;
  plugin::loader loader(plugin::loader::search_path({LSRUN_BENCH_PLUGINS}));
  std::vector<plugin::problem> problems;
  std::unique_ptr<plugin::scenario_instance> scenario;
  if (const auto* type = loader.scenario("chat_sync", {}, problems))
    if (const auto setup = plugin::check_options(type->options, {}, "chat_sync", {}, problems))
      scenario = plugin::create_scenario(*type, *setup, session.names, {}, problems);
  if (!scenario) return state.SkipWithError(problems.empty() ? "no scenario" : problems[0].text.c_str());
  session.scenario = scenario.get();
  const lsrun_scenario& table = scenario->table();
  alignas(64) std::array<std::byte, 4096> room;
  if (table.session_size > room.size()) return state.SkipWithError("the scenario's state is larger than the room here");
  const std::vector<std::string> bodies = all_kinds(envelope, a);
  std::size_t i = 0;
  table.construct(table.self, room.data());
  for (auto _ : state) {
    table.step(table.self, room.data(), &session, LSRUN_STEP_TURN);
    session.deliver(bodies[i++ % bodies.size()]);
  }
  table.destruct(table.self, room.data());
  if (session.good != static_cast<std::int64_t>(state.iterations())) state.SkipWithError("a step failed");
}
BENCHMARK_CAPTURE(a_step_through_the_shared_object, the_same_envelope, after::the_same);
BENCHMARK_CAPTURE(a_step_through_the_shared_object, envelopes_with_other_values, after::other_values);
BENCHMARK_CAPTURE(a_step_through_the_shared_object, envelopes_of_other_shapes, after::another_shape);

// What two workers have of their own, made one after the other by one thread as a run makes them. Each does its work on
// a core of its own; where they wrote to the same line of memory, two would take longer than one.
constexpr std::uint32_t chat_addresses = 1024;
struct workers_own {
  metrics::shard shard;
  rate::controller rates{chat_addresses, {{"chat", 1e6}, {"default", 1e6}}, {}};
  time::instant now = time::second;
  explicit workers_own(const metrics::registry& names) : shard(names, 0) { rates.define(0, {0, 1}); }
};
workers_own& of_worker(int number) {
  static metrics::registry names;
  static const std::uint32_t chat = *names.operation("chat");
  static const std::array<std::unique_ptr<workers_own>, 2> all{std::make_unique<workers_own>(names),
                                                               std::make_unique<workers_own>(names)};
  benchmark::DoNotOptimize(chat);
  return *all[static_cast<std::size_t>(number)];
}

void recording_on_its_own_shard(benchmark::State& state) {  // a request and the step that it made
  workers_own& own = of_worker(state.thread_index());
  metrics::request_record r;
  r.turn = 1;
  r.outcome = model::outcome::ok;
  r.status = 200;
  std::uint64_t i = 0;
  for (auto _ : state) {
    r.address = static_cast<std::uint32_t>(++i % chat_addresses);
    r.session = i % 100'000;
    r.planned = own.now += time::microsecond;
    r.sent = r.planned + 20 * time::microsecond;
    r.end = r.sent + static_cast<time::span>(50 + i * 7919 % 4096) * time::microsecond;
    own.shard.throttle_wait(0);
    own.shard.step_started();
    own.shard.request(r);
    own.shard.step_was_request(own.shard.last_request(), r.outcome, r.planned, r.end);
    own.shard.settled();
  }
}
BENCHMARK(recording_on_its_own_shard)->Threads(1)->Threads(2);

void permits_of_its_own_table(benchmark::State& state) {
  workers_own& own = of_worker(state.thread_index());
  std::uint32_t at = 0;
  for (auto _ : state) {
    at = (at + 1) % chat_addresses;
    own.now = std::max(own.now, own.rates.earliest(at, 0));
    own.rates.charge(at, 0, own.now);
    own.rates.count(at, 0, false);
  }
}
BENCHMARK(permits_of_its_own_table)->Threads(1)->Threads(2);

}  // namespace

BENCHMARK_MAIN();
