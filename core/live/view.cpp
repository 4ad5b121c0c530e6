#include "live/view.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <cstdio>

#include "live/draw.hpp"
#include "log/log.hpp"
#include "time/units.hpp"

namespace lsrun::live {

namespace {
constexpr std::size_t most_warnings = 20;
}

view::view(boost::asio::io_context& io, std::unique_ptr<terminal> t, course c, bool colour)
    : io_(io),
      terminal_(std::move(t)),
      stream_(io, terminal_->descriptor()),
      signals_(io, SIGWINCH, SIGCONT),
      course_(std::move(c)),
      colour_(colour),
      ascii_(!speaks_utf8()) {
  log::listen(log::level::warning, [this](const std::string& text) {
    boost::asio::post(io_, [this, text] { warned(text); });  // workers warn too
  });
  read_keys();
  watch_size();
  show();
}

view::~view() {
  log::listen(log::level::off, nullptr);
  stream_.release();  // the terminal closes it
  terminal_.reset();
  if (warnings_left_out_ > 0)
    std::fprintf(stderr, "(%zu warnings before these are in lsrun.log)\n", warnings_left_out_);
  for (const std::string& w : warnings_) std::fprintf(stderr, "%s\n", w.c_str());
}

void view::tell(const std::string& text) {
  course_.note(text, true);
  show();
}

void view::on_snapshot(const metrics::snapshot& s) {
  course_.add(s);
  show();
}

void view::warned(const std::string& text) {
  course_.note(text);
  warnings_.push_back(run_clock(course_.shown().now_s) + " " + text);
  if (warnings_.size() > most_warnings) {
    warnings_.erase(warnings_.begin());
    ++warnings_left_out_;
  }
  show();
}

void view::read_keys() {
  stream_.async_read_some(boost::asio::buffer(typed_), [this](boost::system::error_code failed, std::size_t count) {
    if (failed) return;  // the terminal is gone; the run goes on
    for (const key k : keys_.feed({typed_, count})) on_key(k);
    show();
    read_keys();
  });
}

void view::on_key(key k) {
  state& s = course_.shown();
  switch (k) {
    case key::pause:
      if (!commands_.pause || s.ending) return;
      s.paused = commands_.pause();
      course_.note(s.paused ? "paused by hand: no new sessions" : "sessions are opened as planned again", true);
      return;
    case key::faster:
    case key::slower:
      if (!commands_.faster || s.ending) return;
      s.by_hand = commands_.faster(k == key::faster);
      course_.note("all rates by hand: x" + time::format_number(s.by_hand), true, "rates by hand");
      return;
    case key::end:
      if (!commands_.end) return;
      s.ending = true;
      commands_.end();
      return;
    case key::help:
      s.help = !s.help;
      return;
    case key::redraw:
      shown_.reset();
      return;
  }
}

void view::watch_size() {
  signals_.async_wait([this](boost::system::error_code failed, int number) {
    if (failed) return;
    if (number != SIGCONT || terminal_->take_again()) {
      shown_.reset();
      show();
    }
    watch_size();
  });
}

void view::show() {
  wanted_ = true;
  if (writing_) return;
  wanted_ = false;
  screen now = draw(course_.shown(), terminal_->size(), ascii_);
  bytes_ = shown_ ? "" : "\x1b[0m\x1b[2J";
  bytes_ += paint(now, shown_ ? &*shown_ : nullptr, colour_, ascii_);
  shown_ = std::move(now);
  if (bytes_.empty()) return;
  writing_ = true;
  boost::asio::async_write(stream_, boost::asio::buffer(bytes_), [this](boost::system::error_code failed, std::size_t) {
    if (failed) return;  // writing_ stays: nothing is drawn any more
    writing_ = false;
    if (wanted_) show();
  });
}

}  // namespace lsrun::live
