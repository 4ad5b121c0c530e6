// The course of a run on the main thread: one tick a second, phases, signals, the target's process, alerts, and the
// orderly end. Decides nothing about sessions; that is the workers' part.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "metrics/snapshot.hpp"
#include "report/accumulator.hpp"
#include "run/alert_command.hpp"
#include "run/alerts.hpp"
#include "run/block_watch.hpp"
#include "run/clock_watch.hpp"
#include "run/crew.hpp"
#include "run/process_watch.hpp"
#include "run/resolve.hpp"
#include "run/self_check.hpp"
#include "run/target_metrics.hpp"
#include "run/target_process.hpp"

namespace lsrun::run {

class runner {
 public:
  struct parts {
    run::shared& shared;
    run::crew& crew;
    boost::asio::io_context& io;
    report::accumulator& accumulator;
    std::vector<metrics::sink*> sinks;
    target_process* launched = nullptr;           // the target, if lsrun started it
    process_watch* watched = nullptr;             // its process, if it can be seen
    probe_settings health;                        // path "": not asked
    target_metrics* metrics = nullptr;            // the target's own, if they are asked for
    std::function<void(const std::string&)> say;  // a sentence for the user, now
  };
  explicit runner(parts);

  // Runs to the end and returns how it came. Blocks. [main-thread]
  report::ending go();

  // By hand, while go() runs; each is an event of the run (journal, report). [main-thread]
  bool toggle_pause();         // no new sessions, or again as planned; returns whether it is paused now
  double step_rates(bool up);  // all rates times 1.25 or divided by it, ten steps each way; returns their factor now
  void end_by_hand();          // in order, as a signal does; the second time at once

 private:
  static constexpr time::span interrupted_drain = 5 * time::second;  // for steps under way when the run is interrupted
  enum class stage : std::uint8_t {
    loading,     // phases go on
    draining,    // steps under way may end, closes go on
    cancelling,  // what is still under way was told to end
    over,
  };

  void next_tick();
  void take();
  void on_interval(metrics::interval&);
  void fill(metrics::interval&);
  void tell_sinks(const metrics::interval&);
  void watch_clock();
  void watch_alerts();
  void watch_abort();
  void watch_memory(const metrics::interval&);
  void watch_target(const metrics::interval&);
  void watch_plugins();
  void ask_health();
  void end_loading(time::span patience);
  void cancel();
  void finish();
  void on_signal(int number);
  void interrupt(const std::string& how, const std::string& shown);
  void mark(std::string what, std::string text, std::optional<double> value = {});
  void lose_target(std::string why);
  void refuse_load(const std::string& how);
  void judge_generator();
  double run_s() const;
  double by_hand() const;  // factor of all rates

  parts parts_;
  stage stage_ = stage::loading;
  report::ending ending_;
  boost::asio::steady_timer tick_, patience_;
  boost::asio::signal_set signals_;
  own_usage own_;
  clock_watch clock_;
  self_check self_;
  time::span tick_late_ = 0;  // the latest tick since the last interval
  alert_watch alerts_;
  alert_command commands_;
  std::vector<metrics::expression> abort_;
  block_watch blocks_;
  std::vector<std::string> blocked_;  // what plugins' calls held a worker's thread, in words
  std::uint64_t blocked_times_ = 0;
  time::instant next_ = 0;  // of the tick
  double told_s_ = 0;       // up to here intervals were taken
  bool taking_ = false, last_take_ = false;
  time::instant asked_ = 0;                 // when the workers were asked for what they counted
  bool grown_ = false;                      // the number of sessions wanted has been reached
  std::vector<metrics::run_event> events_;  // by hand, not in an interval yet
  bool paused_ = false, touched_ = false;
  int rate_steps_ = 0;  // of 1.25
  bool holding_memory_ = false, interrupted_ = false, asking_health_ = false, refused_ = false;
  std::optional<bool> healthy_;
  int unanswered_s_ = 0;  // seconds in a row in which requests ended and none was answered
  double health_asked_s_ = -1e9;
};

}  // namespace lsrun::run
