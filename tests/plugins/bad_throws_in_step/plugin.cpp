// Its option `when` says where it throws: open, turn, after (a request), close.
#include <lsrun/scenario.hpp>

struct bad_throws_in_step {
  static constexpr auto name = "bad_throws_in_step";
  static constexpr auto help = "faulty on purpose";
  static constexpr lsrun::option options[] = {
      {"when", "turn", "where it throws", lsrun::type::string, "open|turn|after|close|never"}};
  struct session {};
  explicit bad_throws_in_step(const lsrun::setup& s) : when(s.str("when")) {}
  void at(const char* place) const {
    if (when == place) throw std::runtime_error(std::string("thrown in ") + place);
  }
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) {
    at("open");
    co_return lsrun::outcome::ok;
  }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) {
    at("turn");
    auto r = co_await c.get("/health", "default");
    at("after");
    co_return r.outcome();
  }
  lsrun::task<lsrun::outcome> close(lsrun::client&, session&) {
    at("close");
    co_return lsrun::outcome::ok;
  }
  std::string when;
};
LSRUN_SCENARIO(bad_throws_in_step, "1.0.0")
