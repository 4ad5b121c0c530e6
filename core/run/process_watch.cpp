// Reads /proc.
#include "run/process_watch.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>

#include "run/file_text.hpp"
#include "run/listening_sockets.hpp"

namespace lsrun::run {

namespace {

std::string proc(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

std::optional<process_line> read_process(pid_t pid) { return parse_process_stat(file_text(proc(pid, "stat"))); }

struct close_directory {
  void operator()(DIR* d) const { ::closedir(d); }
};
using directory = std::unique_ptr<DIR, close_directory>;

// Calls f(name) for every entry whose name is a number. False if the directory cannot be opened.
template <class F>
bool each_number(const std::string& path, F f) {
  const directory d(::opendir(path.c_str()));
  if (!d) return false;
  while (const dirent* entry = ::readdir(d.get()))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') f(::dirfd(d.get()), entry->d_name);
  return true;
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  each_number("/proc", [&](int, const char* name) {
    pid_t pid = 0;
    if (std::from_chars(name, name + std::strlen(name), pid).ec == std::errc{}) pids.push_back(pid);
  });
  return pids;
}

std::vector<process_line> read_processes(const std::vector<pid_t>& pids) {
  std::vector<process_line> lines;
  for (const pid_t pid : pids)
    if (const auto line = read_process(pid)) lines.push_back(*line);
  return lines;
}

// Calls f(inode) for every socket of a process. False if its files may not be looked at.
template <class F>
bool each_socket(pid_t pid, F f) {
  constexpr std::string_view prefix = "socket:[";
  return each_number(proc(pid, "fd"), [&](int directory_fd, const char* name) {
    char link[64];
    const ssize_t size = ::readlinkat(directory_fd, name, link, sizeof link);
    if (size <= static_cast<ssize_t>(prefix.size()) || std::memcmp(link, prefix.data(), prefix.size()) != 0) return;
    std::uint64_t inode = 0;
    std::from_chars(link + prefix.size(), link + size, inode);
    f(inode);
  });
}

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
}

}  // namespace

process_watch::process_watch(pid_t pid, bool whole_group) : pid_(pid), group_(whole_group ? pid : 0) {
  if (const auto line = read_process(pid)) start_ = line->start;
}

bool process_watch::gone() const {
  const auto line = read_process(pid_);
  return !line || line->state == 'Z' || line->state == 'X' || line->start != start_;
}

// All watched processes as they are now. Which they are is looked up anew where that is cheap enough.
std::vector<process_line> process_watch::look(time::instant now) {
  if (family_.due(now)) {
    const time::instant begin = time::now();
    known_.clear();
    for (const auto& line : family_of(pid_, group_, read_processes(all_pids()))) known_.push_back(line.pid);
    family_.took(now, time::now() - begin);
  }
  auto lines = read_processes(known_);
  // A pid that another process has got is no longer the root's.
  std::erase_if(lines, [&](const process_line& l) { return l.pid == pid_ && l.start != start_; });
  return lines;
}

void process_watch::count_files(const std::vector<process_line>& lines, time::instant now,
                                metrics::target_sample& sample) {
  const bool with_sockets = sockets_.due(now);
  const time::instant begin = time::now();
  sample.fds = 0;
  if (with_sockets) sample.connections = 0;
  for (const auto& line : lines) {
    sample.fds = sum(sample.fds, open_files(line.pid));
    std::uint64_t count = 0;
    if (with_sockets && !each_socket(line.pid, [&](std::uint64_t) { ++count; })) sample.connections.reset();
    sample.connections = sum(sample.connections, count);
  }
  if (with_sockets) sockets_.took(now, time::now() - begin);
}

metrics::target_sample process_watch::sample(time::instant now) {
  metrics::target_sample sample;
  auto lines = look(now);
  std::uint64_t ticks = 0;
  for (const auto& line : lines) ticks += line.ticks + line.child_ticks;
  std::erase_if(lines, [](const process_line& l) { return l.state == 'Z' || l.state == 'X'; });
  if (lines.empty()) {
    ticks_.reset();
    return sample;
  }
  if (ticks_ && now > sampled_)
    sample.cpu = static_cast<double>(ticks - std::min(ticks, *ticks_)) / static_cast<double>(::sysconf(_SC_CLK_TCK)) /
                 time::seconds(now - sampled_);
  ticks_ = ticks;
  sampled_ = now;
  sample.rss_bytes = 0;
  sample.threads = 0;
  for (const auto& line : lines) {
    *sample.rss_bytes += line.rss_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    *sample.threads += line.threads;
  }
  count_files(lines, now, sample);
  return sample;
}

double own_usage::cpu_s() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

std::uint64_t own_usage::peak_rss_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

metrics::generator_sample own_usage::sample(time::instant now, std::uint64_t connections) {
  metrics::generator_sample sample;
  const double used = cpu_s();
  const auto line = read_process(::getpid());
  double elapsed = time::seconds(now - sampled_);
  if (sampled_ == 0) {  // since the process started; start counts from boot, as CLOCK_BOOTTIME does
    timespec boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    elapsed = static_cast<double>(boot.tv_sec) + static_cast<double>(boot.tv_nsec) / 1e9 -
              (line ? static_cast<double>(line->start) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0);
  }
  if (elapsed > 0) sample.cpu = (used - cpu_s_) / std::max(elapsed, 0.01);
  cpu_s_ = used;
  sampled_ = now;
  if (line) sample.rss_bytes = line->rss_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  sample.open_files = open_files(::getpid()).value_or(0);
  sample.connections = connections;
  return sample;
}

std::optional<std::uint64_t> open_files(pid_t pid) {
  const std::string path = proc(pid, "fd");
  struct stat status {};
  if (::access(path.c_str(), R_OK) != 0 || ::stat(path.c_str(), &status) != 0) return std::nullopt;
  if (status.st_size > 0) return static_cast<std::uint64_t>(status.st_size);  // Linux 6.2: the number of descriptors
  std::uint64_t count = 0;
  if (!each_number(path, [&](int, const char*) { ++count; })) return std::nullopt;
  return pid == ::getpid() && count > 0 ? count - 1 : count;  // our own look takes one
}

bool group_lives(pid_t group) {
  const auto all = read_processes(all_pids());
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& l) { return l.group == group && l.state != 'Z' && l.state != 'X'; });
}

std::optional<pid_t> find_listener(std::uint16_t port) {
  const auto inodes = listening_sockets(port);
  if (inodes.empty()) return std::nullopt;
  std::vector<process_line> holders;
  for (const auto& line : read_processes(all_pids())) {
    bool holds = false;
    each_socket(line.pid, [&](std::uint64_t inode) {
      holds = holds || std::find(inodes.begin(), inodes.end(), inode) != inodes.end();
    });
    if (holds) holders.push_back(line);
  }
  for (const auto& one : holders)
    if (std::none_of(holders.begin(), holders.end(), [&](const auto& other) { return other.pid == one.parent; }))
      return one.pid;
  return std::nullopt;
}

}  // namespace lsrun::run
