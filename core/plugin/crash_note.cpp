#include "plugin/crash_note.hpp"

#include <unistd.h>

#include <array>
#include <cstring>

namespace lsrun::plugin {
namespace {

constexpr std::array<int, 5> fatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
char note[1024];
std::size_t note_size = 0;

// Only what a signal handler may call. The default action follows: the signal is raised again when this returns.
extern "C" void say_and_die(int signal) {
  std::size_t done = 0;
  while (done < note_size) {
    const auto n = ::write(STDERR_FILENO, note + done, note_size - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  struct sigaction fallback {};
  fallback.sa_handler = SIG_DFL;
  ::sigaction(signal, &fallback, nullptr);
  ::raise(signal);
}

}  // namespace

crash_note::crash_note(const std::string& doing) {
  const auto text = "lsrun: " + doing + " crashed; this is a fault of the plugin\n";
  note_size = std::min(text.size(), sizeof note);
  std::memcpy(note, text.data(), note_size);
  struct sigaction action {};
  action.sa_handler = say_and_die;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < fatal.size(); ++i) ::sigaction(fatal[i], &action, &before_[i]);
}

crash_note::~crash_note() {
  for (std::size_t i = 0; i < fatal.size(); ++i) ::sigaction(fatal[i], &before_[i], nullptr);
  note_size = 0;
}

}  // namespace lsrun::plugin
