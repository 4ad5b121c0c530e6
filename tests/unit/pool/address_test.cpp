// Addresses as numbers.
#include "pool/address.hpp"

#include <netinet/in.h>

#include <boost/test/unit_test.hpp>
#include <cstring>

using namespace lsrun::pool;

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(an_address_comes_back_in_its_canonical_text) {
  for (const auto& [written, canonical] : {std::pair{"10.0.0.7", "10.0.0.7"},
                                           {"255.255.255.255", "255.255.255.255"},
                                           {"0.0.0.0", "0.0.0.0"},
                                           {"fd00::7", "fd00::7"},
                                           {"FD00:0:0::0007", "fd00::7"},
                                           {"::1", "::1"},
                                           {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"}}) {
    const auto a = parse_address(written);
    BOOST_REQUIRE_MESSAGE(a, written);
    BOOST_TEST(text_of(*a) == canonical);
  }
}

BOOST_AUTO_TEST_CASE(text_that_is_no_address_is_none) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "10.0.0"sv, "10.0.0.256"sv, "10.0.0.7 "sv, "localhost"sv, "[::1]"sv, "fe80::1%eth0"sv,
                          "10.0.0.7:80"sv, "1.2.3.4\0x"sv, "::g"sv, "10.0.0.0/8"sv})
    BOOST_TEST(!parse_address(text), text);
}

BOOST_AUTO_TEST_CASE(moving_up_carries_into_the_upper_half) {
  BOOST_TEST(text_of(advanced(*parse_address("10.0.0.255"), 1)) == "10.0.1.0");
  BOOST_TEST(text_of(advanced(*parse_address("fd00::ffff:ffff:ffff:ffff"), 1)) == "fd00:0:0:1::");
}

BOOST_AUTO_TEST_CASE(ranges_are_counted_with_both_ends_and_without_overflow) {
  const auto count = [](const char* a, const char* b) { return count_between(*parse_address(a), *parse_address(b)); };
  BOOST_TEST(count("10.0.0.1", "10.0.0.1") == 1u);
  BOOST_TEST(count("10.0.0.1", "10.0.0.50") == 50u);
  BOOST_TEST(count("0.0.0.0", "255.255.255.255") == 1ull << 32);
  BOOST_TEST(count("fd00::ffff:ffff:ffff:ffff", "fd00:0:0:1::") == 2u);
  BOOST_TEST(count("::", "0:0:0:1::") == UINT64_MAX);
  BOOST_TEST(count("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == UINT64_MAX);
  BOOST_TEST(count("10.0.0.2", "10.0.0.1") == 0u);
  BOOST_TEST(count("10.0.0.2", "::1") == 0u);
}

BOOST_AUTO_TEST_CASE(a_socket_address_has_the_bytes_in_network_order_and_port_0) {
  const sockaddr_storage four = socket_address(*parse_address("10.1.2.3"));
  sockaddr_in in{};
  std::memcpy(&in, &four, sizeof in);
  BOOST_TEST(in.sin_family == AF_INET);
  BOOST_TEST(in.sin_port == 0);
  BOOST_TEST(ntohl(in.sin_addr.s_addr) == 0x0a010203u);

  const sockaddr_storage six = socket_address(*parse_address("fd00::1:2"));
  sockaddr_in6 in6{};
  std::memcpy(&in6, &six, sizeof in6);
  BOOST_TEST(in6.sin6_family == AF_INET6);
  BOOST_TEST(in6.sin6_addr.s6_addr[0] == 0xfd);
  BOOST_TEST(in6.sin6_addr.s6_addr[15] == 2);
}

BOOST_AUTO_TEST_CASE(private_addresses_are_told_from_those_of_the_internet) {
  for (const auto* text :
       {"127.0.0.1", "127.255.0.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
        "169.254.1.1", "::1", "fd00::1", "fc00::1", "fe80::1", "febf::1", "::ffff:10.0.0.1"})
    BOOST_TEST(is_private(text), text);
  for (const auto* text : {"8.8.8.8", "11.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
                           "126.0.0.1", "128.0.0.1", "0.0.0.0", "::", "2001:db8::1", "fec0::1", "fbff::1", "fe00::1",
                           "::ffff:8.8.8.8", "::2", "not an address", ""})
    BOOST_TEST(!is_private(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
