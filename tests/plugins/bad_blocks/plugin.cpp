// The first turn of a worker holds its thread for as long as the option `span` says; with `work` every turn keeps its
// processor busy besides.
#include <chrono>
#include <lsrun/scenario.hpp>
#include <thread>

struct bad_blocks {
  static constexpr auto name = "bad_blocks";
  static constexpr auto help = "faulty on purpose";
  static constexpr lsrun::option options[] = {
      {"span", "3s", "how long the first turn holds its thread", lsrun::type::duration},
      {"work", "0s", "how long every turn computes", lsrun::type::duration}};
  struct session {};
  explicit bad_blocks(const lsrun::setup& s) : span(s.duration("span")), work(s.duration("work")) {}
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) {
    auto r = co_await c.get("/health", "default");
    if (std::chrono::nanoseconds once = std::exchange(span, {}); once.count() > 0) std::this_thread::sleep_for(once);
    for (const auto until = std::chrono::steady_clock::now() + work; std::chrono::steady_clock::now() < until;) {
    }
    co_return r.outcome();
  }
  std::chrono::nanoseconds span, work;
};
LSRUN_SCENARIO(bad_blocks, "1.0.0")
