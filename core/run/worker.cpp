// A worker: what it is made of, and its loop.
#include "run/worker.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

#include "log/log.hpp"
#include "metrics/trace_id.hpp"
#include "plugin/last_words.hpp"

namespace lsrun::run {

std::vector<rate::budget> budgets_of(const config::limits& limits) {
  std::vector<rate::budget> budgets;
  for (const auto& [name, limit] : limits.by_operation)
    if (limit) budgets.push_back({name, limit->per_second() * (1 - limits.headroom)});
  return budgets;
}

std::vector<std::uint32_t> budgets_for(const config::limits& limits, const std::vector<rate::budget>& budgets,
                                       const std::vector<std::string>& names) {
  std::vector<std::uint32_t> drawn;
  for (const std::string& name : names) {
    const std::string& limit = limits.by_operation.contains(name) ? name : std::string("default");
    for (std::uint32_t b = 0; b < budgets.size(); ++b)
      if (budgets[b].name == limit && std::find(drawn.begin(), drawn.end(), b) == drawn.end()) drawn.push_back(b);
  }
  return drawn;
}

namespace {

constexpr std::uint64_t turn_stream = 0x7475726eu, leaver_stream = 0x7069636bu;
constexpr std::string_view traceparent_name = "traceparent: ";

std::uint32_t local_addresses(const shared& s, std::uint32_t index) {
  const auto all = static_cast<std::uint32_t>(s.addresses.size());
  return all <= index ? 0 : (all - index - 1) / s.workers() + 1;
}

std::size_t largest_state(const std::vector<std::unique_ptr<plugin::scenario_instance>>& scenarios, bool align) {
  std::size_t most = align ? 1 : 0;
  for (const auto& s : scenarios)
    most = std::max<std::size_t>(most, align ? s->table().session_align : s->table().session_size);
  return most;
}

std::vector<const char*> names_of(const std::vector<std::unique_ptr<plugin::scenario_instance>>& scenarios) {
  std::vector<const char*> names;
  for (const auto& s : scenarios) names.push_back(s->name().c_str());
  return names;
}

std::string header_lines(const shared& s, const pool::identity& who) {
  const config::target& t = s.plan.target;
  const bool plain = t.port == (t.scheme == "https" ? 443 : 80);
  const std::string host = t.host.find(':') == std::string::npos ? t.host : "[" + t.host + "]";
  std::string lines = "Host: " + host + (plain ? "" : ":" + std::to_string(t.port)) + "\r\n";
  lines += "User-Agent: lsrun\r\nAccept: */*\r\n";
  if (t.traceparent)  // its ids are written over in place
    lines += std::string(traceparent_name) + std::string(metrics::traceparent_shape) + "\r\n";
  if (who.forwarded) lines += s.plan.pool.header + ": " + who.text + "\r\n";
  for (const config::header& h : t.headers) lines += h.name + ": " + h.value + "\r\n";
  return lines;
}

// A worker that has nothing to do looks up so often, so that one that stood still can be told from one that slept.
constexpr time::span longest_sleep = 500 * time::millisecond;

// What the calling thread has used of processors so far.
time::span thread_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * time::second + used.tv_nsec;
}

// For how long the thread that opened `schedstat` could have run and waited for a processor so far; `unknown` where the
// system does not tell (proc(5)).
time::span thread_waits(int schedstat, time::span unknown) {
  char text[96];
  const ssize_t size = ::pread(schedstat, text, sizeof text - 1, 0);
  if (size <= 0) return unknown;
  text[size] = 0;
  long long ran = 0, waited = 0;
  return std::sscanf(text, "%lld %lld", &ran, &waited) == 2 ? waited : unknown;
}

transport::settings transport_for(const shared& s, std::uint32_t index) {
  transport::settings settings = s.transport;
  for (std::size_t a = index; a < s.addresses.size(); a += s.workers()) {
    transport::address_settings address;
    if (s.addresses[a].bind) {
      address.bound = true;
      address.bind = *s.addresses[a].bind;
    }
    address.headers = header_lines(s, s.addresses[a]);
    settings.addresses.push_back(std::move(address));
  }
  return settings;
}

}  // namespace

