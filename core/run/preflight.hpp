// What a plan needs of the machine, the network and the target, looked at before the first request. What is short is
// said with its number; only what makes the run impossible or forbidden ends it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "load/arithmetic.hpp"
#include "model/exit_code.hpp"
#include "model/result.hpp"
#include "pool/identity.hpp"
#include "run/machine.hpp"

namespace lsrun::run {

struct findings {
  std::vector<std::string> notes;     // done, or good to know
  std::vector<std::string> warnings;  // the run goes on
  std::vector<std::string> errors;    // it does not; exit with `exit_code`
  int exit_code = model::exit_passed;
  void fail(int code, std::string text);  // the first code stays
  void add(findings);
};

struct needs {                         // of a plan, upper bounds
  std::uint64_t connections = 0;       // open at once
  std::uint64_t source_addresses = 1;  // over which they are spread: bound ones, or the system's one
  std::uint64_t open_files = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::optional<double> new_connections_per_s;  // without keep-alive: every request's; none: not bounded or none
  bool target_here = false;                     // the target shares this machine
};
// Pure; how the numbers come about stands in the source.
needs needs_of(const config::plan&, const load::estimate&, std::size_t addresses, bool target_here);

// Needs against what there is: files (after they were raised), ports, memory, disk, clock, and the 4 cores and 8 GB
// that a target on this machine is to have. Pure.
findings judge(const needs&, const machine_facts&, std::optional<std::uint64_t> free_disk_bytes);

// The plan's needs against this machine, after the limit of open files was raised as far as it must and can be.
// `results`: where reports go; need not be there yet.
findings judge_this_machine(const config::plan&, std::size_t addresses, bool target_here,
                            const std::filesystem::path& results);

// Addresses of the pool that other networks may know: they stand in the target's logs as somebody else's. Pure.
findings judge_pool(const std::vector<pool::identity>&);

// Is the target of this address public without leave? `host` as written, for the sentence. Pure.
findings judge_target(const config::target&, const sockaddr_storage&);
// The same of any host that is asked, as that of the target's metrics.
findings judge_host(const std::string& host, bool authorized, const sockaddr_storage&);

// What an answer of the health path, or none, means. Pure.
findings judge_health(const config::target&, const model::result<unsigned>& answer);

// Makes the folder for results if it is not there, and a file in it for a moment.
findings check_folder(const std::filesystem::path&);

// All of it, in an order such that nothing is sent to a public target without leave: the target's address, the pool's
// addresses (bound once), the folder, this machine, the target's health unless
// `health_known` says that the launched target has just answered. Takes at most about 5 s. [main-thread]
findings preflight(const config::plan&, const std::vector<pool::identity>&, const sockaddr_storage& target,
                   const std::filesystem::path& results, bool health_known = false);

}  // namespace lsrun::run
