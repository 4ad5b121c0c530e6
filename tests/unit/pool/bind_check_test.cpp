// Binding the pool's addresses on this machine.
#include "pool/bind_check.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "pool/expand.hpp"

using namespace lsrun::pool;

BOOST_AUTO_TEST_SUITE(checking_that_addresses_can_be_bound)

BOOST_AUTO_TEST_CASE(the_whole_loopback_network_is_bound_without_configuration) {
  const auto pool = expand(50, {"127.64.0.0/16"}, true, true);
  BOOST_TEST(check_bind(*pool).empty());
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_of_this_machine_is_named_with_its_cure) {
  // TEST-NET-3 of RFC 5737 is never assigned. Nothing is sent.
  const auto pool = expand(3, {"127.0.0.1", "203.0.113.1", "127.0.0.2"}, true, false);
  const auto failures = check_bind(*pool);
  BOOST_REQUIRE_EQUAL(failures.size(), 1u);
  BOOST_TEST(failures[0].address == "203.0.113.1");
  BOOST_TEST(failures[0].reason.find("not an address of this machine") != std::string::npos);
  BOOST_TEST(failures[0].reason.find("ip addr add 203.0.113.1/32") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(addresses_that_are_only_forwarded_are_not_tried) {
  const auto pool = expand(1, {"203.0.113.1"}, false, true);
  BOOST_TEST(check_bind(*pool).empty());
}

BOOST_AUTO_TEST_CASE(reasons_say_what_to_do) {
  BOOST_TEST(bind_reason(EADDRNOTAVAIL, "fd00::7").find("fd00::7/128") != std::string::npos);
  BOOST_TEST(bind_reason(EAFNOSUPPORT, "fd00::7").find("no IPv6") != std::string::npos);
  BOOST_TEST(bind_reason(EMFILE, "10.0.0.1").find("ulimit -n") != std::string::npos);
  BOOST_TEST(!bind_reason(EIO, "10.0.0.1").empty());
}

BOOST_AUTO_TEST_SUITE_END()
