#include "run/crew.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace lsrun::run {
namespace {

// Under a real-time policy (`chrt -f 10 lsrun`) a worker that always has something to do would keep its core for
// itself, and the main thread would take the seconds' figures late: so workers are a step below it.
void give_way_to_main_thread() {
  int policy = 0;
  sched_param now{};
  if (pthread_getschedparam(pthread_self(), &policy, &now) != 0) return;
  if ((policy != SCHED_FIFO && policy != SCHED_RR) || now.sched_priority <= sched_get_priority_min(policy)) return;
  --now.sched_priority;
  pthread_setschedparam(pthread_self(), policy, &now);
}

}  // namespace

crew::crew(shared& s, std::vector<std::vector<std::unique_ptr<plugin::scenario_instance>>> scenarios,
           boost::asio::io_context& io)
    : io_(io) {
  for (std::uint32_t i = 0; i < scenarios.size(); ++i)
    members_.emplace_back(std::make_unique<worker>(s, i, std::move(scenarios[i])));
}

crew::~crew() { stop_and_join(); }

void crew::start() {
  for (member& m : members_)
    m.thread = std::thread([w = m.worker.get()] {
      give_way_to_main_thread();
      w->run();
    });
}

void crew::take(std::function<void(metrics::interval&)> got, bool wait_for_all) {
  got_ = std::move(got);
  ++round_;
  awaited_ = 0;
  sum_.clear();
  open_sum_ = 0;
  pulse_sum_ = {0, time::never, 0};
  for (std::size_t i = 0; i < members_.size(); ++i) {
    member& m = members_[i];
    if (m.late) {
      sum_.add_same_time(*m.late);
      m.spent = std::move(m.late);
    }
    if (m.left_behind || (m.awaited && !wait_for_all)) {
      stand_in_for(m);
      continue;
    }
    ++awaited_;
    if (m.awaited)
      m.ask_again = true;
    else
      ask(i);
  }
  if (awaited_ == 0) boost::asio::post(io_, [this] { all_taken(); });
}

void crew::ask(std::size_t i) {
  member& m = members_[i];
  m.awaited = true;
  m.round = round_;
  m.worker->post(
      [this, i, spent = std::make_shared<std::unique_ptr<metrics::interval>>(std::move(m.spent))](worker& w) {
        auto mine = std::make_shared<std::unique_ptr<metrics::interval>>(w.take_interval(std::move(*spent)));
        const std::uint64_t open = w.connections().open;
        const worker::pulse pulse = w.take_pulse();
        boost::asio::post(io_, [this, i, mine, open, pulse] { taken(i, std::move(*mine), open, pulse); });
      });
}

// Its sessions are still there, whatever it has counted since.
void crew::stand_in_for(const member& m) {
  sum_.sessions.alive += m.alive;
  sum_.sessions.in_step += m.in_step;
}

void crew::taken(std::size_t from, std::unique_ptr<metrics::interval> mine, std::uint64_t open, worker::pulse pulse) {
  member& m = members_[from];
  m.awaited = false;
  if (m.left_behind) return;
  m.alive = mine->sessions.alive;
  m.in_step = mine->sessions.in_step;
  if (m.round != round_) {  // too late for its own time: its counts go into the next, its levels are past
    mine->sessions.alive = mine->sessions.in_step = mine->sessions.peak_alive = mine->throttled = 0;
    mine->multiplier_weight = 0;
    if (!m.ask_again) {
      m.late = std::move(mine);
      return;
    }
    m.ask_again = false;
    sum_.add_same_time(*mine);
    m.spent = std::move(mine);
    ask(from);
    return;
  }
  sum_.add_same_time(*mine);
  open_sum_ += open;
  pulse_sum_ = {std::max(pulse_sum_.busy, pulse.busy), std::min(pulse_sum_.silence, pulse.silence),
                std::max(pulse_sum_.wake_pause, pulse.wake_pause)};
  m.spent = std::move(mine);
  if (--awaited_ == 0) all_taken();
}

void crew::go_on_without() {
  if (awaited_ == 0) return;
  awaited_ = 0;
  for (member& m : members_)
    if (m.awaited && !m.left_behind) {
      m.ask_again = false;
      stand_in_for(m);
    }
  ++round_;  // what comes now is late
  all_taken();
}

void crew::all_taken() {
  open_connections_ = open_sum_;
  pulse_ = pulse_sum_.silence == time::never ? worker::pulse{} : pulse_sum_;  // nobody answered: nothing is known
  auto got = std::move(got_);
  got(sum_);
}

void crew::stop_taking_work(std::function<void()> when_idle) {
  busy_ = members_.size();
  auto tell = std::make_shared<std::function<void()>>(std::move(when_idle));
  each([this, tell](worker& w) {
    w.stop_taking_work([this, tell] {
      boost::asio::post(io_, [this, tell] {
        if (--busy_ == 0) (*tell)();
      });
    });
  });
}

void crew::each(const std::function<void(worker&)>& work) {
  for (member& m : members_) m.worker->post(work);
}

void crew::leave_behind() {
  for (member& m : members_)
    if (m.awaited && !m.left_behind) {
      m.left_behind = true;
      if (awaited_ > 0) stand_in_for(m);
    }
  go_on_without();
}

std::size_t crew::left_behind() const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const member& m) { return m.left_behind; }));
}

void crew::stop_and_join() {
  for (member& m : members_)
    if (m.thread.joinable() && m.left_behind) {
      m.thread.detach();
    } else if (m.thread.joinable()) {
      m.worker->post([](worker& w) { w.stop(); });
      m.thread.join();
    }
}

transport::counters crew::connections() const {
  transport::counters sum;
  for (const member& m : members_) {
    if (m.left_behind) continue;  // its thread may be at them
    const transport::counters& c = m.worker->connections();
    sum.opened += c.opened;
    sum.failed += c.failed;
    sum.closed_by_target += c.closed_by_target;
    sum.replaced += c.replaced;
    sum.open += c.open;
    sum.out_of_files += c.out_of_files;
    sum.out_of_ports += c.out_of_ports;
  }
  return sum;
}

std::size_t crew::bytes() const {
  std::size_t sum = 0;
  for (const member& m : members_)
    if (!m.left_behind) sum += m.worker->bytes();
  return sum;
}

}  // namespace lsrun::run
