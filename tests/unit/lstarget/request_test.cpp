// Whom a request counts for, what of it is echoed, and what its address says.
#include "request.hpp"

#include <boost/test/unit_test.hpp>

namespace lstarget {
namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

request with(fields headers) { return {.method = "GET", .headers = std::move(headers), .peer = "127.0.0.9"}; }

BOOST_AUTO_TEST_CASE(the_first_element_of_x_forwarded_for_is_the_client) {
  BOOST_TEST(client_address(with({{"x-forwarded-for", " 10.0.0.1 , 10.0.0.2"}}), true).value() == "10.0.0.1");
  BOOST_TEST(client_address(with({{"x-forwarded-for", "any text"}}), true).value() == "any text");
  BOOST_TEST(client_address(with({{"x-real-ip", "2"}, {"x-forwarded-for", "1"}}), true).value() == "1");
  BOOST_TEST(!client_address(with({{"x-forwarded-for", " , 10.0.0.2"}}), true));
  BOOST_TEST(!client_address(with({{"x-forwarded-for", ""}}), true));
}

BOOST_AUTO_TEST_CASE(then_come_x_real_ip_cf_connecting_ip_and_the_peer) {
  BOOST_TEST(client_address(with({{"cf-connecting-ip", "3"}, {"x-real-ip", "2"}}), true).value() == "2");
  BOOST_TEST(client_address(with({{"cf-connecting-ip", "3"}}), true).value() == "3");
  BOOST_TEST(client_address(with({{"forwarded", "for=4"}}), true).value() == "127.0.0.9");
  BOOST_TEST(client_address(with({{"x-forwarded-for", "10.0.0.1"}}), false).value() == "127.0.0.9");
}

BOOST_AUTO_TEST_CASE(headers_are_echoed_as_python_shows_them) {
  BOOST_TEST(echoed_headers(with({{"host", "127.0.0.1:8802"}, {"accept", "*/*"}})) ==
             "Headers({'host': '127.0.0.1:8802', 'accept': '*/*'})");
  BOOST_TEST(echoed_headers(with({{"a", "it's"}, {"b", "\\ and \"'"}, {"c", "\xe9"}})) ==
             R"(Headers({'a': "it's", 'b': '\\ and "\'', 'c': '\xe9'}))");
  BOOST_TEST(echoed_headers(with({{"a", "1"}, {"a", "2"}})) == "Headers(raw=[(b'a', b'1'), (b'a', b'2')])");
}

BOOST_AUTO_TEST_CASE(parameters_are_decoded_and_the_last_of_a_name_holds) {
  request r;
  r.query = "a=1&b=x%20y+z&a=2&c&&%61d=%zz";
  BOOST_TEST(r.parameter("a").value() == "2");
  BOOST_TEST(r.parameter("b").value() == "x y z");
  BOOST_TEST(r.parameter("c").value().empty());
  BOOST_TEST(r.parameter("ad").value() == "%zz");
  BOOST_TEST(!r.parameter("d"));
}

BOOST_AUTO_TEST_CASE(paths_are_split_before_they_are_decoded) {
  BOOST_TEST((path_parts("/sessions/a%2Fb/events") == std::vector<std::string>{"sessions", "a/b", "events"}));
  BOOST_TEST((path_parts("/") == std::vector<std::string>{""}));
  BOOST_TEST(path_parts("").empty());
}

}  // namespace
}  // namespace lstarget
