// The run report of a run as large as lsrun is made for, made up: four hours, a million sessions, 65 000 client
// addresses. It goes through the accumulator second by second as a real one does; the HTML report is made from it.
// usage: large_report FILE [SESSIONS ADDRESSES]; says on its output how long the document took, and those for viewers
// of the run.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

#include "report/accumulator.hpp"
#include "report/live_document.hpp"

namespace {

using namespace lsrun;

constexpr int seconds = 4 * 3600, requests_a_session = 5;
constexpr std::uint32_t operations = 3;
constexpr int failure_kinds = 60, turns_seen = 50;

struct size {
  std::uint64_t sessions = 70ull * seconds;
  std::uint32_t addresses = 65'000;
};

report::run_facts facts(const size& of) {
  report::run_facts f;
  f.id = f.name = "large";
  f.started_utc = "2026-01-01T12:00:00.000Z";
  f.ended_utc = "2026-01-01T16:00:00.000Z";
  f.target_url = "http://127.0.0.1:8800";
  f.planned_sessions = of.sessions;
  f.planned_s = seconds;
  f.config_json = R"({"rate": {"base": "21000/min"}, "limits": {"chat": "30/min", "default": "100/min"}})";
  f.environment_json = R"({"cores": 4})";
  f.phases = {{"growth", 0, 3600, 500'000}, {"steady", 3600, seconds, 500'000}};
  f.thresholds = {"p95(response_time) < 5s", "rate_limit_ratio <= 10%"};
  return f;
}

class course {
 public:
  explicit course(const size& of) : size_(of) {}
  metrics::interval second(int at) {
    const auto until = [this](int s) { return size_.sessions * static_cast<std::uint64_t>(s) / seconds; };
    const std::uint64_t sessions = until(at + 1) - until(at);
    const int requests = static_cast<int>(sessions * requests_a_session);
    metrics::interval i;
    i.start_s = at;
    i.end_s = at + 1;
    i.phase = at < 3600 ? 0 : 1;
    i.operations.resize(operations);
    i.turns.resize(turns_seen);
    i.tenants.resize(2);
    for (int n = 0; n < requests; ++n) request(i, n);
    i.sessions.opened = i.sessions.attempted = i.sessions.closed = sessions;
    i.sessions.alive = i.sessions.peak_alive = size_.sessions / 2 + chance_() % 1000;
    i.steps.started = i.steps.succeeded = static_cast<std::uint64_t>(requests);
    i.steps.ended[model::outcome::ok] = static_cast<std::uint64_t>(requests);
    i.steps.retried = chance_() % 9;
    i.throttled = chance_() % 3000;
    i.multiplier = 0.8 + 0.2 * std::sin(at / 500.0);
    i.adjustments.push_back({at + 0.5, static_cast<std::uint32_t>(chance_() % size_.addresses), 1, 0.11, 1, 0.8});
    i.failures.push_back(failure(at));
    i.generator = metrics::generator_sample{0.2 + share() / 10, 300u << 20, 9000, 8000};
    i.target = metrics::target_sample{1.5 + share(), (1ull << 30) + chance_() % (1u << 28), 9, 9000, 8000, true};
    if (at + 1 == seconds) everywhere(i);
    return i;
  }

 private:
  double share() { return static_cast<double>(chance_() % 1000) / 1e3; }

  void request(metrics::interval& i, int n) {
    const auto operation = static_cast<std::uint32_t>(n % operations);
    const auto us = static_cast<std::int64_t>(latency_(chance_));
    i.operations[operation].requests[chance_() % 40 ? model::outcome::ok : model::outcome::rate_limited] += 1;
    i.operations[operation].response_time.record(us);
    i.operations[operation].service_time.record(us);
    auto& turn = i.turns[static_cast<std::size_t>(n) % turns_seen];
    turn.requests[model::outcome::ok] += 1;
    turn.response_time.record(us);
    i.tenants[n % 2].requests[model::outcome::ok] += 1;
    i.lag.record(30 + us % 50);
    i.throttle_wait.record(us / 7);
  }

  metrics::failure failure(int at) {
    metrics::failure f;
    const int kind = at % failure_kinds;
    f.outcome = kind % 2 ? model::outcome::rate_limited : model::outcome::server_error;
    f.status = kind % 2 ? 429 : 500;
    f.operation = 1;
    f.message = "what the target said, kind " + std::to_string(kind);
    f.count = 1;
    f.first_s = f.last_s = at;
    f.attempts[1] = 1;
    f.addresses[static_cast<std::uint32_t>(chance_() % size_.addresses)] = 1;
    if (at < failure_kinds)
      f.example = metrics::exchange{1,
                                    0,
                                    1,
                                    at + 0.0,
                                    30,
                                    900,
                                    1000,
                                    "POST /sessions/chat",
                                    std::string(300, 'q'),
                                    "content-type: application/json",
                                    std::string(500, 'a'),
                                    ""};
    return f;
  }

  // Every address has had its share; their table comes at once.
  void everywhere(metrics::interval& i) {
    for (std::uint32_t a = 0; a < size_.addresses; ++a)
      for (std::uint32_t o = 0; o < operations; ++o) {
        metrics::address_figures f;
        f.address = a;
        f.operation = o;
        f.requests[model::outcome::ok] = 20 + chance_() % 200;
        f.requests[model::outcome::rate_limited] = chance_() % 10;
        f.requests[model::outcome::timeout] = chance_() % 50 == 0;
        f.statuses[200] = f.requests[model::outcome::ok];
        i.addresses.push_back(std::move(f));
      }
  }

  size size_;
  std::mt19937 chance_{20260101};
  std::lognormal_distribution<double> latency_{std::log(200e3), 0.6};
};

// How long a document for viewers takes, and its size.
template <class Make>
void live(const char* name, Make make) {
  const auto began = std::chrono::steady_clock::now();
  const std::string text = report::one_line(make());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  std::printf("live %s: %.1f ms, %zu bytes\n", name, took.count(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::fputs("usage: large_report FILE [SESSIONS ADDRESSES]\n", stderr);
    return 2;
  }
  size of;
  if (argc == 4) of = {std::stoull(argv[2]), static_cast<std::uint32_t>(std::stoul(argv[3]))};
  auto names = std::make_shared<metrics::registry>();
  for (const char* name : {"create_session", "chat", "delete_session"}) names->operation(name);
  names->phases = {"growth", "steady"};
  names->tenants = {"a", "b"};
  for (std::uint32_t a = 0; a < of.addresses; ++a)
    names->addresses.push_back("10.64." + std::to_string(a >> 8) + "." + std::to_string(a & 255));
  report::accumulator sum(names, facts(of));
  course all(of);
  for (int at = 0; at < seconds; ++at) sum.add(all.second(at));
  const auto began = std::chrono::steady_clock::now();
  int exit_code = 0;
  const std::string document = sum.document({}, exit_code);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::ofstream(argv[1], std::ios::binary) << document;
  std::printf("document: %.2f s, %zu bytes\n", took.count(), document.size());
  const report::run_view run = sum.view();
  live("second", [&] { return report::live_second(run, {}); });
  live("tables", [&] { return report::live_tables(run); });
  live("snapshot", [&] { return report::live_snapshot(run, {}); });
  return 0;
}
