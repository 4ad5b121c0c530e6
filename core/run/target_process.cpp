// Launching and stopping the target.
#include "run/target_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <vector>

namespace lsrun::run {

namespace {

constexpr time::span pause = 50 * time::millisecond;

void sleep_for(time::span s) { std::this_thread::sleep_for(std::chrono::nanoseconds(s)); }

std::string words_of(int error) { return std::generic_category().message(error); }

std::string words_of_status(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigdescr_np(number);
    return "killed by signal " + std::to_string(number) + (name != nullptr ? " (" + std::string(name) + ")" : "");
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

// The value of an entry "NAME=value" of the environment.
std::string value_in(const std::vector<std::string>& environment, const std::string& name) {
  for (const auto& entry : environment)
    if (entry.compare(0, name.size() + 1, name + "=") == 0) return entry.substr(name.size() + 1);
  return {};
}

// Is there anything outside quotes that makes a command line more than one program with its arguments?
bool has_operators(const std::string& command) {
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (std::strchr(";&|(){}`\n!#", c) != nullptr) {
      return true;
    }
  }
  return quote != 0;
}

// The same command, but in place of its shell where it is a single program: then the process watched is the target's
// own. Anything that only looks like more than that keeps its shell, which does no harm.
std::string without_shell(const std::string& command, const std::string& path) {
  const auto begin = command.find_first_not_of(" \t");
  if (begin == std::string::npos || has_operators(command)) return command;
  const std::string program = command.substr(begin, command.find_first_of(" \t", begin) - begin);
  if (program.find_first_of("='\"$\\~") != std::string::npos) return command;
  bool found = program.find('/') != std::string::npos;
  for (std::size_t at = 0; !found && at < path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    found = ::access((path.substr(at, end - at) + "/" + program).c_str(), X_OK) == 0;
    at = end + 1;
  }
  return found ? "exec " + command : command;  // not found: a word of the shell itself, or an error that it words well
}

// The environment with the folder of our own executable first in PATH.
std::vector<std::string> environment_of_child() {
  std::vector<std::string> entries;
  std::string path = "/usr/local/bin:/usr/bin:/bin";
  for (char** e = environ; *e != nullptr; ++e) {
    if (std::strncmp(*e, "PATH=", 5) == 0)
      path = *e + 5;
    else
      entries.emplace_back(*e);
  }
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) path = own.parent_path().string() + ":" + path;
  entries.push_back("PATH=" + path);
  return entries;
}

// What the child does between fork and exec; only what is safe there.
[[noreturn]] void become(const char* command, char* const* environment, int output_fd, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::signal(number, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(output_fd, 1);
  ::dup2(output_fd, 2);
  ::close_range(3, ~0U, 0);
  const char* arguments[] = {"sh", "-c", command, nullptr};
  ::execve("/bin/sh", const_cast<char* const*>(arguments), environment);
  ::_exit(127);
}

}  // namespace

target_process::target_process(pid_t pid, int output_fd) : pid_(pid), output_fd_(output_fd), watch_(pid, true) {}

model::result<std::unique_ptr<target_process>> target_process::launch(const std::string& command,
                                                                      const std::filesystem::path& output) {
  const int fd = output.empty() ? ::memfd_create("target output", MFD_CLOEXEC)
                                : ::open(output.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    return model::error{"the target's output cannot be written to " + output.string() + ": " + words_of(errno)};
  if (output.empty()) ::fcntl(fd, F_SETFL, O_APPEND);
  auto entries = environment_of_child();
  std::vector<char*> environment;
  for (auto& e : entries) environment.push_back(e.data());
  environment.push_back(nullptr);
  const std::string line = without_shell(command, value_in(entries, "PATH"));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(line.c_str(), environment.data(), fd, parent);
  if (pid < 0) {
    const int error = errno;
    ::close(fd);
    return model::error{"`launch` of [target] could not be started: " + words_of(error)};
  }
  ::setpgid(pid, pid);  // in the child too: whoever comes first
  return std::unique_ptr<target_process>(new target_process(pid, fd));
}

target_process::~target_process() {
  stop();
  ::close(output_fd_);
}

std::optional<std::string> target_process::ended() {
  if (!status_) {
    int status = 0;
    pid_t got = 0;
    do got = ::waitpid(pid_, &status, WNOHANG);
    while (got < 0 && errno == EINTR);
    if (got == pid_) status_ = status;
    if (got < 0) status_ = 0;  // somebody else has waited for it
  }
  return status_ ? std::optional(words_of_status(*status_)) : std::nullopt;
}

void target_process::stop(time::span patience) {
  if (stopped_) return;
  stopped_ = true;
  const auto nothing_left = [this] { return ended().has_value() && !group_lives(pid_); };  // it may outlive its leader
  if (!nothing_left()) ::kill(-pid_, SIGTERM);
  const time::instant until = time::now() + patience;
  while (!nothing_left() && time::now() < until) sleep_for(pause);
  if (!nothing_left()) ::kill(-pid_, SIGKILL);
  for (int i = 0; i < 40 && !nothing_left(); ++i) sleep_for(pause);  // the last to be killed may die after its leader
}

std::string target_process::last_output() const {
  constexpr off_t most = 600;
  const off_t size = ::lseek(output_fd_, 0, SEEK_END);
  const off_t from = std::max<off_t>(size - most, 0);
  std::string text(static_cast<std::size_t>(std::max<off_t>(size - from, 0)), '\0');
  const ssize_t got = ::pread(output_fd_, text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (from > 0) text.erase(0, std::min(text.find('\n') + 1, text.size()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

model::result<unsigned> wait_for_health(const probe_settings& p, target_process* process, time::span patience,
                                        const std::function<bool()>& interrupted) {
  const time::instant until = time::now() + patience;
  std::string last = "it was not asked";
  for (;;) {
    if (process != nullptr)
      if (const auto end = process->ended()) {
        const std::string said = process->last_output();
        return model::error{"the launched target ended before it was ready: " + *end +
                            (said.empty() ? "; it wrote nothing" : "; its last output:\n" + said)};
      }
    if (interrupted && interrupted()) return model::error{"interrupted while waiting for the target"};
    const time::span left = until - time::now();
    if (left <= 0) break;
    auto answer = probe(p, std::min(left, 2 * time::second));
    if (answer && health_of_status(*answer) == health::no_load)
      return model::error{"GET " + p.url + " says " + std::string(no_load_words)};
    if (answer && health_of_status(*answer) != health::ill) return answer;
    last = answer ? "GET " + p.url + ": status " + std::to_string(*answer) : answer.error_text();
    sleep_for(std::min(2 * pause, std::max<time::span>(until - time::now(), 0)));
  }
  return model::error{"the target did not become ready within " +
                      std::to_string(static_cast<long>(time::seconds(patience))) + " s: " + last +
                      "; check `url` and `health` in [target]"};
}

}  // namespace lsrun::run
