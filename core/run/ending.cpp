// The runner's part for the end of a run: why it comes, in which order all stops, and whether lsrun itself was the
// limit.
#include "log/log.hpp"
#include "run/lag_check.hpp"
#include "run/runner.hpp"
#include "time/steady.hpp"

namespace lsrun::run {
namespace {

constexpr time::span cancel_patience = 3 * time::second;
constexpr time::span last_patience = 5 * time::second;  // for the workers' last figures

}  // namespace

void runner::lose_target(std::string why) {
  log::error("target lost: " + why);
  ending_.how = report::validity::target_lost;
  ending_.reasons.push_back(std::move(why));
  end_loading(0);
}

// The target's answer says that it wants no load tests: nothing more is sent, in whatever stage the run is.
void runner::refuse_load(const std::string& how) {
  if (refused_ || stage_ == stage::over) return;
  refused_ = true;
  lose_target("the target refuses load tests: " + how + "; ask its owner");
  cancel();
}

void runner::end_loading(time::span patience) {
  if (stage_ != stage::loading) return;
  stage_ = stage::draining;
  parts_.crew.stop_taking_work([this] { finish(); });
  patience_.expires_at(time::steady_point(time::now() + patience));
  patience_.async_wait([this](boost::system::error_code failed) {
    if (!failed) cancel();
  });
}

void runner::cancel() {
  if (stage_ != stage::draining) return;
  stage_ = stage::cancelling;
  parts_.crew.each([](worker& w) { w.cancel_all(); });
  patience_.expires_at(time::steady_point(time::now() + cancel_patience));
  patience_.async_wait([this](boost::system::error_code failed) {
    if (failed || stage_ != stage::cancelling) return;
    log::error("steps did not end when they were cancelled");
    finish();
  });
}

void runner::finish() {
  if (stage_ == stage::over) return;
  stage_ = stage::over;
  if (parts_.metrics != nullptr) parts_.metrics->stop();
  tick_.cancel();
  signals_.cancel();
  patience_.expires_at(time::steady_point(time::now() + last_patience));
  patience_.async_wait([this](boost::system::error_code failed) {
    if (!failed) parts_.crew.leave_behind();
  });
  if (taking_) return parts_.crew.go_on_without();  // its answer asks for the last one
  last_take_ = true;
  take();
}

// Was lsrun itself what limited the load?
void runner::judge_generator() {
  const transport::counters c = parts_.crew.connections();
  std::vector<std::string> limits;
  if (c.out_of_files > 0)
    limits.push_back(std::to_string(c.out_of_files) +
                     " connections could not be opened: no open files left (raise `ulimit -n`)");
  if (c.out_of_ports > 0)
    limits.push_back(std::to_string(c.out_of_ports) +
                     " connections could not be opened: no local ports left (more addresses with mode \"bind\")");
  for (const std::string& b : blocked_) limits.push_back(b + " for a second or more");
  if (blocked_times_ > blocked_.size())
    limits.push_back("threads were held by plugins " + std::to_string(blocked_times_ - blocked_.size()) +
                     " more times");
  if (const std::size_t left = parts_.crew.left_behind(); left > 0)
    limits.push_back(std::to_string(left) + " of " + std::to_string(parts_.crew.size()) +
                     " workers did not answer at the end and were left behind: their last figures are missing");
  const config::plan& plan = parts_.shared.plan;
  const metrics::interval& total = parts_.accumulator.total();
  limits.push_back(self_.stood_still());
  if (plan.cpu_limit && !plan.spin) limits.push_back(self_.saturated());  // who spins is busy by intention
  if (plan.lag_limit) limits.push_back(late_generator(total.lag, *plan.lag_limit));
  if (plan.missed_limit) limits.push_back(missed_too_many(total.missed_turns, total.steps.started, *plan.missed_limit));
  std::erase(limits, std::string());
  if (!limits.empty() && ending_.how == report::validity::valid) ending_.how = report::validity::generator_limited;
  for (std::string& l : limits) ending_.reasons.push_back(std::move(l));
}

}  // namespace lsrun::run
