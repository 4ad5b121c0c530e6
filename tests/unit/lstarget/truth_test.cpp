// What the target does by measure: stalls, slow turns, overload, garbage; and the log that tells when.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "asking.hpp"
#include "garbage.hpp"
#include "reply_log.hpp"
#include "turn.hpp"

namespace lstarget::test {
namespace {

request say(std::string session) {
  return post("/sessions/chat", R"({"message":"hi","session_id":")" + session + "\"}");
}

BOOST_AUTO_TEST_SUITE(truth)

BOOST_AUTO_TEST_CASE(nothing_is_answered_in_a_stall_and_everything_at_its_end) {
  auto o = quick();
  o.stall = 1400 * ms;
  o.stall_after = 3 * s;
  world w(o);
  BOOST_TEST(ask(w, say("a"), start).after == 200 * ms);
  BOOST_TEST(ask(w, say("a"), start + 2700 * ms).after == 200 * ms);   // over before it
  BOOST_TEST(ask(w, say("a"), start + 2900 * ms).after == 1500 * ms);  // due in it
  BOOST_TEST(ask(w, say("b"), start + 3500 * ms).after == 900 * ms);   // comes in it
  BOOST_TEST(ask(w, get("/sessions/zzz"), start + 4 * s).after == 400 * ms);
  BOOST_TEST(ask(w, get("/health"), start + 4 * s).after == 0);  // the target's own pages do not stall
  BOOST_TEST(ask(w, say("a"), start + 4300 * ms).after == 200 * ms);
  BOOST_TEST(ask(w, say("a"), start + 4400 * ms).after == 200 * ms);
}

BOOST_AUTO_TEST_CASE(a_share_of_the_turns_is_slow_and_which_is_the_seeds_to_say) {
  auto o = quick();
  o.slow_share = 0.05;
  o.slow_delay = 3 * s;
  int slow = 0;
  for (std::uint32_t turn = 1; turn <= 4000; ++turn) {
    const auto delay = delay_of(o, 7, turn);
    BOOST_REQUIRE((delay == 3 * s || delay == 200 * ms));
    slow += delay == 3 * s;
  }
  BOOST_TEST(slow > 120);
  BOOST_TEST(slow < 280);
}

BOOST_AUTO_TEST_CASE(too_many_sessions_make_turns_slow_and_for_a_known_time_afterwards) {
  auto o = quick();
  o.overload = 2;
  o.overload_delay = s;
  o.recovery = 5 * s;
  world w(o);
  BOOST_TEST(ask(w, say("a"), start).after == 200 * ms);
  BOOST_TEST(ask(w, say("b"), start).after == 200 * ms);
  BOOST_TEST(ask(w, say("c"), start + s).after == 1200 * ms);
  w.sessions.erase("c");
  BOOST_TEST(ask(w, say("a"), start + 6 * s).after == 1200 * ms);
  BOOST_TEST(ask(w, say("a"), start + 6 * s + 1).after == 200 * ms);
}

std::size_t resident() {
  std::size_t all = 0, held = 0;
  std::ifstream("/proc/self/statm") >> all >> held;
  return held * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

BOOST_AUTO_TEST_CASE(garbage_gathers_and_is_given_back) {
  constexpr std::size_t most = 64u << 20;
  const auto before = resident();
  garbage g(most, s, 3);
  std::size_t greatest = 0, falls = 0, last = 0;
  for (int i = 0; i < 200; ++i) {
    g.look(start + i * 20 * ms);
    const auto held = resident() - std::min(before, resident());
    falls += held + most / 4 < last;
    last = held;
    greatest = std::max(greatest, held);
  }
  BOOST_TEST(greatest > most / 2);
  BOOST_TEST(greatest < most + (8u << 20));
  BOOST_TEST(falls >= 3u);  // in four seconds
  BOOST_TEST(falls <= 6u);
}

BOOST_AUTO_TEST_CASE(the_log_has_a_row_a_reply_once_it_is_flushed) {
  char name[] = "/tmp/lstarget-log-XXXXXX";
  ::close(::mkstemp(name));
  reply_log log(name);
  log.add({operation::chat, "a", 200, 1, 2, 3, 4, "00-01-02-01"});
  log.add({operation::list_events, "b,\"", 504, 5, 6, 7, 0, "\n"});  // what would break a row is left out
  log.flush();
  std::ifstream in(name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::filesystem::remove(name);
  BOOST_REQUIRE(lines.size() == 3u);
  BOOST_TEST(lines[0] == "operation,session,status,arrived_ns,due_ns,replied_ns,drawn_ns,traceparent");
  BOOST_TEST(lines[1] == "chat,a,200,1,2,3,4,00-01-02-01");
  BOOST_TEST(lines[2] == "list_events,,504,5,6,7,0,");
  BOOST_CHECK_THROW(reply_log("/proc/no/such/file"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lstarget::test
