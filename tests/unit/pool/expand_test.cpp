// From the config's entries to client addresses.
#include "pool/expand.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace lsrun::pool;

namespace {

std::vector<std::string> texts(std::uint32_t count, const std::vector<std::string>& entries) {
  const auto pool = expand(count, entries, false, true);
  BOOST_REQUIRE_MESSAGE(pool, (pool ? "" : pool.error_text()));
  std::vector<std::string> names;
  for (const auto& one : *pool) names.push_back(one.text);
  return names;
}

std::string refusal(std::uint32_t count, const std::vector<std::string>& entries) {
  const auto pool = expand(count, entries, false, true);
  BOOST_REQUIRE(!pool);
  return pool.error_text();
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

using list = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(expanding_entries)

BOOST_AUTO_TEST_CASE(network_and_broadcast_addresses_are_left_out) {
  BOOST_TEST(texts(2, {"10.0.0.0/30"}) == (list{"10.0.0.1", "10.0.0.2"}), boost::test_tools::per_element());
  BOOST_TEST(parse_entry("127.64.0.0/16")->size() == 65534u);
  BOOST_TEST(texts(1, {"127.64.0.0/16"}).front() == "127.64.0.1");
  BOOST_TEST(text_of(parse_entry("127.64.0.0/16")->last) == "127.64.255.254");
}

BOOST_AUTO_TEST_CASE(short_networks_are_used_whole) {
  BOOST_TEST(texts(2, {"10.0.0.6/31"}) == (list{"10.0.0.6", "10.0.0.7"}), boost::test_tools::per_element());
  BOOST_TEST(texts(1, {"10.0.0.6/32"}) == (list{"10.0.0.6"}), boost::test_tools::per_element());
  BOOST_TEST(texts(2, {"fd00::6/127"}) == (list{"fd00::6", "fd00::7"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(bits_beyond_the_prefix_do_not_matter) {
  BOOST_TEST(texts(1, {"10.0.0.77/24"}).front() == "10.0.0.1");
  BOOST_TEST(texts(1, {"fd00::abcd/64"}).front() == "fd00::1");
  BOOST_TEST(parse_entry("1.2.3.4/0")->size() == (1ull << 32) - 2);
  BOOST_TEST(text_of(parse_entry("::/0")->last) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  BOOST_TEST(text_of(parse_entry("fd00::/100")->last) == "fd00::fff:ffff");
}

BOOST_AUTO_TEST_CASE(a_range_holds_both_its_ends) {
  BOOST_TEST(texts(3, {"10.0.0.254 - 10.0.1.0"}) == (list{"10.0.0.254", "10.0.0.255", "10.0.1.0"}),
             boost::test_tools::per_element());
  BOOST_TEST(parse_entry("fd00::1-fd00::ff")->size() == 255u);
}

BOOST_AUTO_TEST_CASE(entries_take_turns_until_one_runs_out) {
  BOOST_TEST(texts(7, {"10.0.0.0/24", "192.168.0.1", "fd00::1-fd00::2"}) ==
                 (list{"10.0.0.1", "192.168.0.1", "fd00::1", "10.0.0.2", "fd00::2", "10.0.0.3", "10.0.0.4"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(large_pools_hold_each_address_once) {
  const auto names = texts(20000, {"127.64.0.0/18", "fd00::/64"});
  BOOST_TEST(std::set<std::string>(names.begin(), names.end()).size() == 20000u);
}

BOOST_AUTO_TEST_CASE(the_mode_decides_what_is_bound_and_what_is_forwarded) {
  const auto forwarded = expand(1, {"10.0.0.7"}, false, true);
  BOOST_TEST(!forwarded->front().bind);
  BOOST_TEST(forwarded->front().forwarded);
  const auto bound = expand(1, {"fd00::7"}, true, false);
  BOOST_REQUIRE(bound->front().bind);
  BOOST_TEST(bound->front().bind->ss_family == AF_INET6);
  BOOST_TEST(!bound->front().forwarded);
}

BOOST_AUTO_TEST_CASE(more_addresses_than_there_are_is_an_error_with_both_numbers) {
  const auto text = refusal(300, {"10.0.0.0/24", "10.0.1.1"});
  BOOST_TEST(holds(text, "300"));
  BOOST_TEST(holds(text, "255"));
  BOOST_TEST(texts(255, {"10.0.0.0/24", "10.0.1.1"}).size() == 255u);
  BOOST_TEST(holds(refusal(1, {}), "hold 0"));
  BOOST_TEST(holds(refusal(0, {"10.0.0.1"}), "at least 1"));
}

BOOST_AUTO_TEST_CASE(an_address_in_two_entries_is_an_error_that_names_both) {
  const auto text = refusal(1, {"10.0.0.0/24", "192.168.0.1", "10.0.0.200-10.0.1.5"});
  BOOST_TEST(holds(text, "10.0.0.200 is listed twice"));
  BOOST_TEST(holds(text, "10.0.0.0/24"));
  BOOST_TEST(holds(text, "10.0.0.200-10.0.1.5"));
  BOOST_TEST(holds(refusal(2, {"fd00::7", "FD00:0::7"}), "fd00::7 is listed twice"));
  BOOST_TEST(texts(2, {"10.0.0.1-10.0.0.5", "10.0.0.6-10.0.0.9"}).size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_no_entry_is_named_with_what_would_be) {
  for (const auto* entry : {"", "example.com", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "fd00::/129",
                            "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1", "10.0.0.1-", "-10.0.0.1", "10.0.0/24"}) {
    const auto text = refusal(1, {"10.9.9.9", entry});
    BOOST_TEST(holds(text, "\"" + std::string(entry) + "\""), text);
    BOOST_TEST(holds(text, "10.0.0.0/24"), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
