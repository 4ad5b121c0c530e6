// Dies in its twentieth turn, in the way that the option `how` names.
#include <cstdlib>
#include <cstring>
#include <lsrun/scenario.hpp>

namespace {

volatile int* volatile nowhere = nullptr;

__attribute__((noinline)) int deeper(volatile char* above, unsigned left) {
  volatile char room[4096];
  room[0] = above ? above[0] : 1;
  return left == 0 ? 0 : deeper(room, left - 1) + room[0];
}
std::size_t (*volatile length)(const char*) = std::strlen;  // in the C library, not in this object
void refuse() { throw std::runtime_error("thrown where nothing may be"); }
void (*volatile refusing)() = refuse;

// What it does is undefined on purpose: UBSan would say so and end the program in lsrun's stead.
__attribute__((no_sanitize("undefined"))) void die(const std::string& how) {
  if (how == "pointer") *nowhere = 1;
  if (how == "callee") length(nullptr);
  if (how == "abort") std::abort();
  if (how == "stack") *nowhere = deeper(nullptr, 1u << 30u);
  if (how == "noexcept") []() noexcept { refusing(); }();
}

}  // namespace

struct bad_crashes_in_step {
  static constexpr auto name = "bad_crashes_in_step";
  static constexpr auto help = "faulty on purpose";
  static constexpr lsrun::option options[] = {
      {"how", "pointer", "how it dies", lsrun::type::string, "pointer|callee|abort|stack|noexcept"}};
  struct session {};
  explicit bad_crashes_in_step(const lsrun::setup& s) : how(s.str("how")) {}
  lsrun::task<lsrun::outcome> open(lsrun::client&, session&) { co_return lsrun::outcome::ok; }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) {
    auto r = co_await c.get("/health", "default");
    if (++turns == 20) die(how);
    co_return r.outcome();
  }
  std::string how;
  int turns = 0;
};
LSRUN_SCENARIO(bad_crashes_in_step, "1.0.0")
