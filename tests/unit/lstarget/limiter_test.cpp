// The moving window, to the nanosecond; limits as text.
#include "limiter.hpp"

#include <boost/test/unit_test.hpp>

namespace lstarget {
namespace {

using lsrun::time::second;

limit_table table(std::string_view text) {
  const auto t = parse_limits(text);
  BOOST_REQUIRE_MESSAGE(t, (t ? "" : t.error_text()));
  return *t;
}

limit of(const limit_table& t, operation o) { return t[static_cast<std::size_t>(o)]; }

BOOST_AUTO_TEST_CASE(places_come_back_one_window_after_each_hit) {
  limiter l(table("chat=3/min"));
  for (const auto at : {0, 1, 4}) BOOST_TEST(l.ask("a", {operation::chat}, at * second).allowed);
  for (int at = 5; at < 60; ++at) {
    const auto v = l.ask("a", {operation::chat}, at * second);
    BOOST_TEST(!v.allowed);
    BOOST_TEST(v.free_at == 60 * second);
  }
  BOOST_TEST(!l.ask("a", {operation::chat}, 60 * second - 1).allowed);
  BOOST_TEST(l.ask("a", {operation::chat}, 60 * second).allowed);
  BOOST_TEST(!l.ask("a", {operation::chat}, 61 * second - 1).allowed);
  BOOST_TEST(l.ask("a", {operation::chat}, 61 * second).allowed);
  BOOST_TEST(!l.ask("a", {operation::chat}, 62 * second).allowed);
  BOOST_TEST(l.ask("a", {operation::chat}, 64 * second).allowed);
}

BOOST_AUTO_TEST_CASE(addresses_and_operations_count_apart) {
  limiter l(table("chat=1/min,read_session=1/min"));
  BOOST_TEST(l.ask("a", {operation::chat}, 0).allowed);
  BOOST_TEST(!l.ask("a", {operation::chat}, 0).allowed);
  BOOST_TEST(l.ask("b", {operation::chat}, 0).allowed);
  BOOST_TEST(l.ask("a", {operation::read_session}, 0).allowed);
  BOOST_TEST(l.ask("a", {operation::list_events}, 0).allowed);
  BOOST_TEST(l.ask("a", {operation::list_events}, 0).allowed);
}

BOOST_AUTO_TEST_CASE(two_budgets_are_taken_both_or_none) {
  limiter l(table("chat=2/min,create_session=1/min"));
  BOOST_TEST(l.ask("a", {operation::create_session, operation::chat}, 0).allowed);
  const auto v = l.ask("a", {operation::create_session, operation::chat}, 1);
  BOOST_TEST(!v.allowed);
  BOOST_TEST((v.refused_by == operation::create_session));
  BOOST_TEST(l.ask("a", {operation::chat}, 2).allowed);  // the refused one took no place of chat
  const auto full = l.ask("a", {operation::chat}, 3);
  BOOST_TEST((full.refused_by == operation::chat));
}

BOOST_AUTO_TEST_CASE(addresses_are_forgotten_when_their_windows_are_empty) {
  limiter l(table("chat=30/min"));
  for (int i = 0; i < 10'000; ++i) l.ask(std::to_string(i), {operation::chat}, i * second);
  BOOST_TEST(l.remembered() == 60u);
  l.ask("last", {operation::chat}, 20'000 * second);
  BOOST_TEST(l.remembered() == 1u);
}

BOOST_AUTO_TEST_CASE(a_limit_of_none_a_window_refuses_all_and_no_limit_refuses_nothing) {
  limiter none(table("none")), nothing(table("chat=0/min"));
  BOOST_TEST(!none.limits_anything());
  for (int i = 0; i < 1000; ++i) BOOST_TEST(none.ask("a", {operation::chat}, 0).allowed);
  BOOST_TEST(!nothing.ask("a", {operation::chat}, 0).allowed);
}

BOOST_AUTO_TEST_CASE(limits_as_text) {
  const auto p = table("production");
  BOOST_TEST((of(p, operation::chat) == limit{30, 60 * second}));
  BOOST_TEST((of(p, operation::create_session) == limit{10, 60 * second}));
  BOOST_TEST((of(p, operation::list_events) == limit{240, 60 * second}));
  BOOST_TEST((of(p, operation::read_agent) == limit{30, 60 * second}));
  BOOST_TEST((of(p, operation::delete_session) == limit{100, 60 * second}));
  const auto own = table("chat=90/30s, default=0.5/s,read_agent=none");
  BOOST_TEST((of(own, operation::chat) == limit{90, 30 * second}));
  BOOST_TEST((of(own, operation::list_events) == limit{1, 2 * second}));
  BOOST_TEST((of(own, operation::read_agent) == limit{}));
  BOOST_TEST((of(scaled(p, 60), operation::chat) == limit{30, second}));
  for (const auto* wrong :
       {"", "chat", "chat=", "talk=3/min", "chat=30", "chat=1.5/s", "chat=30/min,", "chat=2000000/s"})
    BOOST_TEST(!parse_limits(wrong), wrong);
}

}  // namespace
}  // namespace lstarget
