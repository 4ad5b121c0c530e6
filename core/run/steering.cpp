// How a worker is steered from outside: rates that follow refusals or the user's hand, the end of its work, and the
// figures that the runner takes.
#include <cmath>
#include <cstdio>

#include "log/log.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

void worker::adapt() {
  for (const rate::adjustment& change : rates_.adapt()) report_adjustment(change);
  for (std::uint32_t a = 0; a < addresses_.size(); ++a) poke(a);
  wheel_.schedule(now_ + shared_.plan.rate.adapt_every, *this, tag(adapt_due));
}

void worker::report_adjustment(const rate::adjustment& change) {
  const std::uint32_t address = global(change.address);
  shard_.adjusted({run_seconds(), address, change.operation, change.window_ratio, change.from, change.to});
  const auto names = shared_.names.operations();
  char ratio[80];
  std::snprintf(ratio, sizeof ratio, "%.1f%% of its requests refused, multiplier %.3f -> %.3f",
                change.window_ratio * 100, change.from, change.to);
  log::info("rate of " + names[change.operation] + " at " + shared_.addresses[address].text + ": " + ratio);
}

void worker::scale_rates(double factor) {
  rates_.set_manual(factor);
  for (std::uint32_t a = 0; a < addresses_.size(); ++a) poke(a);
}

std::unique_ptr<metrics::interval> worker::take_interval(std::unique_ptr<metrics::interval> spent) {
  auto taken = shard_.take(std::move(spent));
  taken->start_s = taken_s_;
  taken->end_s = taken_s_ = std::max(taken_s_, run_seconds());
  taken->sessions.alive = alive_;
  taken->sessions.in_step = steps_.in_use();
  taken->sessions.peak_alive = std::max(taken->sessions.peak_alive, alive_);
  taken->throttled = throttled_ + ready_count_ + waiting_opens_;
  taken->multiplier = rates_.mean_multiplier();
  taken->multiplier_weight = static_cast<double>(addresses_.size());
  taken->replaced_connections = client_->connections().replaced - replaced_told_;
  replaced_told_ = client_->connections().replaced;
  shard_.sessions().peak_alive = alive_;
  operations_.trim([](operation& op) { op.text.free(); });
  return taken;
}

void worker::stop_taking_work(std::function<void()> when_idle) {
  draining_ = true;
  when_idle_ = std::move(when_idle);
  while (drop_an_intent()) {
  }
  repopulate_ = true;  // sessions that the last phase wants closed by its very end
}

void worker::cancel_all() {
  draining_ = true;
  for (address_state& a : addresses_) {
    closes_waiting_ -= a.closes.size();
    a.closes.clear();
  }
  for (const auto& s : steps_.all()) cancel_step(s.get());  // but those that have finished
}

void worker::stop() { stopped_ = true; }

void worker::pause_opens(bool on) {
  paused_ = on;
  repopulate_ = true;
  for (std::uint32_t a = 0; a < addresses_.size(); ++a) poke(a);
}

void worker::hold_memory(bool on) {
  holding_ = on;
  if (on) held_level_ = static_cast<std::uint64_t>(std::floor(static_cast<double>(sessions_.used() - leaving_) * 0.9));
  repopulate_ = true;
}

std::size_t worker::bytes() const {
  std::size_t sum = sessions_.bytes() + wheel_.bytes();
  for (const auto& list : ready_) sum += list.capacity() * sizeof(std::uint32_t) + sizeof list;
  return sum;
}

}  // namespace lsrun::run
