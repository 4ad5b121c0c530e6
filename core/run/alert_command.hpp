// Runs the config's `[alerts] command` when an alert begins or ends, with the alert as JSON on its standard input.
// Never waits for it: commands are started, looked after once a second, and ended when they take too long.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "run/alerts.hpp"
#include "time/clock.hpp"

namespace lsrun::run {

// {"schema":"lsrun-alert/1","state":"started"|"ended","expression":...,"at_s":...,"from_s":...,"value":...,
//  "worst":...,"run":id,"name":...,"target":url}. Values are in the metric's base unit (seconds, ratio, bytes).
struct alert_origin {
  std::string run_id, name, target_url;
};
std::string alert_json(const alert_event&, const metrics::expression&, const alert_origin&);

class alert_command {
 public:
  // `command`: a line for /bin/sh; "": nothing is ever run. A command that runs longer than `most` is killed with all
  // that it started.
  explicit alert_command(std::string command, time::span most = 30 * time::second);
  ~alert_command();  // kills what still runs
  alert_command(const alert_command&) = delete;
  alert_command& operator=(const alert_command&) = delete;

  // Starts the command for an event of this alert. While one of the same alert still runs, the event waits; of several
  // that wait only the last one is run. Does not block. [main-thread]
  void run(std::size_t alert, std::string json, time::instant now);
  // Takes leave of commands that have ended, kills those that take too long, starts what waited. To be called about
  // once a second. Returns a sentence for each that failed. Does not block. [main-thread]
  std::vector<std::string> look_after(time::instant now);
  // Gives those that run or wait up to `patience` to end, at the end of a run. Blocks that long. [main-thread]
  std::vector<std::string> settle(time::span patience);
  std::size_t running() const;

 private:
  struct slot {  // of one alert
    pid_t pid = 0;
    time::instant since = 0;
    bool killed = false;
    std::optional<std::string> waiting;
  };
  void start(slot&, const std::string& json, time::instant now);
  void reap(slot&, time::instant now);

  std::string command_;
  time::span most_;
  std::vector<slot> slots_;
  std::vector<std::string> failures_;
};

}  // namespace lsrun::run
