// Says on standard error how far a long piece of work is, from a thread of its own: the work itself need not look at
// the clock, and may be one call that takes long.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "live/progress.hpp"

namespace lsrun::live {

class progress_line {
 public:
  // `quiet`: nothing is said. Otherwise one line that is rewritten on a terminal, and a line every few seconds
  // elsewhere.
  progress_line(bool quiet, std::string what);
  ~progress_line();  // the work is over
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void at(std::optional<double> share, std::string part = "", time::instant until = 0);  // [thread-safe]
  void make_room();  // before others write to standard error [thread-safe]

 private:
  void tell();

  std::mutex mutex_;
  std::condition_variable changed_;
  progress progress_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace lsrun::live
