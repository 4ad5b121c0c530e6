// The run's part for its target before the load: it is started, found and waited for, and its process and metrics are
// looked for.
#include "log/log.hpp"
#include "model/exit_code.hpp"
#include "run/early_signals.hpp"
#include "run/preflight.hpp"
#include "run/target_metrics.hpp"
#include "run/whole_run.hpp"

namespace lsrun::run {
namespace {

constexpr time::span health_patience = 30 * time::second;  // of a target that was launched

}  // namespace

void whole_run::start_target() {
  const config::target& t = shared_.plan.target;
  if (t.launch.empty()) return;
  auto started = target_process::launch(t.launch, directory_ / "target.log");
  if (!started) throw refusal{model::exit_target_unreachable, started.error_text()};
  launched_ = std::move(*started);
  say("target launched: " + t.launch);
}

void whole_run::find_target() {
  const config::target& t = shared_.plan.target;
  const bool bound = shared_.plan.pool.mode != config::pool_mode::forwarded;
  int family = AF_UNSPEC;
  if (bound && !shared_.addresses.empty() && shared_.addresses[0].bind) family = shared_.addresses[0].bind->ss_family;
  const time::span patience = launched_ ? 0 : time::second;
  // A launched target may need a while until it listens: its address is taken first, its health waited for below.
  auto address = resolve(t.host, t.port, family, patience);
  if (!address) throw refusal{model::exit_target_unreachable, address.error_text()};
  shared_.transport.target = *address;
  find_metrics();
  if (!launched_) return;
  doing_->at({}, "", time::now() + health_patience);
  auto health = wait_for_health(health_probe(t, *address), launched_.get(), health_patience,
                                [] { return early_signals::came() != 0; });
  look_for_signal();
  if (!health) throw refusal{model::exit_target_unreachable, health.error_text()};
  health_known_ = true;
}

// The endpoint of the target's own metrics. That its host has no address is no reason not to run.
void whole_run::find_metrics() {
  const config::target& t = shared_.plan.target;
  if (t.metrics == "none") return;
  const bool own = t.metrics_at.host == t.host && t.metrics_at.port == t.port;
  const auto address = own ? model::result(shared_.transport.target) : resolve(t.metrics_at.host, t.metrics_at.port);
  if (!address) return say("warning: the target's metrics are not asked for: " + address.error_text());
  if (const findings f = judge_host(t.metrics_at.host, t.authorized, *address); !f.errors.empty())
    throw refusal{f.exit_code, f.errors.front() + "\nNothing was sent."};
  metrics_from_ = metrics_probe(t, *address);
}

void whole_run::watch_target_process() {
  const config::target& t = shared_.plan.target;
  if (launched_ && t.pid == 0) {
    watched_ = &launched_->watch();
    return;
  }
  auto pid = t.pid != 0 ? std::optional<pid_t>(static_cast<pid_t>(t.pid)) : std::nullopt;
  if (!pid && is_this_machine(shared_.transport.target)) pid = find_listener(t.port);
  if (!pid) return;
  found_ = std::make_unique<process_watch>(*pid);
  watched_ = found_.get();
  log::info("the target's process is " + std::to_string(*pid));
}

}  // namespace lsrun::run
