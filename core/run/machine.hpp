// What this machine has, before a run asks for it: processors, memory, files, ports, disk, clock.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace lsrun::run {

struct machine_facts {
  double cores = 0;                             // that this process may use: affinity and the control group's quota
  std::uint64_t memory_bytes = 0;               // of the machine, or the control group's limit if that is less
  std::uint64_t available_bytes = 0;            // can be had without swapping
  std::uint64_t open_files = 0;                 // RLIMIT_NOFILE, soft
  std::uint64_t most_open_files = 0;            // hard
  std::uint32_t first_port = 0, last_port = 0;  // ip_local_port_range; 0, 0: not known
  std::string kernel, processor;                // "Linux 6.1.0-18-amd64", "AMD EPYC ..."; "": not known
  std::int64_t utc_s = 0;                       // the clock's time now, seconds since 1970
};
machine_facts read_machine();

// For the run report: {"cores":2,"memory_bytes":...,"kernel":"...","open_files":...}.
std::string environment_json(const machine_facts&);

// Free bytes where files would be written that do not need root's reserve, in a folder that need not be there yet;
// nullopt if it cannot be told.
std::optional<std::uint64_t> free_disk(const std::filesystem::path&);

// Raises the soft limit of open files to at least `wanted`, the hard one too where that is allowed. Returns the soft
// limit afterwards, which may be less.
std::uint64_t raise_open_files(std::uint64_t wanted);

}  // namespace lsrun::run
