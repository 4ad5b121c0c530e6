#include "run/runner.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cmath>
#include <csignal>

#include "config/effective.hpp"
#include "log/log.hpp"
#include "model/http_words.hpp"
#include "run/early_signals.hpp"
#include "run/results.hpp"
#include "time/steady.hpp"
#include "time/units.hpp"

namespace lsrun::run {

namespace {

constexpr time::span longest_drain = 30 * time::second;          // for steps under way when the last phase is over
constexpr time::span answer_patience = 400 * time::millisecond;  // for the workers' figures of a second

// Was lsrun started with this signal ignored, as nohup does with SIGHUP? Then it is not to end of it.
bool is_ignored(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

std::vector<metrics::expression> parsed(const std::vector<config::check>& checks, bool alert,
                                        const metrics::registry& names) {
  std::vector<std::string> metrics;
  for (const auto& m : names.scenario_metrics()) metrics.push_back(m.name);
  std::vector<metrics::expression> list;
  for (const config::check& c : checks)
    if (auto e = metrics::parse_expression(c.expression, alert, metrics)) list.push_back(*e);  // checked at the start
  return list;
}

}  // namespace

runner::runner(parts p)
    : parts_(std::move(p)),
      tick_(parts_.io),
      patience_(parts_.io),
      signals_(parts_.io, SIGINT, SIGTERM),
      self_(parts_.shared.plan.cpu_limit.value_or(1)),
      alerts_(parsed(parts_.shared.plan.alerts, true, parts_.shared.names)),
      commands_(parts_.shared.plan.alert_command),
      abort_(parsed(parts_.shared.plan.abort, false, parts_.shared.names)),
      blocks_(parts_.crew.size()) {
  if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);
  parts_.accumulator.keep_window(alerts_.longest_window_s());
}

double runner::run_s() const { return time::seconds(time::now() - parts_.shared.start); }

report::ending runner::go() {
  const std::function<void(boost::system::error_code, int)> signalled = [&](boost::system::error_code failed,
                                                                            int number) {
    if (failed) return;
    on_signal(number);
    signals_.async_wait(signalled);
  };
  signals_.async_wait(signalled);
  own_.sample(time::now(), 0);
  watch_clock();
  if (parts_.watched != nullptr) parts_.watched->sample(time::now());
  parts_.shared.load_refused = [this, &io = parts_.io](const std::string& operation, unsigned status) {
    const char* const by = status == model::status_no_load ? "status 451" : "the header X-Load-Test: refused";
    boost::asio::post(io, [this, how = operation + " was answered with " + by] { refuse_load(how); });
  };
  parts_.crew.start();
  if (const int number = early_signals::came()) on_signal(number);  // between the last look and this object's handlers
  if (parts_.metrics != nullptr) parts_.metrics->begin(parts_.shared.start);
  next_ = parts_.shared.start;
  next_tick();
  const auto alive = boost::asio::make_work_guard(parts_.io);  // answers come from the workers' threads
  parts_.io.run();
  parts_.crew.stop_and_join();
  for (const std::string& failure : commands_.settle(2 * time::second)) log::warning(failure);
  judge_generator();
  if (touched_)
    ending_.reasons.push_back(
        "changed by hand while it went on: figures are of what was done, not of the plan (events)");
  ending_.alerts = alerts_.spans();
  ending_.peak_rss_bytes = own_usage::peak_rss_bytes();
  ending_.cpu_s =
      std::round(own_usage::cpu_s() * 1e6) / 1e6;  // whole microseconds, so that the journal holds just this
  ending_.ended_utc = utc_stamp();
  return ending_;
}

// A tick at every whole second of the run and at every phase's end, so that an interval lies within one phase.
void runner::next_tick() {
  const load::phases& phases = parts_.shared.phases;
  const time::instant start = parts_.shared.start;
  const time::instant second = next_ + time::second - (next_ - start) % time::second;
  time::instant at = second;
  if (next_ - start < phases.end()) at = std::min(at, start + phases.start_of(phases.at(next_ - start) + 1));
  next_ = at;
  tick_.expires_at(time::steady_point(at));
  tick_.async_wait([this](boost::system::error_code failed) {
    if (failed || stage_ == stage::over) return;
    const time::span late = time::now() - next_;
    tick_late_ = std::max(tick_late_, late);
    watch_plugins();
    // After a suspension the workers have had no time to answer.
    if (taking_ && time::now() - asked_ - late >= answer_patience) parts_.crew.go_on_without();
    take();
    if (stage_ == stage::loading && next_ - parts_.shared.start >= parts_.shared.phases.end() &&
        parts_.shared.phases.end() > 0)
      end_loading(longest_drain);
    next_tick();
  });
}

void runner::take() {
  if (taking_) return;
  taking_ = true;
  asked_ = time::now();
  parts_.crew.take(
      [this](metrics::interval& sum) {
        taking_ = false;
        on_interval(sum);
        if (stage_ == stage::over && !last_take_) {
          last_take_ = true;
          take();  // waits for all
        } else if (last_take_) {
          parts_.io.stop();
        }
      },
      last_take_);
}

void runner::on_interval(metrics::interval& i) {
  fill(i);
  parts_.accumulator.add(i);
  const worker::pulse pulse = parts_.crew.pulse();
  self_.add({i.end_s, i.end_s - i.start_s, pulse.busy, tick_late_, pulse.silence});
  tick_late_ = 0;
  tell_sinks(i);
  watch_clock();
  watch_alerts();
  if (stage_ != stage::loading) return;
  watch_abort();
  watch_memory(i);
  watch_target(i);
}

void runner::fill(metrics::interval& i) {
  const load::phases& phases = parts_.shared.phases;
  const time::instant now = time::now();
  i.start_s = told_s_;
  i.end_s = std::max(run_s(), told_s_);
  const auto at = [](double s) { return time::from_seconds(s); };
  // The clock is read a little after the tick: the middle decides to which phase the interval belongs.
  i.phase = static_cast<std::uint32_t>(phases.at(at((i.start_s + i.end_s) / 2)));
  const std::uint64_t wanted = phases.wanted(at(i.end_s));
  const load::phase& now_in = phases.list()[i.phase];
  const bool ramp_up = now_in.shape == load::ramp::linear &&
                       phases.sessions_at_end_of(i.phase) > phases.wanted(phases.start_of(i.phase));
  const bool open_model = parts_.shared.plan.load.arrivals != config::load_shape::arrivals_kind::closed;
  const bool rising = stage_ == stage::loading && (open_model || ramp_up);
  if (rising) grown_ = false;
  i.events = std::exchange(events_, {});
  if (stage_ == stage::loading && !paused_ && (rising || (!grown_ && i.sessions.alive < wanted)))
    i.creating_s = i.end_s - i.start_s;
  if (!rising && i.sessions.alive >= wanted) grown_ = true;
  told_s_ = i.end_s;
  i.generator = own_.sample(now, parts_.crew.open_connections());
  i.generator->wake_pause_us = static_cast<std::uint64_t>(parts_.crew.pulse().wake_pause / time::microsecond);
  if (parts_.watched != nullptr) i.target = parts_.watched->sample(now);
  if (parts_.metrics != nullptr) i.series = parts_.metrics->take();
  if (healthy_) {
    if (!i.target) i.target.emplace();
    i.target->healthy = healthy_;
  }
}

void runner::tell_sinks(const metrics::interval& i) {
  const load::phases& phases = parts_.shared.phases;
  const time::span at = time::from_seconds(i.end_s);
  const time::span from = phases.start_of(i.phase), length = phases.list()[i.phase].duration;
  const metrics::snapshot s{
      i,
      parts_.accumulator.total(),
      parts_.shared.names,
      phases.list()[i.phase].name,
      length == 0 ? 1 : std::clamp(static_cast<double>(at - from) / static_cast<double>(length), 0.0, 1.0),
      phases.end() == 0 ? 1 : std::min(1.0, static_cast<double>(at) / static_cast<double>(phases.end())),
      std::min(phases.wanted(at), parts_.shared.plan.sessions.max),
      std::min(phases.largest(), parts_.shared.plan.sessions.max),
      paused_,
      by_hand(),
      stage_ != stage::loading,
      stage_ == stage::loading ? 0 : std::max(0.0, time::seconds(time::instant_of(patience_.expiry()) - time::now()))};
  for (metrics::sink* sink : parts_.sinks) sink->on_snapshot(s);
  std::erase_if(parts_.sinks, [this](const metrics::sink* sink) {
    const std::string failed = sink->error();
    if (failed.empty()) return false;
    log::error(failed);
    std::fprintf(stderr, "%s; the run goes on\n", failed.c_str());
    ending_.reasons.push_back(failed);
    return true;
  });
}

}  // namespace lsrun::run
