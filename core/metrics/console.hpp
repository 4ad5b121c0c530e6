// The run on a terminal or in a CI log: one line a second.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "metrics/snapshot.hpp"

namespace lsrun::metrics {

// The line of a snapshot, without line end. Rates, shares and latencies are those of the last second, counts those of
// the run so far. What was not measured is left out. `time_of_day`: "12:04:31".
std::string line(const snapshot&, std::string_view time_of_day, bool colour = false);

// Prints the line of every snapshot and flushes.
class console : public sink {
 public:
  // `out` stays open. `time_of_day` is asked once a line.
  console(std::FILE* out, std::function<std::string()> time_of_day, bool colour = false);
  void on_snapshot(const snapshot&) override;

 private:
  std::FILE* out_;
  std::function<std::string()> time_of_day_;
  bool colour_;
};

}  // namespace lsrun::metrics
