// Refuses to be created, by an exception of its constructor.
#include <lsrun/scenario.hpp>

struct bad_throws_in_create {
  static constexpr auto name = "bad_throws_in_create";
  static constexpr auto help = "faulty on purpose";
  struct session {};
  bad_throws_in_create() { throw std::runtime_error("the option `x` must be even"); }
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
};
LSRUN_SCENARIO(bad_throws_in_create, "1.0.0")
