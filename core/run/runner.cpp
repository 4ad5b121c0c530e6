#include "run/runner.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cmath>
#include <csignal>

#include "config/effective.hpp"
#include "log/log.hpp"
#include "model/http_words.hpp"
#include "run/early_signals.hpp"
#include "run/lag_check.hpp"
#include "run/results.hpp"
#include "time/steady.hpp"
#include "time/units.hpp"

namespace lsrun::run {

namespace {

constexpr time::span longest_drain = 30 * time::second;  // for steps under way when the last phase is over
constexpr time::span cancel_patience = 3 * time::second;
constexpr time::span answer_patience = 400 * time::millisecond;  // for the workers' figures of a second
constexpr time::span last_patience = 5 * time::second;           // for the workers' last figures
constexpr std::size_t most_blocks_told = 5;
constexpr int lost_after_s = 10;  // seconds without any answer
constexpr double health_every_s = 5;

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
