#include "live/progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "time/steady.hpp"

namespace lsrun::live {
namespace {

bool rewrites() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

progress::manner manner_of(bool quiet) {
  if (quiet) return progress::manner::silent;
  return rewrites() ? progress::manner::one : progress::manner::lines;
}

std::size_t columns() {
  winsize w{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

void write(const std::string& text) {
  if (!text.empty()) std::fputs(text.c_str(), stderr);
}

}  // namespace

progress_line::progress_line(bool quiet, std::string what)
    : progress_(manner_of(quiet), std::move(what), time::now(), columns()) {
  if (!quiet) thread_ = std::thread([this] { tell(); });
}

progress_line::~progress_line() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  write(progress_.end(time::now()));
}

void progress_line::at(std::optional<double> share, std::string part, time::instant until) {
  const std::lock_guard lock(mutex_);
  progress_.at(share, std::move(part), until);
}

void progress_line::make_room() {
  const std::lock_guard lock(mutex_);
  write(progress_.clear());
}

void progress_line::tell() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    changed_.wait_until(lock, time::steady_point(*progress_.due()), [this] { return over_; });
    if (!over_) write(progress_.say(time::now()));
  }
}

}  // namespace lsrun::live
