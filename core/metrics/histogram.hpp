// A histogram of whole numbers with HdrHistogram's layout: log-linear buckets, 3 significant digits, 1 to 3.6e9 (1 us
// to 1 h when the unit is microseconds). Memory only for the value ranges that were seen; merges without loss.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lsrun::metrics {

class histogram {
 public:
  static constexpr std::int64_t lowest = 1, highest = 3'600'000'000;
  static constexpr int significant_digits = 3;

  histogram();
  histogram(const histogram&);
  histogram(histogram&&) noexcept;
  histogram& operator=(const histogram&);
  histogram& operator=(histogram&&) noexcept;
  ~histogram();

  void record(std::int64_t value);  // clamped to [0, highest]
  void record(std::int64_t value, std::uint64_t times);
  // One value without a call, and many for several histograms at once; histogram_impl.hpp has them.
  void record_quick(std::int64_t value);
  template <std::size_t Count, class Record, class Value, class Rare>
  static std::uint64_t record_each(const std::array<histogram*, Count>& to, const Record* first, const Record* end,
                                   Value value, const std::int64_t& most, Rare rare);
  void add(const histogram&);
  void clear();  // keeps its memory for the next use

  // The same values told apart less finely: 32 ranges from each power of two to the next, every value as its range's
  // middle: within 2 %. Sum, min and max stay exact. For what must be kept a thousand times over.
  histogram coarse() const;

  bool empty() const;
  std::uint64_t count() const;
  std::int64_t min() const;   // exact; 0 when empty
  std::int64_t max() const;   // exact; 0 when empty
  std::uint64_t sum() const;  // exact, of the clamped values
  double mean() const;        // from the exact sum; 0 when empty
  // The value at or below which `percent` (0..100) of the values lie, HdrHistogram's getValueAtPercentile (highest
  // equivalent value), never above max(). 0 when empty.
  std::int64_t percentile(double percent) const;
  // How many values are at or below `value`, or not told apart from it.
  std::uint64_t count_at_or_below(std::int64_t value) const;

  // HdrHistogram's V2 encoding: plain, and zlib-compressed in base64 as its log files hold it.
  std::string encode() const;
  std::string encode_base64() const;
  // The opposite of encode and encode_base64; false, and the histogram empty, when the bytes are not such a histogram.
  // The encoding holds counts only: sum, min and max are then those of the counts' value ranges.
  bool decode(std::string_view);
  bool decode_base64(std::string_view);
  // Puts back what the encoding does not hold. For readers of the journal; no effect on an empty histogram.
  void set_exact(std::uint64_t sum, std::int64_t min, std::int64_t max);

  friend bool operator==(const histogram&, const histogram&);

 private:
  struct impl;
  void record_unknown(std::int64_t value);
  std::unique_ptr<impl> impl_;  // none until the first value
};

}  // namespace lsrun::metrics
