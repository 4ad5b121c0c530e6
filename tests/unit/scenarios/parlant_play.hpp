// A session that plays Parlant to the scenario parlant_events: its answers, and a session that is open already.
#pragma once

#include <boost/test/unit_test.hpp>

#include "parlant_json.hpp"
#include "support/fake_session.hpp"

extern "C" const lsrun_plugin lsrun_plugin_entry;

namespace parlant_play {

using namespace lsrun::test;
namespace pj = parlant_json;
using option_list = std::vector<std::pair<std::string, lsrun::config::option_value>>;

inline constexpr std::uint64_t ms = 1'000'000;

inline answer created(const std::string& id = "LVYfGBuLW1") {
  return {.status = 201, .body = R"({"id":")" + id + R"(","agent_id":"A1","customer_id":"guest","title":null})"};
}
inline answer posted(unsigned offset = 0) { return {.status = 201, .body = pj::customer(offset)}; }
template <class... Events>
inline answer listed(std::uint64_t takes_ms, const Events&... events) {
  return {.body = pj::list(events...), .takes_ns = takes_ms * ms};
}
template <class... Events>
inline answer streamed(std::uint64_t takes_ms, const Events&... events) {
  return {.pieces = {events...}, .takes_ns = takes_ms * ms};
}
inline answer empty_poll(std::uint64_t takes_ms = 10'000) {
  return {.status = 504, .body = R"({"detail":"Request timed out"})", .takes_ns = takes_ms * ms};
}
inline answer unknown_session() {
  return {.status = 404, .body = R"json({"detail":"Session not found (id='x')"})json"};
}
inline answer forbidden(const std::string& operation) {
  return {.status = 403, .body = R"({"detail":"Authorization failed: OPERATION=)" + operation + R"(, HEADERS=x"})"};
}

inline option_list with_agent(option_list more = {}) {
  more.emplace_back("agent_id", "A1");
  return more;
}

// A scenario and a session of it that is open; its open's request is forgotten.
struct opened {
  explicit opened(const option_list& options = with_agent()) : parlant(lsrun_plugin_entry, options), s(parlant) {
    s.answers = {created()};
    BOOST_REQUIRE(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
    s.requests.clear();
  }
  const ended_step& turn(std::deque<answer> answers) {
    s.answers = std::move(answers);
    const auto& end = s.run(LSRUN_STEP_TURN);
    BOOST_TEST(s.answers.empty());  // every answer was asked for
    return end;
  }
  std::int64_t sum(const std::string& metric) {
    std::int64_t all = 0;
    for (const auto v : s.added[metric]) all += v;
    return all;
  }
  scenario_under_test parlant;
  fake_session s;
};

inline std::string refusal(const option_list& options) {
  try {
    scenario_under_test made(lsrun_plugin_entry, options);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

}  // namespace parlant_play
