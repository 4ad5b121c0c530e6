// The scenario of plugin_api/README.md, as it stands there.
// clang-format off
#include <lsrun/scenario.hpp>

struct echo_chat {
  static constexpr auto name = "echo_chat";
  static constexpr auto help = "one POST a turn";
  static constexpr lsrun::option options[] = {{"path", "/chat", "where turns are posted"}};
  struct session { std::string id; };                                  // kept between steps

  explicit echo_chat(const lsrun::setup& s) : path(s.str("path")) {}   // throw here: a config error, with its text

  lsrun::task<lsrun::outcome> open(lsrun::client& c, session& s) {
    auto r = co_await c.post(path, lsrun::json{{"hello", c.customer_id()}}, "create_session");
    s.id = r.json_string("/id");                                       // a refused connection is r.outcome(), not an exception
    co_return r.outcome();
  }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session& s) {
    auto r = co_await c.post(path + "/" + s.id, lsrun::json{{"message", c.next_message()}}, "chat");
    co_return r.outcome();
  }
  std::string path;
};
LSRUN_SCENARIO(echo_chat, "1.0.0")
