// The line a second says what a reader needs, and nothing that was not measured.
#include "metrics/console.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun;
using metrics::interval;
using model::outcome;

namespace {

struct fixture {
  fixture() {
    last.start_s = 10;
    last.end_s = 11;
    last.operations.resize(1);
    auto& chat = last.operations[0];
    chat.requests[outcome::ok] = 95;
    chat.requests[outcome::business_error] = 1;
    chat.requests[outcome::rate_limited] = 4;
    for (int i = 1; i <= 100; ++i) chat.response_time.record(i * 10'000);
    last.sessions = {5, 5, 0, 0, 0, 0, 402, 12, 410};
    last.lag.record(31);
    last.throttle_wait.record(1'800'000);
    last.multiplier = 0.94;
    total.add_later(last);
    total.operations[0].requests[outcome::ok] += 28'000;
    total.sessions.opened = 431;
    total.sessions.peak_alive = 410;
  }
  std::string line(bool colour = false) const {
    return metrics::line({last, total, names, "growth", 0.41, 0.2, 500, 1000}, "12:04:31", colour);
  }

  metrics::registry names;
  interval last, total;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(console_lines, fixture)

BOOST_AUTO_TEST_CASE(a_line_holds_phase_sessions_requests_latency_pacing_and_health) {
  last.generator = metrics::generator_sample{0.03, std::uint64_t{31} << 20, 20, 4};
  last.target.emplace().cpu = 0.61;
  last.target->rss_bytes = std::uint64_t{412} << 20;
  BOOST_TEST(
      line() ==
      "12:04:31 growth 41% | alive 402/1 000 peak 410 opened 431 5/s | 100 req/s (28 100) ok 96% 429 4% fail 0 | "
      "p50 500ms p95 950ms p99 990ms | x0.94 wait 1.8s | lag 31us cpu 3% rss 31MiB | target cpu 61% rss 412MiB");
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_left_out) {
  last = {};
  last.start_s = 11;
  last.end_s = 12;
  BOOST_TEST(line() == "12:04:31 growth 41% | alive 0/1 000 peak 410 opened 431 0/s | 0 req/s (28 100) fail 0 | x1");
}

BOOST_AUTO_TEST_CASE(colour_is_used_only_when_asked_for_and_only_beside_words) {
  total.operations[0].requests[outcome::timeout] = 3;
  BOOST_TEST(line().find('\x1b') == std::string::npos);
  const std::string coloured = line(true);
  BOOST_TEST(coloured.find("\x1b[31mfail 3\x1b[0m") != std::string::npos);
  BOOST_TEST(coloured.find("\x1b[33m429 4%\x1b[0m") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_sink_prints_a_line_for_every_snapshot) {
  std::FILE* file = std::tmpfile();
  BOOST_REQUIRE(file);
  metrics::console console(file, [] { return std::string("01:02:03"); });
  const metrics::snapshot s{last, total, names, "steady", 0.5, 0.5, 500, 1000};
  console.on_snapshot(s);
  console.on_snapshot(s);
  std::rewind(file);
  char text[2000] = {};
  const std::size_t read = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  const std::string one = metrics::line(s, "01:02:03") + "\n";
  BOOST_TEST(std::string(text, read) == one + one);
}

BOOST_AUTO_TEST_SUITE_END()
