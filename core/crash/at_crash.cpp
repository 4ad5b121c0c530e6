#include "crash/at_crash.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>

namespace lsrun::crash {
namespace {

constexpr std::array<int, 6> fatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};
std::array<std::atomic<action>, place_count> todo{};
static_assert(std::atomic<action>::is_always_lock_free, "a signal handler takes no lock");
std::array<struct sigaction, fatal.size()> before;
bool installed = false;

// The signal is raised again under the handler that was there before, as soon as this one returns.
extern "C" void on_fatal(int signal) {
  run(signal);
  for (std::size_t i = 0; i < fatal.size(); ++i)
    if (fatal[i] == signal) ::sigaction(signal, &before[i], nullptr);
  ::raise(signal);
}

void install() {
  struct sigaction action {};
  action.sa_handler = on_fatal;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < fatal.size(); ++i) {
    ::sigaction(fatal[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) ::sigaction(fatal[i], &action, nullptr);
  }
  installed = true;
}

void uninstall() {
  for (std::size_t i = 0; i < fatal.size(); ++i) ::sigaction(fatal[i], &before[i], nullptr);
  installed = false;
}

}  // namespace

action set(place where, action what) {
  const action was = todo[static_cast<std::size_t>(where)].exchange(what);
  bool any = false;
  for (const auto& a : todo) any = any || a.load() != nullptr;
  if (any && !installed) install();
  if (!any && installed) uninstall();
  return was;
}

void run(int signal) {
  for (auto& a : todo)
    if (const action what = a.exchange(nullptr)) what(signal);
}

}  // namespace lsrun::crash
