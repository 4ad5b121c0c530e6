// Each turn takes memory until there is none; the option `keep` says whether it is ever given back.
#include <lsrun/scenario.hpp>
#include <memory>
#include <vector>

struct bad_allocates {
  static constexpr auto name = "bad_allocates";
  static constexpr auto help = "faulty on purpose";
  static constexpr lsrun::option options[] = {
      {"keep", "false", "is what was taken kept for ever?", lsrun::type::boolean}};
  using memory = std::vector<std::unique_ptr<char[]>>;
  struct session {};
  explicit bad_allocates(const lsrun::setup& s) : keep(s.boolean("keep")) {}
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) {
    auto r = co_await c.get("/health", "default");
    memory own;
    memory& into = keep ? kept : own;
    for (std::size_t size = std::size_t{1} << 26; size > 0; size /= 2) take(into, size, size == 1);
    co_return r.outcome();
  }
  // Pieces of this size until there is none left; of the last size the failure gets out.
  void take(memory& into, std::size_t size, bool last) {
    try {
      for (;;) into.emplace_back(new char[size]);
    } catch (const std::bad_alloc&) {
      if (last) throw;
    }
  }
  bool keep;
  memory kept;
};
LSRUN_SCENARIO(bad_allocates, "1.0.0")
