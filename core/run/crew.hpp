// All workers of a run with their threads, spoken to as one. Answers come back on the runner's io_context.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "metrics/interval.hpp"
#include "run/worker.hpp"

namespace boost::asio {
class io_context;
}

namespace lsrun::run {

class crew {
 public:
  // One worker for each entry of `scenarios`. Throws std::exception with a sentence (TLS, epoll). [main-thread]
  crew(shared&, std::vector<std::vector<std::unique_ptr<plugin::scenario_instance>>> scenarios,
       boost::asio::io_context&);
  ~crew();  // stop_and_join()

  void start();
  // Asks every worker for what it counted since the last time; `got` gets the sum, gauges and histograms included,
  // with times, phase and samples left to fill in. A worker that has not answered an earlier call is not waited for,
  // unless `wait_for_all`: its sessions are those last told, its counts come with a later sum. One call at a time.
  // [runner's thread]
  void take(std::function<void(metrics::interval&)> got, bool wait_for_all = false);
  // take()'s answer comes now, without the workers that have not answered: a plugin may hold their threads.
  void go_on_without();
  // No further open or turn; `when_idle` comes once, when no worker has a step under way. [runner's thread]
  void stop_taking_work(std::function<void()> when_idle);
  void each(const std::function<void(worker&)>& work);  // posted to all
  void stop_and_join();

  // The same for good: these workers are asked for nothing more. Their threads are in a plugin that holds them:
  // stop_and_join() lets go of them, and what they use must never be taken down. [runner's thread]
  void leave_behind();
  std::size_t left_behind() const;
  std::size_t size() const { return members_.size(); }
  // Which plugin's code the worker's thread is in.
  const plugin::inside_mark& inside(std::size_t worker) const { return members_[worker].worker->inside(); }

  // After stop_and_join(): sums over the workers.
  transport::counters connections() const;
  std::size_t bytes() const;
  // The same as last told by the workers, while they run.
  std::uint64_t open_connections() const { return open_connections_; }
  // Since the take before: how busy the busiest worker was, for how long at a time all were silent, and the longest
  // pause of any.
  worker::pulse pulse() const { return pulse_; }

 private:
  struct member {
    explicit member(std::unique_ptr<run::worker> w) : worker(std::move(w)) {}
    std::unique_ptr<run::worker> worker;
    std::thread thread;
    std::unique_ptr<metrics::interval> spent = std::make_unique<metrics::interval>();
    std::unique_ptr<metrics::interval> late;  // an answer that came after its sum was made
    std::uint64_t alive = 0, in_step = 0;     // sessions, as last told
    std::uint64_t round = 0;                  // of take(), in which it was asked last
    bool awaited = false;                     // asked, and has not answered
    bool ask_again = false;                   // what comes is late, and the sum under way waits for it
    bool left_behind = false;
  };
  void ask(std::size_t member);
  void stand_in_for(const member&);
  void taken(std::size_t from, std::unique_ptr<metrics::interval>, std::uint64_t open, worker::pulse);
  void all_taken();

  boost::asio::io_context& io_;
  std::vector<member> members_;
  metrics::interval sum_;
  std::size_t awaited_ = 0, busy_ = 0;  // members that the sum waits for; that have steps under way
  std::uint64_t round_ = 0;
  std::uint64_t open_connections_ = 0, open_sum_ = 0;
  worker::pulse pulse_, pulse_sum_;
  std::function<void(metrics::interval&)> got_;
};

}  // namespace lsrun::run
