// Where a value is counted: HdrHistogram's index arithmetic for 3 significant digits, 1 to 3.6e9. The value range is
// cut into buckets that double in width, each with 2048 sub-buckets, of which the lower half is covered by the bucket
// below.
#pragma once

#include <bit>
#include <cstdint>

namespace lsrun::metrics::layout {

inline constexpr int half_bits = 10;               // log2 of half the sub-buckets
inline constexpr std::int64_t sub_buckets = 2048;  // smallest power of two >= 2 * 10^3
inline constexpr std::int64_t half = sub_buckets / 2;
inline constexpr std::uint64_t exact = sub_buckets;  // a value below is the index of its own count
inline constexpr int buckets = 22;                   // 2048 << 21 > 3.6e9
inline constexpr std::uint32_t counts = (buckets + 1) * static_cast<std::uint32_t>(half);

// Index of the count of `value`, 0 <= value < 2048 << 21.
constexpr std::uint32_t index_of(std::int64_t value) {
  const auto v = static_cast<std::uint64_t>(value);
  const int width = static_cast<int>(std::bit_width(v | static_cast<std::uint64_t>(sub_buckets - 1)));
  const int bucket = width - (half_bits + 1);
  return static_cast<std::uint32_t>((bucket << half_bits) + static_cast<std::int64_t>(v >> bucket));
}

// Least value that is counted at `index`.
constexpr std::int64_t lowest_at(std::uint32_t index) {
  const int bucket = static_cast<int>(index >> half_bits) - 1;
  if (bucket < 0) return index;
  return ((static_cast<std::int64_t>(index) & (half - 1)) + half) << bucket;
}

// Greatest value that is counted at `index`.
constexpr std::int64_t highest_at(std::uint32_t index) {
  const int bucket = static_cast<int>(index >> half_bits) - 1;
  return lowest_at(index) + (std::int64_t{1} << (bucket < 0 ? 0 : bucket)) - 1;
}

}  // namespace lsrun::metrics::layout
