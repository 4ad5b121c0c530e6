// The runner's part for what a user does to a run while it goes on: signals and keys.
#include <algorithm>
#include <cmath>
#include <csignal>

#include "log/log.hpp"
#include "run/early_signals.hpp"
#include "run/runner.hpp"
#include "time/units.hpp"

namespace lsrun::run {

void runner::on_signal(int number) {
  const std::string name = signal_name(number);
  interrupt("interrupted by " + name, name + ": ending; steps under way get " +
                                          std::to_string(interrupted_drain / time::second) + " s (once more: at once)");
}

void runner::interrupt(const std::string& how, const std::string& shown) {
  if (interrupted_) {
    cancel();
    return;
  }
  interrupted_ = true;
  ending_.how = report::validity::interrupted;
  ending_.reasons.push_back(how + " after " + time::format_duration(time::from_seconds(run_s())));
  log::warning(ending_.reasons.back());
  if (!shown.empty()) parts_.say(shown);
  end_loading(interrupted_drain);
}

void runner::mark(std::string what, std::string text, std::optional<double> value) {
  log::info("by hand: " + text);
  events_.push_back({std::max(run_s(), 0.0), std::move(what), std::move(text), value});
}

bool runner::toggle_pause() {
  if (stage_ != stage::loading) return paused_;
  paused_ = !paused_;
  touched_ = true;
  parts_.crew.each([on = paused_](worker& w) { w.pause_opens(on); });
  mark(paused_ ? "pause" : "resume", paused_ ? "no new sessions are opened" : "sessions are opened as planned again");
  return paused_;
}

double runner::step_rates(bool up) {
  constexpr int most_steps = 10;
  const int next = std::clamp(rate_steps_ + (up ? 1 : -1), -most_steps, most_steps);
  if (stage_ != stage::loading || next == rate_steps_) return by_hand();
  rate_steps_ = next;
  touched_ = true;
  parts_.crew.each([factor = by_hand()](worker& w) { w.scale_rates(factor); });
  mark("multiplier", "all rates are multiplied by " + time::format_number(by_hand()), by_hand());
  return by_hand();
}

double runner::by_hand() const { return std::pow(1.25, rate_steps_); }

void runner::end_by_hand() {
  if (!interrupted_ && stage_ == stage::loading) mark("end", "nothing new is begun");
  interrupt("ended by hand", "");
}

}  // namespace lsrun::run
