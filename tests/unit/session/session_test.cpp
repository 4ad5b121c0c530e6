#include <boost/test/unit_test.hpp>
#include <cstring>
#include <set>

#include "session/state.hpp"
#include "session/table.hpp"

namespace {

using namespace lsrun;
using model::outcome;
using model::step;
using session::end;
using session::next;
using session::step_end;

}  // namespace

BOOST_AUTO_TEST_SUITE(session_test)

BOOST_AUTO_TEST_CASE(what_follows_a_step_is_a_table) {
  struct line {
    step_end ended;
    bool turns_left, expiring;
    next what;
    end why;
  };
  const line table[] = {
      {{step::open, outcome::ok}, true, false, next::think, end::none},
      {{step::open, outcome::business_error}, true, false, next::think, end::none},
      {{step::open, outcome::server_error}, true, false, next::finish, end::failed_to_open},
      {{step::open, outcome::cancelled}, true, false, next::finish, end::failed_to_open},
      {{step::open, outcome::plugin_fault}, true, false, next::finish, end::failed_to_open},
      {{step::open, outcome::ok, false, true}, true, false, next::close, end::none},
      {{step::turn, outcome::ok}, true, false, next::think, end::none},
      {{step::turn, outcome::ok}, false, false, next::close, end::none},
      {{step::turn, outcome::timeout}, true, false, next::think, end::none},
      {{step::turn, outcome::server_error}, false, false, next::close, end::none},
      {{step::turn, outcome::ok, false, true}, true, false, next::close, end::none},
      {{step::turn, outcome::client_error, true}, true, false, next::finish, end::lost},
      {{step::turn, outcome::plugin_fault}, true, false, next::finish, end::lost},
      {{step::close, outcome::ok}, true, false, next::finish, end::closed},
      {{step::close, outcome::server_error}, true, false, next::finish, end::closed},
      {{step::close, outcome::ok}, true, true, next::finish, end::expired},
      {{step::close, outcome::client_error, true}, true, false, next::finish, end::lost},
  };
  for (const line& l : table) {
    const session::decision d = session::after_step(l.ended, l.turns_left, l.expiring);
    BOOST_TEST_CONTEXT(model::name(l.ended.step) << " " << model::name(l.ended.outcome)) {
      BOOST_TEST((d.what == l.what));
      BOOST_TEST((d.why == l.why));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_end_of_every_step_leads_somewhere) {
  for (const step s : {step::open, step::turn, step::close})
    for (std::size_t o = 0; o < model::outcome_count; ++o)
      for (int bits = 0; bits < 16; ++bits) {
        const session::decision d = session::after_step({s, static_cast<outcome>(o), (bits & 1) != 0, (bits & 2) != 0},
                                                        (bits & 4) != 0, (bits & 8) != 0);
        BOOST_TEST(((d.what == next::finish) == (d.why != end::none)));
      }
}

BOOST_AUTO_TEST_CASE(rows_are_used_again_and_their_states_do_not_overlap) {
  session::table table(24, 16);
  std::set<std::uint32_t> live;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const std::uint32_t row = table.take();
    BOOST_TEST_REQUIRE(live.insert(row).second);
    BOOST_TEST_REQUIRE(reinterpret_cast<std::uintptr_t>(table.state(row)) % 16 == 0u);
    std::memset(table.state(row), static_cast<int>(row % 251), 24);
    table[row].number = row;
    if (i % 3 == 0) {
      table.give_back(*live.begin());
      live.erase(live.begin());
    }
  }
  BOOST_TEST(table.used() == live.size());
  for (const std::uint32_t row : live) {
    const auto* bytes = static_cast<const unsigned char*>(table.state(row));
    BOOST_TEST_REQUIRE(table[row].number == row);
    for (int b = 0; b < 24; ++b) BOOST_TEST_REQUIRE(bytes[b] == row % 251);
  }
}

BOOST_AUTO_TEST_CASE(an_idle_session_without_plugin_state_takes_less_than_a_hundred_bytes) {
  session::table table(0, 1);
  for (int i = 0; i < 100'000; ++i) table.take();
  BOOST_TEST(table.bytes() < 100u * 100'000u);
}

BOOST_AUTO_TEST_SUITE_END()
