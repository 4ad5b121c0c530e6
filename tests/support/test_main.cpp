// Boost.Test's main, compiled once for all unit tests; a test file includes <boost/test/unit_test.hpp> after
// defining nothing, and links lsrun_test_main.
#define BOOST_TEST_MODULE lsrun
#include <boost/test/included/unit_test.hpp>
