// The full-screen view: each second's picture to the terminal, its keys to the run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/course.hpp"
#include "live/keys.hpp"
#include "live/terminal.hpp"

namespace lsrun::live {

// What keys ask of the run. Each does it and says how things are then. [main-thread]
struct commands {
  std::function<bool()> pause;         // no new sessions, or again as planned; returns whether it is paused now
  std::function<double(bool)> faster;  // true: all rates up a step, false: down; returns their factor now
  std::function<void()> end;           // in order; the second time at once
};

class view final : public metrics::sink {
 public:
  // Takes part in `io` until it is destroyed, and hears the log's warnings. [main-thread, as all but what the log
  // calls]
  view(boost::asio::io_context& io, std::unique_ptr<terminal>, course, bool colour);
  ~view() override;  // gives the terminal back; then the warnings are printed to standard error

  void obey(commands c) { commands_ = std::move(c); }
  void tell(const std::string& text);  // among the notices, as something good to know
  void on_snapshot(const metrics::snapshot&) override;

 private:
  void read_keys();
  void on_key(key);
  void watch_size();
  void show();  // draws, or remembers to when the terminal has taken what is under way
  void warned(const std::string& text);

  boost::asio::io_context& io_;
  std::unique_ptr<terminal> terminal_;
  boost::asio::posix::stream_descriptor stream_;
  boost::asio::signal_set signals_;
  course course_;
  commands commands_;
  key_reader keys_;
  bool colour_, ascii_;
  bool writing_ = false, wanted_ = false;
  std::optional<screen> shown_;
  std::string bytes_;  // under way
  char typed_[64];
  std::vector<std::string> warnings_;
  std::size_t warnings_left_out_ = 0;
};

}  // namespace lsrun::live
