// Trace ids as W3C Trace Context has them.
#include "metrics/trace_id.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun::metrics;

BOOST_AUTO_TEST_SUITE(trace_ids)

BOOST_AUTO_TEST_CASE(the_header_has_both_halves_and_its_shape) {
  std::string header(traceparent_shape);
  put_trace(header.data(), 0x0af7651916cd43ddu, 0x8448eb211c80319cu);
  BOOST_TEST(header == "00-0af7651916cd43dd8448eb211c80319c-8448eb211c80319c-01");
  BOOST_TEST(header.substr(3, 32) == trace_id_text(0x0af7651916cd43ddu, 0x8448eb211c80319cu));
  put_trace(header.data(), 1, 2);
  BOOST_TEST(header == "00-00000000000000010000000000000002-0000000000000002-01");
}

// Offset basis and the example "a" of http://www.isthe.com/chongo/tech/comp/fnv/.
BOOST_AUTO_TEST_CASE(runs_differ_and_none_is_0) {
  BOOST_TEST(trace_half_of("") == 0xcbf29ce484222325u);
  BOOST_TEST(trace_half_of("a") == 0xaf63dc4c8601ec8cu);
  BOOST_TEST(trace_half_of("one") != trace_half_of("two"));
}

BOOST_AUTO_TEST_SUITE_END()
