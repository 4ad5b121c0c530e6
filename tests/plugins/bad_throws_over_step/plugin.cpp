// Lets an exception out of step, or of a request's done, against the contract: casts say that both are noexcept.
#include <lsrun/abi.h>

#include <cstring>
#include <stdexcept>

namespace {

const lsrun_host* host_ = nullptr;
std::uint32_t operation_ = 0;

void done(void*, const lsrun_http_reply*) { throw std::runtime_error("over the wall in done"); }

void step(void*, void*, lsrun_session* session, lsrun_step which) {
  static int turns = 0;
  if (which != LSRUN_STEP_TURN) {
    host_->finish_step(session, LSRUN_OUTCOME_OK, 0, lsrun_str{nullptr, 0});
    return;
  }
  if (++turns % 2 == 0) throw std::runtime_error("over the wall in step");
  lsrun_http_request q{};
  q.struct_size = sizeof q;
  q.operation = operation_;
  q.method = {"GET", 3};
  q.target = {"/health", 7};
  q.done = reinterpret_cast<decltype(q.done)>(reinterpret_cast<void*>(&done));
  host_->http(session, &q, nullptr);
}

lsrun_status create(const lsrun_host* host, lsrun_setup* setup, lsrun_scenario* out, lsrun_text_out*) noexcept {
  host_ = host;
  lsrun_scenario s{};
  s.struct_size = sizeof s;
  s.session_size = 8;
  s.session_align = 8;
  s.construct = [](void*, void*) noexcept {};
  s.step = reinterpret_cast<decltype(s.step)>(reinterpret_cast<void*>(&step));
  s.destruct = s.construct;
  s.destroy = [](void*) noexcept {};
  *out = s;
  return host->define_operation(setup, lsrun_str{"default", 7}, nullptr, 0, &operation_);
}
const lsrun_scenario_type types[] = {
    {sizeof(lsrun_scenario_type), 0, "bad_throws_over_step", "faulty on purpose", {nullptr, 0, 0}, &create}};

}  // namespace

extern "C" {
LSRUN_EXPORT extern const lsrun_plugin lsrun_plugin_entry;
}
const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin),        LSRUN_MAGIC,    LSRUN_ABI_MAJOR, 0, 0, "bad_throws_over_step", "1.0.0", "",
    {types, 1, sizeof types[0]}, {nullptr, 0, 0}};
