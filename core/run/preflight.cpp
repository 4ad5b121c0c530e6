// The checks before the first request.
#include "run/preflight.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <iterator>
#include <system_error>

#include "config/figures.hpp"
#include "config/url.hpp"
#include "metrics/expression.hpp"
#include "pool/address.hpp"
#include "pool/bind_check.hpp"
#include "run/resolve.hpp"

namespace lsrun::run {

namespace {

// The target's machine in the plan's test environment.
constexpr double target_cores = 4;
constexpr std::uint64_t target_memory = 8'000'000'000;
constexpr std::int64_t earliest_utc_s = 1'704'067'200;  // 2024-01-01
constexpr double port_rest_s = 60;                      // a closed connection keeps its port: TIME_WAIT of Linux

std::string bytes(std::uint64_t n) { return metrics::format_value(metrics::quantity::bytes, static_cast<double>(n)); }

std::string decimal(double n) {
  std::string text = std::to_string(std::round(n * 10) / 10);
  return text.substr(0, text.find('.') + (text[text.find('.') + 1] == '0' ? 0 : 2));
}

void judge_ports(const needs& n, const machine_facts& m, findings& f) {
  if (m.last_port == 0) return;
  const double ports = m.last_port - m.first_port + 1;
  const double held = static_cast<double>(n.connections) / static_cast<double>(n.source_addresses);
  const double resting = n.new_connections_per_s.value_or(0) * port_rest_s / static_cast<double>(n.source_addresses);
  const std::string cure =
      "; add addresses in [pool] with mode = \"bind\", or widen net.ipv4.ip_local_port_range (now " +
      std::to_string(m.first_port) + "-" + std::to_string(m.last_port) + ")";
  if (held > ports)
    f.warnings.push_back("up to " + std::to_string(std::llround(held)) +
                         " connections from one source address, but it has only " +
                         std::to_string(std::llround(ports)) + " local ports for one target" + cure);
  else if (resting > ports)
    f.warnings.push_back("without keep-alive up to " + std::to_string(std::llround(resting)) +
                         " closed connections of one source address rest for " + decimal(port_rest_s) +
                         " s, but it has only " + std::to_string(std::llround(ports)) + " local ports for one target" +
                         cure + ", or turn `keep_alive` on");
}

void judge_target_machine(const machine_facts& m, findings& f) {
  if (m.cores < target_cores)
    f.warnings.push_back("the target runs on this machine, which has " + decimal(m.cores) +
                         " cores for it and lsrun together; a target is meant to have " + decimal(target_cores) +
                         " for itself: its answers will be slower than they need to be");
  if (m.available_bytes < target_memory)
    f.warnings.push_back("the target runs on this machine, which has " + bytes(m.available_bytes) +
                         " of memory available; a target is meant to have 8 GB (" + bytes(target_memory) + ")");
}

std::string system_words(int error) { return std::generic_category().message(error); }

}  // namespace

void findings::fail(int code, std::string text) {
  if (errors.empty()) exit_code = code;
  errors.push_back(std::move(text));
}

void findings::add(findings other) {
  if (errors.empty()) exit_code = other.exit_code;
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(notes, other.notes);
  append(warnings, other.warnings);
  append(errors, other.errors);
}

needs needs_of(const config::plan& plan, const load::estimate& estimate, std::size_t addresses, bool target_here) {
  needs n;
  n.connections = std::max<std::uint64_t>(estimate.peak_connections, 1);
  n.source_addresses = plan.pool.mode == config::pool_mode::forwarded ? 1 : std::max<std::size_t>(addresses, 1);
  // Beside connections: standard streams, log, journal, libraries' files and what /proc reading opens: under 64; for
  // each worker an epoll set, a mailbox and a timer.
  n.open_files = n.connections + 64 + 8 * std::uint64_t{plan.threads};
  // A session: about a hundred bytes were measured with a million of them thinking; 512 leave room for what a scenario
  // keeps of each and for steps that wait for their connection. A connection: 5 KiB of the kernel's, as much again for
  // a TLS session, 6 KiB for a request in flight. Tables of addresses, histograms, code: 64 MiB.
  n.memory_bytes = (std::uint64_t{64} << 20) + estimate.peak_sessions * 512 + n.connections * 16384;
  // A line of the journal holds the figures (4 KiB) and about 120 bytes for each address; results repeat a part of
  // them.
  const double per_second = 6144 + 150 * static_cast<double>(addresses);
  n.disk_bytes = (std::uint64_t{16} << 20) + static_cast<std::uint64_t>(time::seconds(plan.duration()) * per_second);
  const double seconds = time::seconds(plan.duration());
  if (!plan.target.keep_alive && estimate.requests && seconds > 0)
    n.new_connections_per_s = *estimate.requests / seconds;
  n.target_here = target_here;
  return n;
}

findings judge(const needs& n, const machine_facts& m, std::optional<std::uint64_t> disk) {
  findings f;
  if (m.open_files < n.open_files)
    f.warnings.push_back("the plan may need " + std::to_string(n.open_files) + " open files (" +
                         std::to_string(n.connections) + " connections), but the limit is " +
                         std::to_string(m.open_files) + "; raise it with `ulimit -n " + std::to_string(n.open_files) +
                         "`, or set `connections_per_address` in [target]");
  judge_ports(n, m, f);
  if (m.available_bytes != 0 && m.available_bytes < n.memory_bytes)
    f.warnings.push_back("the plan may need " + bytes(n.memory_bytes) + " of memory, but " + bytes(m.available_bytes) +
                         " are available; fewer `sessions` need less");
  if (disk && *disk < n.disk_bytes)
    f.warnings.push_back("the results may take " + bytes(n.disk_bytes) + ", but " + bytes(*disk) +
                         " are free where they go; choose another place with `-o` or `directory` in [reports]");
  if (m.utc_s < earliest_utc_s)
    f.warnings.push_back("the machine's clock shows a time before 2024; the report's times will be wrong: set it");
  if (n.target_here) judge_target_machine(m, f);
  return f;
}

findings judge_pool(const std::vector<pool::identity>& pool) {
  findings f;
  std::size_t others = 0;
  std::string first;
  for (const auto& one : pool) {
    if (pool::is_private(one.text)) continue;
    if (others++ == 0) first = one.text;
  }
  if (others > 0)
    f.warnings.push_back((others == 1 ? "1 client address" : std::to_string(others) + " client addresses") + " of " +
                         std::to_string(pool.size()) + (others == 1 ? " is" : " are") + " not private (" +
                         (others == 1 ? "" : "the first is ") + first +
                         "): to the target the load seems to come from somebody else's; use a private range such as "
                         "10.0.0.0/8 or fd00::/8");
  return f;
}

findings judge_target(const config::target& target, const sockaddr_storage& address) {
  return judge_host(target.host, target.authorized, address);
}

findings judge_host(const std::string& host, bool authorized, const sockaddr_storage& address) {
  findings f;
  if (authorized || !config::is_public(reinterpret_cast<const sockaddr&>(address))) return f;
  const std::string literal = text_of(address);
  const std::string what = host == literal ? literal : host + " (" + literal + ")";
  f.fail(model::exit_usage, config::public_target_text(what) + "; " + std::string(config::public_target_hint));
  return f;
}

findings judge_health(const config::target& target, const model::result<unsigned>& answer) {
  findings f;
  const std::string asked = "the target's health, " + target.base_path + target.health + ", ";
  if (!answer) {
    f.fail(model::exit_target_unreachable,
           "the target does not answer: " + answer.error_text() +
               "; start it, or check `url` in [target] (or let lsrun start it: `launch`)");
  } else if (health_of_status(*answer) == health::no_load) {
    f.fail(model::exit_target_unreachable, asked + "says " + std::string(no_load_words));
  } else if (health_of_status(*answer) == health::ill) {
    f.fail(model::exit_target_unreachable,
           asked + "answered with status " + std::to_string(*answer) +
               "; look at the target, or set `health` in [target] (\"none\": not asked)");
  } else if (health_of_status(*answer) == health::unsure) {
    f.warnings.push_back(asked + "answered with status " + std::to_string(*answer) +
                         ": it is there, but does not say that it is well; set `health` in [target]");
  }
  return f;
}

findings check_folder(const std::filesystem::path& folder) {
  findings f;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string cure = "; choose another place with `-o` or `directory` in [reports]";
  if (error) {
    f.fail(model::exit_usage,
           "the folder for results, " + folder.string() + ", cannot be made: " + error.message() + cure);
    return f;
  }
  std::string name = (folder / ".lsrun-XXXXXX").string();
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) {
    f.fail(model::exit_usage,
           "nothing can be written to the folder for results, " + folder.string() + ": " + system_words(errno) + cure);
    return f;
  }
  ::close(fd);
  ::unlink(name.c_str());
  return f;
}

