#include "metrics_page.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace lstarget {
namespace {

class page {
 public:
  void family(std::string_view name, std::string_view kind, std::string_view help) {
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
    text_.append(" ").append(kind).append("\n");
    name_ = name;
  }
  void sample(const std::string& value, const std::string& labels = {}) {
    text_.append(name_).append(labels).append(" ").append(value).append("\n");
  }
  void one(std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value) {
    family(name, kind, help);
    sample(std::to_string(value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string_view name_;
};

std::optional<std::uint64_t> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0, resident = 0;
  if (!(file >> pages >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> open_files() {
  std::error_code failed;
  std::uint64_t n = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failed), end; !failed && at != end; at.increment(failed))
    ++n;
  if (failed || n == 0) return std::nullopt;
  return n - 1;  // the directory's own
}

std::string cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto us =
      (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
  const std::string part = std::to_string(us % 1'000'000);
  return std::to_string(us / 1'000'000) + "." + std::string(6 - part.size(), '0') + part;
}

void process(page& p) {
  if (const auto bytes = resident_bytes())
    p.one("process_resident_memory_bytes", "gauge", "Resident memory in bytes.", *bytes);
  p.family("process_cpu_seconds_total", "counter", "Processor time used, user and system, in seconds.");
  p.sample(cpu_seconds());
  if (const auto files = open_files()) p.one("process_open_fds", "gauge", "Open files and sockets.", *files);
}

}  // namespace

std::string metrics_text(world& w) {
  page p;
  process(p);
  const stats::sums counted = w.counted.summed();
  p.family("lstarget_requests_total", "counter", "Requests that were answered, by operation and HTTP status.");
  for (const auto& [key, n] : counted.by_operation)
    p.sample(std::to_string(n),
             "{operation=\"" + std::string(key.first) + "\",status=\"" + std::to_string(key.second) + "\"}");
  p.one("lstarget_requests_in_flight", "gauge", "Requests that have come and are not answered yet.", counted.in_flight);
  session_counts s;
  {
    const std::lock_guard lock(w.guard);
    s = w.sessions.counts();
  }
  p.one("lstarget_sessions_alive", "gauge", "Sessions that exist.", s.alive);
  p.one("lstarget_sessions_created_total", "counter", "Sessions that were made.", s.created);
  p.one("lstarget_connections_open", "gauge", "Connections that are open.", w.open);
  return p.text();
}

}  // namespace lstarget
