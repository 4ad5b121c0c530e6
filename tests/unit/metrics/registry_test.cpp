// Names get ids once, and tables have an end.
#include "metrics/registry.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun::metrics;

BOOST_AUTO_TEST_SUITE(registries)

BOOST_AUTO_TEST_CASE(the_same_operation_has_the_same_id) {
  registry names;
  BOOST_TEST(*names.operation("chat") == 0u);
  BOOST_TEST(*names.operation("create_session") == 1u);
  BOOST_TEST(*names.operation("chat") == 0u);
  BOOST_TEST(names.operations() == (std::vector<std::string>{"chat", "create_session"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_full_table_of_operations_gives_no_id) {
  registry names;
  for (std::size_t i = 0; i < registry::most_operations; ++i) BOOST_REQUIRE(names.operation("o" + std::to_string(i)));
  BOOST_TEST(!names.operation("one more").has_value());
  BOOST_TEST(*names.operation("o63") == 63u);
}

BOOST_AUTO_TEST_CASE(a_metric_of_another_kind_under_the_same_name_is_refused) {
  registry names;
  BOOST_TEST(*names.metric({"ttft", "ms", "first token", metric_kind::time}) == 0u);
  BOOST_TEST(*names.metric({"ttft", "ms", "first token", metric_kind::time}) == 0u);
  BOOST_TEST(!names.metric({"ttft", "ms", "", metric_kind::count}).has_value());
  BOOST_TEST(names.metric_of(0).help == "first token");
}

BOOST_AUTO_TEST_SUITE_END()