findings judge_this_machine(const config::plan& plan, std::size_t addresses, bool target_here,
                            const std::filesystem::path& results) {
  findings f;
  const needs n = needs_of(plan, load::estimate_of(config::figures_of(plan)), addresses, target_here);
  machine_facts machine = read_machine();
  const std::uint64_t raised = raise_open_files(n.open_files);
  if (raised > machine.open_files)
    f.notes.push_back("raised the limit of open files from " + std::to_string(machine.open_files) + " to " +
                      std::to_string(raised));
  machine.open_files = raised;
  f.add(judge(n, machine, free_disk(results)));
  return f;
}

findings preflight(const config::plan& plan, const std::vector<pool::identity>& pool, const sockaddr_storage& target,
                   const std::filesystem::path& results, bool health_known) {
  findings f = judge_target(plan.target, target);
  if (!f.errors.empty()) return f;
  for (const auto& failure : pool::check_bind(pool))
    f.fail(model::exit_usage, "client address " + failure.address + " cannot be bound: " + failure.reason);
  f.add(check_folder(results));
  if (!f.errors.empty()) return f;
  f.add(judge_pool(pool));

  if (plan.target.tls.insecure)
    f.warnings.push_back(
        "the target's certificate is not looked at (`insecure` in [target.tls]): whoever sits in between could answer");
  f.add(judge_this_machine(plan, pool.size(), is_this_machine(target), results));
  if (plan.target.health != "none" && !health_known)
    f.add(judge_health(plan.target, probe(health_probe(plan.target, target), 5 * time::second)));
  return f;
}

}  // namespace lsrun::run
