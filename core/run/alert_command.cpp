// Alerts' commands as processes.
#include "run/alert_command.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace lsrun::run {

namespace {

// A file without a name that holds the text, read from its start; unlike a pipe it takes any length at once.
int file_of(const std::string& text) {
  const int fd = ::memfd_create("alert", MFD_CLOEXEC);
  if (fd < 0) return -1;
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::pwrite(fd, text.data() + written, text.size() - written, static_cast<off_t>(written));
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  return fd;
}

// Starts `sh -c command` with this input, no output, a process group of its own and no other open file. 0 or an errno.
int spawn(const std::string& command, int input, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&usual, number);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const char* arguments[] = {"sh", "-c", command.c_str(), nullptr};
  const int error = ::posix_spawn(&pid, "/bin/sh", &files, &attributes, const_cast<char* const*>(arguments), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

std::string alert_json(const alert_event& event, const metrics::expression& e, const alert_origin& origin) {
  return boost::json::serialize(boost::json::object{{"schema", "lsrun-alert/1"},
                                                    {"state", event.started ? "started" : "ended"},
                                                    {"expression", e.text},
                                                    {"at_s", event.at_s},
                                                    {"from_s", event.from_s},
                                                    {"value", event.value},
                                                    {"worst", event.worst},
                                                    {"run", origin.run_id},
                                                    {"name", origin.name},
                                                    {"target", origin.target_url}}) +
         "\n";
}

alert_command::alert_command(std::string command, time::span most) : command_(std::move(command)), most_(most) {}

alert_command::~alert_command() {
  for (auto& s : slots_) {
    if (s.pid == 0) continue;
    ::kill(-s.pid, SIGKILL);
    ::waitpid(s.pid, nullptr, 0);
  }
}

void alert_command::run(std::size_t alert, std::string json, time::instant now) {
  if (command_.empty()) return;
  if (alert >= slots_.size()) slots_.resize(alert + 1);
  slot& s = slots_[alert];
  if (s.pid != 0) reap(s, now);
  if (s.pid != 0)
    s.waiting = std::move(json);
  else
    start(s, json, now);
}

void alert_command::start(slot& s, const std::string& json, time::instant now) {
  const int input = file_of(json);
  const int error = input < 0 ? errno : spawn(command_, input, s.pid);
  if (input >= 0) ::close(input);
  s.since = now;
  s.killed = false;
  if (error == 0) return;
  s.pid = 0;
  failures_.push_back("the alerts' command could not be started: " + std::generic_category().message(error));
}

void alert_command::reap(slot& s, time::instant now) {
  if (!s.killed && now - s.since > most_) {
    s.killed = true;
    ::kill(-s.pid, SIGKILL);
    failures_.push_back("the alerts' command was killed: it took longer than " + std::to_string(most_ / time::second) +
                        " s");
  }
  int status = 0;
  if (::waitpid(s.pid, &status, WNOHANG) == 0) return;
  if (!s.killed && status != 0)
    failures_.push_back("the alerts' command failed: " + (WIFSIGNALED(status)
                                                              ? "killed by signal " + std::to_string(WTERMSIG(status))
                                                              : "exit status " + std::to_string(WEXITSTATUS(status))));
  s.pid = 0;
}

std::vector<std::string> alert_command::look_after(time::instant now) {
  for (auto& s : slots_) {
    if (s.pid != 0) reap(s, now);
    if (s.pid != 0 || !s.waiting) continue;
    const std::string json = std::move(*s.waiting);
    s.waiting.reset();
    start(s, json, now);
  }
  return std::exchange(failures_, {});
}

std::vector<std::string> alert_command::settle(time::span patience) {
  const time::instant until = time::now() + patience;
  std::vector<std::string> sentences;
  for (;;) {
    for (auto& sentence : look_after(time::now())) sentences.push_back(std::move(sentence));
    if (running() == 0 || time::now() >= until) return sentences;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::size_t alert_command::running() const {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const slot& s) { return s.pid != 0; }));
}

}  // namespace lsrun::run
