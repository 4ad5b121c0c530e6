// Of these there are as many as sessions, timers and connections: a byte more in each is a megabyte in a large run.
#include <boost/test/unit_test.hpp>

#include "session/table.hpp"
#include "time/timer_wheel.hpp"
#include "transport/connection.hpp"

using namespace lsrun;

namespace {

struct no_client : time::timer_wheel::client {
  void on_timer(std::uint64_t, time::instant) override {}
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_session_is_a_row_of_64_bytes) { BOOST_TEST(sizeof(session::row) <= 64u); }

BOOST_AUTO_TEST_CASE(a_connection_is_64_bytes) { BOOST_TEST(sizeof(transport::connection) <= 64u); }

BOOST_AUTO_TEST_CASE(a_timer_is_32_bytes) {
  constexpr std::size_t timers = 1u << 16;  // a power of two: what is held is what is used
  time::timer_wheel wheel;
  no_client client;
  const std::size_t before = wheel.bytes();
  for (std::size_t i = 0; i < timers; ++i) wheel.schedule(time::hour + static_cast<time::instant>(i), client, i);
  BOOST_TEST(wheel.bytes() - before <= 32 * timers);
}

BOOST_AUTO_TEST_CASE(the_table_adds_its_plugin_state_and_a_place_in_the_free_list_to_a_row) {
  constexpr std::size_t sessions = 1u << 16;
  session::table table(8, 8);
  for (std::size_t i = 0; i < sessions; ++i) table.take();
  BOOST_TEST(table.bytes() <= sessions * (64 + 8 + 8));
}
