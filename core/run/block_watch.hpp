// Notices that a worker's thread stays in one call of a plugin: then nothing else of that worker goes on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "time/clock.hpp"

namespace lsrun::run {

class block_watch {
 public:
  // `limit`: how long a call may take before it is told.
  explicit block_watch(std::size_t workers, time::span limit = time::second) : limit_(limit), seen_(workers) {}

  struct event {
    std::uint64_t in = 0;    // the mark of the call
    time::span lasting = 0;  // since when it has been seen: at least so long
    bool over = false;       // false: it still lasts
  };

  // A look at a worker: the mark of the call that its thread is in (0: none), how many rounds its loop has made, and
  // the time, which must not go back. A call that has lasted for the limit is told once while it lasts and once when it
  // is over.
  std::optional<event> look(std::size_t worker, std::uint64_t in, std::uint64_t rounds, time::instant now);

 private:
  struct seen {
    std::uint64_t in = 0, rounds = 0;
    time::instant since = 0;
    bool told = false;
  };
  time::span limit_;
  std::vector<seen> seen_;
};

}  // namespace lsrun::run
