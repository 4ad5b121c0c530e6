// Reads what the kernel says of the machine.
#include "run/machine.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <ctime>
#include <fstream>
#include <system_error>

#include "run/file_text.hpp"
#include "run/process_text.hpp"

namespace lsrun::run {

namespace {

double usable_cores() {
  double cores = static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
  double quota = 0, period = 0;  // control groups of version 2; "max" where there is no quota
  if (std::ifstream("/sys/fs/cgroup/cpu.max") >> quota >> period && period > 0) cores = std::min(cores, quota / period);
  return cores;
}

void read_memory(machine_facts& m) {
  const std::string meminfo = file_text("/proc/meminfo");
  m.memory_bytes = memory_line(meminfo, "MemTotal").value_or(0);
  m.available_bytes = memory_line(meminfo, "MemAvailable").value_or(0);
  std::uint64_t limit = 0, used = 0;
  if (!(std::ifstream("/sys/fs/cgroup/memory.max") >> limit) || limit >= m.memory_bytes) return;
  m.memory_bytes = limit;
  if (std::ifstream("/sys/fs/cgroup/memory.current") >> used)
    m.available_bytes = std::min(m.available_bytes, limit - std::min(used, limit));
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  return {};
}

}  // namespace

machine_facts read_machine() {
  machine_facts m;
  m.cores = usable_cores();
  read_memory(m);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  m.open_files = files.rlim_cur;
  m.most_open_files = files.rlim_max;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> m.first_port >> m.last_port;
  utsname name{};
  if (::uname(&name) == 0) m.kernel = std::string(name.sysname) + " " + name.release;
  m.processor = processor_name();
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  m.utc_s = now.tv_sec;
  return m;
}

std::string environment_json(const machine_facts& m) {
  boost::json::object o{{"cores", m.cores},
                        {"memory_bytes", m.memory_bytes},
                        {"available_bytes", m.available_bytes},
                        {"open_files", m.open_files}};
  if (m.last_port != 0) o["local_ports"] = m.last_port - m.first_port + 1;
  if (!m.kernel.empty()) o["kernel"] = m.kernel;
  if (!m.processor.empty()) o["processor"] = m.processor;
  return boost::json::serialize(o);
}

std::optional<std::uint64_t> free_disk(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  const auto space = std::filesystem::space(there, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

std::uint64_t raise_open_files(std::uint64_t wanted) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur >= wanted) return files.rlim_cur;
  if (wanted > files.rlim_max) {
    const rlimit both{wanted, wanted};
    if (::setrlimit(RLIMIT_NOFILE, &both) == 0) return wanted;
  }
  const rlimit soft{std::min<rlim_t>(wanted, files.rlim_max), files.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &soft) == 0 ? soft.rlim_cur : files.rlim_cur;
}

}  // namespace lsrun::run
