// Metric families as text, in OpenMetrics 1.0 or in Prometheus' older text format 0.0.4, whichever was asked for.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/histogram.hpp"

namespace lsrun::prometheus {

enum class format { open_metrics, text_0_0_4 };

// The format for an Accept header.
format format_for(std::string_view accept);
std::string_view content_type(format);

using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Bounds of the buckets of times in seconds: from a tenth of a millisecond to a minute, three to a power of ten.
std::span<const double> time_bounds();

// Families one after another, each begun by what it is: samples follow it. Names are without the `_total` of counters.
class text {
 public:
  explicit text(format f) : format_(f) {}

  void counter(std::string_view name, std::string_view help, std::string_view unit = "");
  void gauge(std::string_view name, std::string_view help, std::string_view unit = "");
  void histogram(std::string_view name, std::string_view help);  // of times, in seconds

  // Samples of the family that was begun last.
  void add(std::uint64_t value, labels = {});
  void add(double value, labels = {});
  void add(const metrics::histogram& microseconds, labels = {});

  std::string end();  // the whole

 private:
  void begin(std::string_view type, std::string_view name, std::string_view help, std::string_view unit);
  void sample(std::string_view suffix, labels, std::string_view value, std::string_view bound = "");

  format format_;
  std::string out_, name_;
  bool counts_ = false;
};

}  // namespace lsrun::prometheus