worker::worker(shared& s, std::uint32_t index, std::vector<std::unique_ptr<plugin::scenario_instance>> scenarios)
    : shared_(s),
      index_(index),
      seed_(load::mixed(s.plan.seed)),
      turn_picks_(seed_, turn_stream),
      run_trace_(s.plan.target.traceparent ? metrics::trace_half_of(s.run_id) : 0),
      scenarios_(std::move(scenarios)),
      inside_(names_of(scenarios_)),
      wheel_(time::now()),
      client_(std::make_unique<transport::client>(reactor_, wheel_, transport_for(s, index))),
      shard_(s.names, s.start),
      rates_(local_addresses(s, index), budgets_of(s.plan.limits),
             {s.plan.rate.lower_above, s.plan.rate.lower_by, s.plan.rate.raise_below, s.plan.rate.raise_by,
              s.plan.rate.least, s.plan.rate.most}),
      retry_{s.plan.retry.attempts, s.plan.retry.first, s.plan.retry.most,
             s.plan.retry.jitter == config::retry::jitter_kind::full},
      sessions_(largest_state(scenarios_, false), largest_state(scenarios_, true)),
      leaver_({seed_, leaver_stream}),
      lease_(local_addresses(s, index)),
      addresses_(local_addresses(s, index)),
      ready_(addresses_.size() * scenarios_.size()),
      learnt_(scenarios_.size()),
      known_(metrics::registry::most_operations) {
  if (run_trace_ != 0)  // what stands before it is the same for all addresses
    trace_at_ = header_lines(s, s.addresses[0]).find(traceparent_name) + traceparent_name.size();
  const std::vector<rate::budget> budgets = budgets_of(s.plan.limits);
  for (const auto& scenario : scenarios_)
    for (const plugin::defined_operation& op : scenario->operations()) {
      rates_.define(op.id, budgets_for(s.plan.limits, budgets, op.budgets));
      known_[op.id] = 1;
    }
  if (s.plan.rate.base)
    base_interval_ = time::from_seconds(static_cast<double>(s.addresses.size()) / s.plan.rate.base->per_second());
  // With think times the sessions say when they want their turns: the base is their least interval.
  open_loop_ = base_interval_ > 0 && s.plan.sessions.think_time.what == load::distribution::kind::none;
  if (s.plan.load.arrivals != config::load_shape::arrivals_kind::closed) {
    const bool even = s.plan.load.arrivals == config::load_shape::arrivals_kind::constant;
    arrivals_ = std::make_unique<load::arrivals>(even ? load::arrivals::kind::constant : load::arrivals::kind::poisson,
                                                 s.plan.load.per_second, s.plan.seed);
  }
}

worker::~worker() {
  for (std::uint32_t i = 0; i < sessions_.rows(); ++i)
    if (sessions_[i].state != session::state::unused) {
      const lsrun_scenario& scenario = scenarios_[sessions_[i].scenario]->table();
      if (scenario.destruct) scenario.destruct(scenario.self, sessions_.state(i));
    }
}

void worker::run() {
  const plugin::marked_thread marked(inside_);
  prctl(PR_SET_TIMERSLACK, 1UL);
  now_ = turned_at_ = pulse_at_ = time::now();
  cpu_at_pulse_ = thread_cpu();
  schedstat_ = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  waits_at_pulse_ = thread_waits(schedstat_, 0);
  for (std::uint32_t a = 0; a < addresses_.size(); ++a)
    if (base_interval_ > 0)
      addresses_[a].slot = shared_.start + static_cast<time::span>(static_cast<double>(global(a)) /
                                                                   static_cast<double>(shared_.addresses.size()) *
                                                                   static_cast<double>(base_interval_));
  if (arrivals_)
    wheel_.schedule(shared_.start, *this, tag(arrival_due));
  else
    wheel_.schedule(shared_.start, *this, tag(level_due));
  wheel_.schedule(shared_.start + shared_.plan.rate.adapt_every, *this, tag(adapt_due));
  if (shared_.plan.sessions.cleanup_every)
    wheel_.schedule(shared_.start + *shared_.plan.sessions.cleanup_every, *this, tag(sweep_due));
  while (!stopped_) loop_once();
  if (schedstat_ >= 0) ::close(std::exchange(schedstat_, -1));
}

