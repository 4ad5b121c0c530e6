// Counting: by operation, address, status and outcome; and what is not counted.
#include "stats.hpp"

#include <boost/test/unit_test.hpp>

#include "asking.hpp"

namespace lstarget::test {
namespace {

void count(stats& s, operation what, std::string_view address, int status, outcome ended) {
  s.arrived();
  s.count(what, address, status, ended);
}

BOOST_AUTO_TEST_CASE(statuses_mean_what_a_client_makes_of_them) {
  BOOST_TEST((outcome_of(200) == outcome::ok));
  BOOST_TEST((outcome_of(429) == outcome::rate_limited));
  BOOST_TEST((outcome_of(404) == outcome::client_error));
  BOOST_TEST((outcome_of(500) == outcome::server_error));
  BOOST_TEST((outcome_of(status_gone) == outcome::cancelled));
}

BOOST_AUTO_TEST_CASE(one_count_is_shown_from_every_side) {
  stats s;
  count(s, operation::chat, "a", 200, outcome::ok);
  count(s, operation::chat, "a", 200, outcome::ok);
  count(s, operation::chat, "a", 200, outcome::rate_limited);
  count(s, operation::chat, "b", 429, outcome::rate_limited);
  count(s, operation::list_events, "b", 504, outcome::empty_poll);
  s.arrived();
  const auto all = boost::json::parse(s.json({.created = 3, .alive = 2, .evicted = 1, .deleted = 1}, {5, 4, 1}));
  BOOST_TEST(all.at("requests").as_int64() == 5);
  BOOST_TEST(all.at("in_flight").as_int64() == 1);
  BOOST_TEST(all.at("by_operation") == boost::json::parse(R"({"chat":{"200":3,"429":1},"list_events":{"504":1}})"));
  BOOST_TEST(all.at("by_address") ==
             boost::json::parse(R"({"a":{"chat":{"200":3}},"b":{"chat":{"429":1},"list_events":{"504":1}}})"));
  BOOST_TEST(all.at("by_address_outcome").at("a") == boost::json::parse(R"({"chat":{"ok":2,"rate_limited":1}})"));
  BOOST_TEST(all.at("outcomes") == boost::json::parse(R"({"ok":2,"rate_limited":2,"empty_poll":1})"));
  BOOST_TEST(all.at("sessions") == boost::json::parse(R"({"created":3,"alive":2,"evicted":1,"deleted":1})"));
  BOOST_TEST(all.at("connections") == boost::json::parse(R"({"accepted":5,"open":4,"closed_idle":1})"));
  s.reset();
  BOOST_TEST(boost::json::parse(s.json({}, {})).at("requests").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(addresses_beyond_a_bound_are_counted_together) {
  stats s;
  for (int i = 0; i < 100'010; ++i) count(s, operation::chat, std::to_string(i), 200, outcome::ok);
  const auto all = boost::json::parse(s.json({}, {}));
  BOOST_TEST(all.at("requests").as_int64() == 100'010);
  BOOST_TEST(all.at("by_address").as_object().size() == 100'001u);
  BOOST_TEST(all.at("by_address").at("(others)").at("chat").at("200").as_int64() == 10);
}

BOOST_AUTO_TEST_CASE(health_and_its_own_pages_are_never_limited_nor_counted) {
  auto o = quick();
  o.limits = *parse_limits("default=1/min");
  world w(o);
  for (const auto* path : {"/health", "/healthz", "/__lstarget/stats"})
    for (int i = 0; i < 3; ++i) {
      BOOST_TEST(ask(w, get(path, "", ""), start).status == 200, path);
      BOOST_TEST(!answer(w, get(path), start).counted, path);
    }
  BOOST_TEST(answer(w, get("/agents"), start).counted);
}

}  // namespace
}  // namespace lstarget::test
