// What viewers are sent: events with numbers, and what was missed by one that comes back.
#include "dashboard/feed.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using lsrun::dashboard::feed;

std::string number(int n) { return "{\"n\": " + std::to_string(n) + "}"; }

}  // namespace

BOOST_AUTO_TEST_CASE(an_event_has_an_id_a_name_and_its_data_on_one_line) {
  feed f("ab");
  BOOST_TEST(*f.add("second", number(1)) == "id: ab-1\nevent: second\ndata: {\"n\": 1}\n\n");
  BOOST_TEST(*f.add("tables", number(2)) == "id: ab-2\nevent: tables\ndata: {\"n\": 2}\n\n");
}

BOOST_AUTO_TEST_CASE(a_snapshot_has_the_id_of_the_last_event_so_that_nothing_is_missed_or_twice_after_it) {
  feed f("ab");
  BOOST_TEST(*f.snapshot("{}") == "id: ab-0\nevent: snapshot\ndata: {}\n\n");
  f.add("second", "1");
  BOOST_TEST(*f.snapshot("{}") == "id: ab-1\nevent: snapshot\ndata: {}\n\n");
  BOOST_TEST(f.since("ab-1")->empty());
  const auto next = f.add("second", "2");
  BOOST_TEST((f.since("ab-1") == std::vector{next}));
}

BOOST_AUTO_TEST_CASE(who_comes_back_gets_what_was_missed_in_order_and_the_same_bytes_as_all) {
  feed f("ab");
  std::vector<lsrun::dashboard::bytes> sent;
  for (int i = 1; i <= 5; ++i) sent.push_back(f.add("second", number(i)));
  BOOST_TEST((f.since("ab-2") == std::vector(sent.begin() + 2, sent.end())));
  BOOST_TEST((f.since("ab-0") == sent));
}

BOOST_AUTO_TEST_CASE(who_missed_too_much_or_saw_another_run_starts_anew) {
  feed f("ab");
  for (std::size_t i = 0; i < feed::kept + 10; ++i) f.add("second", "{}");
  BOOST_TEST(!f.since("ab-9"));
  BOOST_TEST(f.since("ab-10")->size() == feed::kept);
  for (const char* id :
       {"", "cd-300", "ab", "ab-", "ab-x", "ab-12x", "ab--1", "ab-400", "300", "ab-99999999999999999999999"})
    BOOST_TEST(!f.since(id), id);
}
