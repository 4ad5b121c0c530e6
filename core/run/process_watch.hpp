// A process of this machine through /proc, once a second: processor time, memory, threads, files, connections. For the
// target where it runs here, and for lsrun itself. Nothing here is thread-safe; the runner's thread uses it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/interval.hpp"
#include "run/process_text.hpp"
#include "time/clock.hpp"

namespace lsrun::run {

// Looking that costs much is done seldom: at most a fiftieth of the time is spent on it.
class rare_look {
 public:
  bool due(time::instant now) const { return now >= next_; }
  void took(time::instant now, time::span cost) { next_ = now + 50 * cost; }

 private:
  time::instant next_ = 0;
};

class process_watch {
 public:
  // Watches a process and all that descend from it; with `whole_group`, also everything in the process group that it
  // leads (a launched command). The process need not be ours.
  explicit process_watch(pid_t, bool whole_group = false);

  // Figures of now; sums over the watched processes (memory that they share counts in each). CPU is in cores since the
  // sample before, absent in the first one. What cannot be read, e.g. files of another user's process, is absent, as is
  // a count of connections that would cost too much to take now. All but `healthy`, which is not this class's to know.
  metrics::target_sample sample(time::instant now);
  // Has the process gone, or is only its zombie left? (Its pid may belong to another one by now.)
  bool gone() const;
  pid_t pid() const { return pid_; }

 private:
  std::vector<process_line> look(time::instant now);
  void count_files(const std::vector<process_line>&, time::instant now, metrics::target_sample&);

  pid_t pid_, group_;
  std::optional<std::uint64_t> start_;  // the process's, to know it again
  std::optional<std::uint64_t> ticks_;
  time::instant sampled_ = 0;
  std::vector<pid_t> known_;
  rare_look family_, sockets_;
};

// lsrun's own figures.
class own_usage {
 public:
  // CPU in cores since the sample before (the first time: since the process started). `connections` is what the caller
  // knows from its transports. Cost: a few microseconds, however many files are open (from Linux 6.2 on).
  metrics::generator_sample sample(time::instant now, std::uint64_t connections);
  static double cpu_s();                  // used since the process started, all threads
  static std::uint64_t peak_rss_bytes();  // the most that was resident at once

 private:
  double cpu_s_ = 0;
  time::instant sampled_ = 0;
};

// Number of file descriptors of a process; nullopt if it may not be looked at.
std::optional<std::uint64_t> open_files(pid_t);

// Is any process of a process group left that is more than a zombie? Looks through all of /proc once.
bool group_lives(pid_t group);

// The process that listens on this TCP port in our network namespace: of several that share the socket, the one that
// the others descend from. nullopt if there is none, or none whose files we may look at. Looks through all of /proc
// once.
std::optional<pid_t> find_listener(std::uint16_t port);

}  // namespace lsrun::run
