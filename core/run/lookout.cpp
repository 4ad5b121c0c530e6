// The runner's part for what it looks out for each second: clock, plugins, alerts, conditions to abort, memory, the
// target.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "config/effective.hpp"
#include "log/log.hpp"
#include "run/runner.hpp"
#include "time/units.hpp"

namespace lsrun::run {
namespace {

constexpr std::size_t most_blocks_told = 5;
constexpr int lost_after_s = 10;  // seconds without any answer
constexpr double health_every_s = 5;

}  // namespace

void runner::watch_clock() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  std::string words =
      clock_.look(time::now(), std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count(), told_s_);
  if (words.empty()) return;
  log::warning(words);
  ending_.reasons.push_back(std::move(words));
}

// A thread that is held in a plugin's call sends nothing and answers nobody: said while it lasts, since it may never
// end.
void runner::watch_plugins() {
  for (std::size_t i = 0; i < parts_.crew.size(); ++i) {
    const plugin::inside_mark& mark = parts_.crew.inside(i);
    const auto e = blocks_.look(i, mark.word().bits, mark.rounds(), time::now());
    if (!e) continue;
    const plugin::inside_word in{e->in};
    const std::string what = std::string("the scenario `") + mark.name_of(in) + "` " + (e->over ? "held" : "holds") +
                             " its worker's thread in a " + std::string(model::name(in.kind())) + " step of session " +
                             std::to_string(in.session());
    const std::string words =
        e->over ? what + " for " + time::format_duration(e->lasting) + "; it has let go"
                : what + ": nothing else of this worker goes on; it must wait by the host's sleep(), not by the thread";
    log::warning(words);
    std::fprintf(stderr, "%s\n", words.c_str());
    if (e->over) continue;
    ++blocked_times_;
    if (blocked_.size() < most_blocks_told) blocked_.push_back(what);
  }
}

void runner::watch_alerts() {
  const auto look = [this](const metrics::expression& e, double window_s) {
    return parts_.accumulator.value(e, window_s);
  };
  for (const alert_event& e : alerts_.tick(told_s_, look)) {
    log::warning(alert_sentence(e, alerts_.expression(e.alert)));
    parts_.say(alert_sentence(e, alerts_.expression(e.alert)));
    const alert_origin origin{parts_.shared.run_id, parts_.shared.plan.name,
                              config::masked(parts_.shared.plan, parts_.shared.plan.target.url)};
    commands_.run(e.alert, alert_json(e, alerts_.expression(e.alert), origin), time::now());
  }
  for (const std::string& failure : commands_.look_after(time::now())) log::warning(failure);
}

void runner::watch_abort() {
  // Shares of the first few requests say little: nothing is judged in the first tenth of the run, ten seconds at most.
  if (told_s_ < std::min(10.0, time::seconds(parts_.shared.phases.end()) / 10)) return;
  for (const metrics::expression& e : abort_) {
    const auto value = parts_.accumulator.value(e);
    if (!value || crosses(e, *value)) continue;
    ending_.reasons.push_back("ended early: `" + e.text + "` did not hold, it was " +
                              metrics::format_value(e.unit, *value));
    log::warning(ending_.reasons.back());
    end_loading(interrupted_drain);
    return;
  }
}

void runner::watch_memory(const metrics::interval& i) {
  const config::sessions& s = parts_.shared.plan.sessions;
  const auto over = [](const std::optional<std::uint64_t>& bound, std::uint64_t rss, double share) {
    return bound && static_cast<double>(rss) > static_cast<double>(*bound) * share;
  };
  const std::uint64_t own = i.generator ? i.generator->rss_bytes : 0;
  const std::uint64_t target = i.target && i.target->rss_bytes ? *i.target->rss_bytes : 0;
  const double share = holding_memory_ ? 0.9 : 1.0;  // let go again only when a tenth is free
  const bool own_over = over(s.own_memory, own, share), target_over = over(s.target_memory, target, share);
  if ((own_over || target_over) == holding_memory_) return;
  holding_memory_ = !holding_memory_;
  const std::string words =
      !holding_memory_ ? std::string("memory is below its bound again: sessions are opened as planned")
      : own_over       ? "lsrun uses " + time::format_size(own) +
                       ", more than sessions.own_memory: a tenth of the sessions is closed, none are opened"
                 : "the target uses " + time::format_size(target) +
                       ", more than sessions.target_memory: a tenth of the sessions is closed, none are opened";
  log::warning(words);
  parts_.say(words);
  parts_.crew.each([on = holding_memory_](worker& w) { w.hold_memory(on); });
}

void runner::watch_target(const metrics::interval& i) {
  if (parts_.launched != nullptr)
    if (const auto how = parts_.launched->ended()) return lose_target("the target's process ended (" + *how + ")");
  const metrics::outcome_counts ended = metrics::requests_of(i);
  using model::outcome;
  const std::uint64_t unanswered = ended[outcome::connect_error] + ended[outcome::timeout] + ended[outcome::cancelled];
  if (ended.total() > unanswered) unanswered_s_ = 0;
  if (ended.total() > 0 && ended.total() == unanswered) ++unanswered_s_;
  if (unanswered_s_ >= lost_after_s)
    return lose_target("no request was answered in the last " + std::to_string(lost_after_s) + " s in which any ended");
  if (told_s_ - health_asked_s_ >= health_every_s) ask_health();
}

void runner::ask_health() {
  if (asking_health_ || parts_.health.path.empty()) return;
  asking_health_ = true;
  health_asked_s_ = told_s_;
  async_probe(parts_.io, parts_.health, 2 * time::second, [this](model::result<unsigned> status) {
    asking_health_ = false;
    healthy_ = status && health_of_status(*status) != health::ill;
    if (status && health_of_status(*status) == health::no_load) refuse_load("its health page says so");
  });
}

}  // namespace lsrun::run
