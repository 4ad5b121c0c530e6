// The only place that knows spdlog.
#include "log/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <mutex>

namespace lsrun::log {
namespace {

spdlog::level::level_enum of(level l) {
  switch (l) {
    case level::debug:
      return spdlog::level::debug;
    case level::info:
      return spdlog::level::info;
    case level::warning:
      return spdlog::level::warn;
    case level::error:
      return spdlog::level::err;
    case level::off:
      break;
  }
  return spdlog::level::off;
}

// Hands a line's text on as it is.
class listener final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit listener(std::function<void(const std::string&)> hears) : hears_(std::move(hears)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& m) override { hears_({m.payload.data(), m.payload.size()}); }
  void flush_() override {}
  std::function<void(const std::string&)> hears_;
};

// All sinks; the logger is made anew when one changes, so that writers need no lock.
struct state {
  std::mutex mutex;
  spdlog::sink_ptr file, terminal, listening;
  std::shared_ptr<spdlog::logger> logger;
  std::function<std::string(std::string)> filter;
};
state& global() {
  static state s;
  return s;
}

void rebuild(state& s) {
  std::vector<spdlog::sink_ptr> sinks;
  if (s.file) sinks.push_back(s.file);
  if (s.terminal) sinks.push_back(s.terminal);
  if (s.listening) sinks.push_back(s.listening);
  std::shared_ptr<spdlog::logger> fresh;
  if (!sinks.empty()) {
    fresh = std::make_shared<spdlog::logger>("lsrun", sinks.begin(), sinks.end());
    fresh->set_level(spdlog::level::debug);  // each sink has its own least level
    fresh->flush_on(spdlog::level::warn);
    fresh->set_error_handler([](const std::string& failure) {  // every line of a full disk's would say the same
      static std::once_flag told;
      std::call_once(told, [&] { std::fprintf(stderr, "lsrun.log is not complete: %s\n", failure.c_str()); });
    });
    fresh->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  }
  std::atomic_store(&s.logger, fresh);
}

}  // namespace

std::string open(const std::filesystem::path& file, level least) {
  auto& s = global();
  const std::scoped_lock lock(s.mutex);
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    sink->set_level(of(least));
    s.file = sink;
  } catch (const spdlog::spdlog_ex& failure) {
    return failure.what();
  }
  rebuild(s);
  return {};
}

void to_terminal(level least) {
  auto& s = global();
  const std::scoped_lock lock(s.mutex);
  s.terminal = nullptr;
  if (least != level::off) {
    s.terminal = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    s.terminal->set_level(of(least));
  }
  rebuild(s);
}

void listen(level least, std::function<void(const std::string&)> hears) {
  auto& s = global();
  const std::scoped_lock lock(s.mutex);
  s.listening = nullptr;
  if (hears) {
    s.listening = std::make_shared<listener>(std::move(hears));
    s.listening->set_level(of(least));
  }
  rebuild(s);
}

void close() {
  auto& s = global();
  const std::scoped_lock lock(s.mutex);
  if (const auto logger = std::atomic_load(&s.logger)) logger->flush();
  s.file = nullptr;
  rebuild(s);
}

void set_filter(std::function<std::string(std::string)> filter) { global().filter = std::move(filter); }

void write(level l, std::string_view text) {
  const auto logger = std::atomic_load(&global().logger);
  if (!logger || !logger->should_log(of(l))) return;
  std::string line(text);
  if (global().filter) line = global().filter(std::move(line));
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  logger->log(of(l), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace lsrun::log
