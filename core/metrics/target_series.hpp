// Which series of the target's own metrics are followed, and their values from one reading of its endpoint to the next.
// Pure: text and time come in, numbers go out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/exposition.hpp"
#include "model/result.hpp"
#include "time/clock.hpp"

namespace lsrun::metrics {

// `name`, `name{label="value"}` or `rate(...)` of one of these: all samples of that name with those labels, added up.
struct series_selector {
  std::string text;  // as written, without blanks around it
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  // each must have just this value
  bool rate = false;                                        // growth of a counter a second, else the value as it is

  bool matches(const exposed_sample&) const;
};

// The error says what is wrong and what would be right.
model::result<series_selector> parse_series(std::string_view text);

// What a series is measured in, by its name's ending as Prometheus wants it: "bytes", "s", "ratio" or "number"; of a
// rate "bytes/s", "s/s" or "1/s", and "cores" for rate(process_cpu_seconds_total).
std::string_view unit_of(const series_selector&);

class target_series {
 public:
  static constexpr std::size_t most = 16;             // that may be asked for
  static constexpr std::size_t most_chosen = 8;       // where none was asked for
  static constexpr std::size_t most_counters = 4096;  // added up for one rate; those beyond are left out

  // `wanted` empty: the first reading that has any decides (see choose_series).
  explicit target_series(std::vector<series_selector> wanted) : series_(std::move(wanted)) {}

  struct reading {
    std::vector<std::optional<double>> values;  // by series; nullopt: not there, or no finite number
    std::vector<char> found;                    // by series: is any sample of it there?
    std::size_t samples = 0, damaged = 0;       // lines that were samples, and lines that were nothing
  };
  // What an answer that came at `at` says. A rate is that of the time since the last answer, so the first has none. A
  // counter that is smaller than before began anew, one that was not there before began at 0.
  reading read(std::string_view text, time::instant at);

  const std::vector<series_selector>& series() const { return series_; }

 private:
  struct counters {
    std::unordered_map<std::string, double> last;  // by the labels as written
  };
  std::vector<series_selector> series_;
  std::vector<counters> counters_;  // by series
  std::optional<time::instant> read_at_;
};

// The series to follow where none was asked for: process_resident_memory_bytes, rate(process_cpu_seconds_total) and
// process_open_fds where they are; then gauges whose name tells of waiting or of work under way, in the order of the
// text: a word of it (between underscores) is queue, queued, backlog, pending, waiting, pool, inflight or inprogress,
// or it has in_flight or in_progress, or connections beside db, database, sql, active or idle. At most most_chosen.
std::vector<series_selector> choose_series(std::string_view text);

}  // namespace lsrun::metrics
