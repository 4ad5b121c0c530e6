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
  // with times, phase and samples left to fill in. One call at a time. [runner's thread]
  void take(std::function<void(metrics::interval&)> got);
  // No further open or turn; `when_idle` comes once, when no worker has a step under way. [runner's thread]
  void stop_taking_work(std::function<void()> when_idle);
  void each(const std::function<void(worker&)>& work);  // posted to all
  void stop_and_join();

  // After stop_and_join(): sums over the workers.
  transport::counters connections() const;
  std::size_t bytes() const;
  // The same as last told by the workers, while they run.
  std::uint64_t open_connections() const { return open_connections_; }
  // Since the take before: how busy the busiest worker was, and for how long at a time all were silent.
  worker::pulse pulse() const { return pulse_; }

 private:
  struct member {
    std::unique_ptr<run::worker> worker;
    std::thread thread;
    std::unique_ptr<metrics::interval> spent;
  };
  void taken(std::size_t from, std::unique_ptr<metrics::interval>, std::uint64_t open, worker::pulse);

  boost::asio::io_context& io_;
  std::vector<member> members_;
  metrics::interval sum_;
  std::size_t awaited_ = 0, busy_ = 0;
  std::uint64_t open_connections_ = 0, open_sum_ = 0;
  worker::pulse pulse_, pulse_sum_;
  std::function<void(metrics::interval&)> got_;
};

}  // namespace lsrun::run
