#include "plugin/host_log.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <string>

#include "plugin/host.hpp"

namespace lsrun::plugin {
namespace {

std::atomic<log_function> log_to{nullptr};

struct slot_state {
  std::string name;
  std::atomic<unsigned> complaints{0};
};
std::array<slot_state, slots>& states() {
  static auto* all = new std::array<slot_state, slots>();  // plugins may log until the process ends
  return *all;
}
constexpr unsigned most_complaints = 100;  // a plugin that is wrong is wrong at every call

}  // namespace

void write_log(std::size_t slot, lsrun_level level, std::string_view text) noexcept {
  const auto to = log_to.load(std::memory_order_relaxed);
  if (!to) return;
  try {
    const auto& name = states()[slot].name;
    to(level, name.empty() ? std::string(text) : name + ": " + std::string(text));
  } catch (...) {  // no memory for a log line: then there is none
  }
}

lsrun_status complain(std::size_t slot, const char* function, std::string_view what) noexcept {
  const auto count = states()[slot].complaints.fetch_add(1, std::memory_order_relaxed);
  if (count >= most_complaints) return LSRUN_BAD_ARGUMENT;
  try {
    std::string text = "the plugin breaks the contract of lsrun_host.";
    text.append(function).append(": ").append(what);
    if (count + 1 == most_complaints) text += " (no more such lines about this plugin)";
    write_log(slot, LSRUN_LOG_ERROR, text);
  } catch (...) {
  }
  return LSRUN_BAD_ARGUMENT;
}

std::size_t slot_of(std::string_view plugin_name) {
  static std::mutex mutex;
  static std::size_t used = 1;
  const std::lock_guard lock(mutex);
  auto& all = states();
  for (std::size_t i = 1; i < used; ++i)
    if (all[i].name == plugin_name) return i;
  if (used == slots || plugin_name.empty()) return 0;
  all[used].name = plugin_name;
  return used++;
}

void set_log(log_function f) { log_to = f; }

}  // namespace lsrun::plugin