void worker::loop_once() {
  inside_.next_round();
  now_ = time::now();
  silence_ = std::max(silence_, now_ - turned_at_);
  turned_at_ = now_;
  if (!shared_.plan.spin && wake_pause_.turned(now_)) {
    wake_pause_.used(now_, thread_cpu() + thread_waits(schedstat_, waits_at_pulse_));
    longest_pause_ = std::max(longest_pause_, wake_pause_.least_sleep());
  }
  wheel_.advance(now_);
  // What one round makes ready goes on in the next; a scenario that never waits must not keep the sockets waiting.
  steps_begun_ = 0;
  for (int round = 0;
       round < 64 && !enough_begun() && !(ended_.empty() && dead_.empty() && run_queue_.empty() && !repopulate_);
       ++round) {
    settling_.swap(ended_);
    for (step* s : settling_) settle(s);
    settling_.clear();
    shard_.settled();
    ending_.swap(dead_);
    for (operation* op : ending_) complete(op, model::outcome::cancelled, "cancelled");
    ending_.clear();
    if (repopulate_) adjust_population();
    running_.swap(run_queue_);
    std::size_t looked_at = 0;
    while (looked_at < running_.size() && !enough_begun()) dispatch(running_[looked_at++]);
    run_queue_.insert(run_queue_.end(), running_.begin() + static_cast<std::ptrdiff_t>(looked_at), running_.end());
    running_.clear();
  }
  check_idle();
  if (stopped_) return;
  const bool more = !(ended_.empty() && dead_.empty() && run_queue_.empty());
  reactor_.wait(more ? now_ : std::min(wheel_.next_due(), now_ + longest_sleep),
                shared_.plan.spin ? 50 * time::microsecond : 0, wake_pause_.least_sleep());
}

void worker::post(std::function<void(worker&)> work) {
  reactor_.post([this, work = std::move(work)] {
    now_ = time::now();
    work(*this);
  });
}

void worker::check_idle() {
  if (!draining_ || !when_idle_ || steps_.in_use() > 0 || closes_waiting_ > 0) return;
  auto tell = std::move(when_idle_);
  when_idle_ = nullptr;
  tell();
}

void worker::on_timer(std::uint64_t cookie, time::instant now) {
  now_ = now;
  const auto index = static_cast<std::uint32_t>(cookie >> 8);
  switch (cookie & 0xff) {
    case address_due:
      addresses_[index].timer = time::timer_wheel::none;
      poke(index);
      return;
    case session_due:
      sessions_[index].timer = session::no_place;
      make_ready(index, sessions_[index]);
      return;
    case level_due: {
      repopulate_ = true;
      opens_due_ = level_at_;
      const time::span next = shared_.phases.next_change(run_time());
      if (next == time::never) return;
      level_at_ = shared_.start + next;
      wheel_.schedule(level_at_, *this, tag(level_due));
      return;
    }
    case arrival_due:
      next_arrival();
      return;
    case adapt_due:
      adapt();
      return;
    case sweep_due:
      sweep(0);
      return;
    case sweep_more:
      sweep(index);
      return;
    default:
      repopulate_ = true;
      return;  // opens_again
  }
}

worker::pulse worker::take_pulse() {
  const time::instant now = time::now();
  const time::span cpu = thread_cpu();
  const time::span waits = thread_waits(schedstat_, waits_at_pulse_);
  pulse p;
  if (now > pulse_at_)
    p.busy = static_cast<double>(cpu - cpu_at_pulse_ + waits - waits_at_pulse_) / static_cast<double>(now - pulse_at_);
  p.silence = std::max(silence_, now - turned_at_);
  p.wake_pause = std::exchange(longest_pause_, wake_pause_.least_sleep());
  pulse_at_ = turned_at_ = now;
  cpu_at_pulse_ = cpu;
  waits_at_pulse_ = waits;
  silence_ = 0;
  return p;
}

}  // namespace lsrun::run
