// Work that takes long, in words: what, how far, how much is left. Nothing is said of what is over soon. Pure: time is
// a parameter, and whoever asks writes what it gets.
#pragma once

#include <optional>
#include <string>

#include "time/clock.hpp"

namespace lsrun::live {

class progress {
 public:
  enum class manner {
    silent,
    lines,  // without a terminal: a line every few seconds
    one,    // on a terminal: one line, written anew, and gone when the work is over
  };
  static constexpr time::span patience = 2 * time::second;  // nothing is said before
  static constexpr time::span between_lines = 5 * time::second;
  static constexpr time::span between_redraws = 250 * time::millisecond;

  // `what`: "writing reports"; `columns`: of the terminal.
  progress(manner, std::string what, time::instant began, std::size_t columns = 80);

  // How far it is: `share` 0..1, nullopt where nobody knows; `part`: what of it, "html, 2 of 3"; `until`: when it ends
  // whatever comes, 0: no such time.
  void at(std::optional<double> share, std::string part = "", time::instant until = 0);

  std::optional<time::instant> due() const;  // when say() has something; nullopt: never
  std::string say(time::instant now);        // what to write now, "" before it is due
  std::string clear();                       // what takes the line from the terminal, so that others may write
  std::string end(time::instant now);        // what to write when it is over

 private:
  std::string words(time::instant now) const;

  manner manner_;
  std::string what_, part_;
  std::optional<double> share_;
  time::instant began_, due_, until_ = 0;
  std::size_t columns_;
  bool said_ = false, shown_ = false;
};

}  // namespace lsrun::live
