#include "crash/at_crash.hpp"

#include <ucontext.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <new>

namespace lsrun::crash {
namespace {

constexpr std::array<int, 6> fatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};
std::array<std::atomic<action>, place_count> todo{};
static_assert(std::atomic<action>::is_always_lock_free, "a signal handler takes no lock");
std::array<struct sigaction, fatal.size()> before;
bool installed = false;
thread_local std::uintptr_t at_instruction = 0;

std::uintptr_t instruction_of([[maybe_unused]] const void* context) {
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return static_cast<std::uintptr_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.pc);
#else
  return 0;
#endif
}

// The signal is raised again under the handler that was there before, as soon as this one returns.
extern "C" void on_fatal(int signal, siginfo_t*, void* context) {
  at_instruction = instruction_of(context);
  run(signal);
  for (std::size_t i = 0; i < fatal.size(); ++i)
    if (fatal[i] == signal) ::sigaction(signal, &before[i], nullptr);
  ::raise(signal);
}

void install() {
  // Of the main thread, for good: a crash may come while the program's other objects are taken down.
  alignas(handler_stack) static std::byte room[sizeof(handler_stack)];
  static const auto* const stack = new (room) handler_stack();
  (void)stack;
  struct sigaction action {};
  action.sa_sigaction = on_fatal;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
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

std::uintptr_t instruction() { return at_instruction; }

handler_stack::handler_stack() {
  stack_t there{};
  if (::sigaltstack(nullptr, &there) == 0 && (there.ss_flags & SS_DISABLE) == 0) return;  // a sanitizer's
  room_ = std::make_unique<char[]>(size);
  stack_t ours{};
  ours.ss_sp = room_.get();
  ours.ss_size = size;
  ::sigaltstack(&ours, nullptr);
}

handler_stack::~handler_stack() {
  if (!room_) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

void run(int signal) {
  for (auto& a : todo)
    if (const action what = a.exchange(nullptr)) what(signal);
}

}  // namespace lsrun::crash
