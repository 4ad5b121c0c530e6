// Quantities as people write them in configs and options, with their units: "1h30m", "30/min", "10%", "6GiB",
// "uniform(2s, 8s)"; and back to text. Pure; thread-safe. Every parse error says what was wrong and shows a right form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "time/clock.hpp"

namespace lsrun::time {

// "5m", "1h30m", "1.5s", "500ms", "50us", "20ns", "0s", "2d": one or more numbers with units, largest first, each unit
// once. Never negative; at most 10 years.
model::result<span> parse_duration(std::string_view text);

// So many events in a window of this length.
struct frequency {
  double count = 0;  // not negative, finite
  span window = 0;   // ns, above 0
};
// "30/min", "10000/s", "5/h", "90/30s", "0.5/s": after the slash a unit (ms s sec min m h hour d day) or a duration.
model::result<frequency> parse_rate(std::string_view text);

// "10%", "0.5%" -> 0.1, 0.005. Not negative; may exceed 1 ("150%").
model::result<double> parse_ratio(std::string_view text);

// "6GiB", "2KiB", "100MB", "512B" -> bytes; below 2^63.
model::result<std::uint64_t> parse_size(std::string_view text);

// "name(first, second)": a function's name and its arguments, spaces around them removed; "none" alone has none.
struct call {
  std::string name;
  std::vector<std::string> arguments;
};
model::result<call> parse_call(std::string_view text);

// Three significant digits and the largest unit in which the number is at least 1: "6.21s", "812ms", "1.5h", "0s".
std::string format_duration(span);
// No digit lost, as parse_duration reads it back: "1h30m", "2m30s", "1s500ms".
std::string exact_duration(span);
// Three significant digits, binary units: "655MiB", "1.2KiB", "0B".
std::string format_size(std::uint64_t bytes);
// Events a second in the largest unit of time that keeps the number at or above 1: "0.5/s" is "30/min".
std::string format_rate(double per_second);
// 0.031 -> "3.1%".
std::string format_ratio(double ratio);
// Three significant digits, no exponent between 0.001 and 1e15, no trailing zeros: 28914 -> "28900", 0.5 -> "0.5".
std::string format_number(double value);
// A whole number with spaces between the thousands: 28914 -> "28 914".
std::string format_count(std::uint64_t value);

}  // namespace lsrun::time
