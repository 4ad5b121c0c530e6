// While code of a plugin runs at the start: if the process dies of it, the last words name the plugin.
#pragma once

#include <string>

#include "crash/at_crash.hpp"

namespace lsrun::plugin {

// As long as it lives, a fatal signal (crash/at_crash.hpp lists them) first writes "lsrun: <doing> crashed" to standard
// error, then takes its course. One at a time, on the main thread.
class crash_note {
 public:
  explicit crash_note(const std::string& doing);
  ~crash_note();
  crash_note(const crash_note&) = delete;
  crash_note& operator=(const crash_note&) = delete;

 private:
  crash::action before_ = nullptr;
};

}  // namespace lsrun::plugin
