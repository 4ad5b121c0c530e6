// What a Prometheus endpoint answers, read line by line: text format 0.0.4 and OpenMetrics 1.0. Any bytes may come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lsrun::metrics {

enum class series_kind : std::uint8_t {
  unknown,  // no TYPE line said
  counter,
  gauge,
  other,  // histogram, summary, info, stateset
};

struct exposed_sample {  // views into the text
  std::string_view name;
  std::string_view labels;  // between the braces, as written: `a="x",b="y"`; "" without
  double value = 0;         // may be NaN or infinite
  series_kind kind = series_kind::unknown;
};

class exposition_reader {
 public:
  explicit exposition_reader(std::string_view text) : rest_(text) {}  // the text outlives the reader

  // The next sample; false when there is none. Comments are passed over; timestamps and exemplars are read and dropped.
  // A line that is neither is left out and counted.
  bool next(exposed_sample&);
  std::size_t damaged() const { return damaged_; }  // lines

 private:
  void take_comment(std::string_view line);
  series_kind kind_of(std::string_view name) const;

  std::string_view rest_;
  std::string_view family_;  // of the last TYPE line: samples of a family follow it
  series_kind kind_ = series_kind::unknown;
  std::size_t damaged_ = 0;
};

// Takes the first label off labels as they are written: its name, and its value with escapes undone. False: there is
// none, or what is written is no label.
bool take_label(std::string_view& labels, std::string_view& name, std::string& value);

// [a-zA-Z_:][a-zA-Z0-9_:]*, without colons for a label.
bool is_metric_name(std::string_view);
bool is_label_name(std::string_view);

}  // namespace lsrun::metrics
