#include "run/early_signals.hpp"

#include <array>

namespace lsrun::run {
namespace {

constexpr std::array<int, 3> watched{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t came_last = 0;

extern "C" void remember(int number) { came_last = number; }

}  // namespace

early_signals::early_signals() {
  came_last = 0;
  struct sigaction action {};
  action.sa_handler = remember;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < watched.size(); ++i) {
    ::sigaction(watched[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(watched[i], &action, nullptr);  // nohup: ignored it stays
  }
}

early_signals::~early_signals() {
  for (std::size_t i = 0; i < watched.size(); ++i) ::sigaction(watched[i], &before_[i], nullptr);
}

int early_signals::came() { return came_last; }

const char* signal_name(int number) {
  return number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : number == SIGHUP ? "SIGHUP" : "a signal";
}

}  // namespace lsrun::run
