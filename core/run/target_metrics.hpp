// Asks the target's metrics endpoint once a second while a run goes on, on the main thread: one question at a time,
// bounded in time and size. What cannot be read is said once and counted; it never ends a run. These requests are none
// of the load's: no figure but the reading counts knows them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <vector>

#include "metrics/interval.hpp"
#include "metrics/registry.hpp"
#include "metrics/target_series.hpp"
#include "run/resolve.hpp"

namespace lsrun::run {

class target_metrics {
 public:
  // `wanted`: empty, and the first reading decides. Series get their ids in `names` when they are known. `say`: a
  // sentence for the user. Outlives the loop's run(). [main-thread, as all]
  target_metrics(boost::asio::io_context&, probe_settings, std::vector<metrics::series_selector> wanted,
                 metrics::registry& names, std::function<void(const std::string&)> say);

  // Asks now, and from then on shortly before each whole second after `start`, so that what comes belongs to the second
  // that ends then.
  void begin(time::instant start);
  void stop();  // asks no more
  // What came since the last call; of several readings the last.
  metrics::series_readings take();

 private:
  void arm();
  void ask();
  void answered(const model::result<page>&);
  void failed(const std::string& why);
  void tell_first(const metrics::target_series::reading&, const std::string& text);

  boost::asio::io_context& io_;
  boost::asio::steady_timer due_;
  probe_settings from_;
  metrics::target_series series_;
  metrics::registry& names_;
  std::function<void(const std::string&)> say_;
  time::instant start_ = 0;
  bool asking_ = false, stopped_ = false;
  bool read_ = false, failure_said_ = false;
  metrics::series_readings since_;
};

}  // namespace lsrun::run
