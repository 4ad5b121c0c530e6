// The target that lsrun launches itself: started, waited for, watched, stopped. In a process group of its own, so that
// Ctrl-C reaches lsrun alone and whatever the command started ends with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "model/result.hpp"
#include "run/process_watch.hpp"
#include "run/resolve.hpp"
#include "time/clock.hpp"

namespace lsrun::run {

class target_process {
 public:
  // Starts a command line with /bin/sh; the folder of lsrun's own executable comes first in its PATH. Its output is
  // appended to `output`; "": to a file without a name, kept for messages. Should lsrun be killed, the command gets
  // SIGTERM. The error says why it could not be started. [main-thread, the one that lives longest]
  static model::result<std::unique_ptr<target_process>> launch(const std::string& command,
                                                               const std::filesystem::path& output = {});
  ~target_process();  // stop()
  target_process(const target_process&) = delete;
  target_process& operator=(const target_process&) = delete;

  // How it ended, as words ("exit status 3", "killed by signal 9 (Killed)"); nullopt while it runs. Does not wait.
  std::optional<std::string> ended();
  // SIGTERM to its group, up to `patience` for it to end, then SIGKILL to what is left. Blocks that long. Nothing
  // happens if it has been stopped before.
  void stop(time::span patience = 5 * time::second);

  pid_t pid() const { return pid_; }  // the shell's, or the command's if it is a simple one; also its group's
  process_watch& watch() { return watch_; }
  // The last lines that it wrote, for a message; at most about 600 characters.
  std::string last_output() const;

 private:
  target_process(pid_t, int output_fd);

  pid_t pid_;
  int output_fd_;
  std::optional<int> status_;  // from waitpid
  bool stopped_ = false;
  process_watch watch_;
};

// Asks the target until it is well or at least answers something below 500, for at most `patience`; every question may
// take 2 s. `process`: the launched target, whose end ends the waiting, or nullptr. `interrupted` is asked in between:
// true ends the waiting. Returns the last status, or why none came. [main-thread; blocks]
model::result<unsigned> wait_for_health(const probe_settings&, target_process* process, time::span patience,
                                        const std::function<bool()>& interrupted = {});

}  // namespace lsrun::run
