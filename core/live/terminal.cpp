#include "live/terminal.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "crash/at_crash.hpp"

namespace lsrun::live {
namespace {

// Own screen (DECSET 1049), no cursor (25), no wrapping at the right edge (7).
constexpr std::string_view taking = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[0m\x1b[2J";
constexpr std::string_view giving_back = "\x18\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";  // CAN ends a half-written sequence

// For the signal handler: what it needs lies ready before it can run.
int held = -1;
termios as_found;

// Async-signal-safe. Waits at most a second for a terminal that does not take what is written to it.
void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(to, bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    pollfd ready{to, POLLOUT, 0};
    if (n == 0 || errno != EAGAIN || ::poll(&ready, 1, 1000) <= 0) return;
  }
}

void give_back() {
  if (held < 0) return;
  const int to = held;
  held = -1;
  ::tcsetattr(to, TCSANOW, &as_found);
  write_all(to, giving_back);
}

void at_crash(int) { give_back(); }

// A plugin that calls exit() leaves no destructor its turn.
void at_exit_once() {
  static const bool registered = std::atexit(give_back) == 0;
  static_cast<void>(registered);
}

}  // namespace

bool speaks_utf8() {
  const locale_t here = ::newlocale(LC_CTYPE_MASK, "", nullptr);
  if (here == nullptr) return false;
  const bool yes = std::string_view(::nl_langinfo_l(CODESET, here)) == "UTF-8";
  ::freelocale(here);
  return yes;
}

std::unique_ptr<terminal> terminal::take() {
  const char* kind = std::getenv("TERM");
  if (kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb") return nullptr;
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return nullptr;
  const char* name = ::ttyname(STDOUT_FILENO);
  // Opened anew: that it does not block is then a matter of this description alone and not of the shell's.
  const int descriptor = name == nullptr ? -1 : ::open(name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  std::unique_ptr<terminal> t(new terminal(descriptor));
  if (!t->in_foreground() || ::tcgetattr(descriptor, &t->found_) != 0) return nullptr;
  // In the background nothing of the view may stop the load.
  std::signal(SIGTTIN, SIG_IGN);
  std::signal(SIGTTOU, SIG_IGN);
  at_exit_once();
  as_found = t->found_;
  crash::set(crash::place::terminal, at_crash);
  t->enter();
  return t;
}

terminal::~terminal() {
  if (held == descriptor_) {
    give_back();
    crash::set(crash::place::terminal, nullptr);
    std::signal(SIGTTIN, SIG_DFL);
    std::signal(SIGTTOU, SIG_DFL);
  }
  ::close(descriptor_);
}

bool terminal::in_foreground() const { return ::tcgetpgrp(descriptor_) == ::getpgrp(); }

// Keys come one by one and without echo. Ctrl-C stays a signal; Ctrl-Z is off, since a load that stands still is none.
void terminal::enter() {
  held = descriptor_;
  termios modes = found_;
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  modes.c_iflag &= ~static_cast<tcflag_t>(IXON);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  modes.c_cc[VSUSP] = _POSIX_VDISABLE;
  ::tcsetattr(descriptor_, TCSANOW, &modes);
  write_all(descriptor_, taking);
}

bool terminal::take_again() {
  if (!in_foreground()) return false;
  enter();
  return true;
}

extent terminal::size() const {
  winsize w{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0) return {80, 24};
  return {w.ws_col, w.ws_row};
}

}  // namespace lsrun::live
