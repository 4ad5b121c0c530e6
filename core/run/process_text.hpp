// What the files of /proc say about processes, connections and memory, as numbers. Pure: text in, figures out; the
// formats are those of proc(5).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lsrun::run {

struct process_line {  // /proc/PID/stat
  pid_t pid = 0, parent = 0, group = 0;
  char state = '?';               // 'Z': dead, but nobody has asked how it ended
  std::uint64_t ticks = 0;        // processor time used, user and system, in clock ticks
  std::uint64_t child_ticks = 0;  // the same of children that have ended and were waited for
  std::uint64_t threads = 0;
  std::uint64_t start = 0;  // ticks after boot: tells two processes with the same pid apart
  std::uint64_t rss_pages = 0;
};
std::optional<process_line> parse_process_stat(std::string_view);

// The root and everything that descends from it, in no order; with `group`, also whatever is in the process group of
// that number. Empty if the root is not there and the group neither.
std::vector<process_line> family_of(pid_t root, pid_t group, const std::vector<process_line>& all);

// Inodes of the sockets that listen on a port, from /proc/net/tcp or tcp6.
std::vector<std::uint64_t> listening_inodes(std::string_view table, std::uint16_t port);

// A value of /proc/meminfo ("MemAvailable"), in bytes.
std::optional<std::uint64_t> memory_line(std::string_view meminfo, std::string_view name);

}  // namespace lsrun::run
