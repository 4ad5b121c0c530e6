// The histogram's memory, for histogram.cpp and histogram_encoding.cpp, and its recording, for the shard besides:
// blocks of 256 counts, each allocated when a value of its range is first seen, put aside by clear() and taken again,
// so that only seen ranges cost anything.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "metrics/histogram.hpp"
#include "metrics/histogram_layout.hpp"

namespace lsrun::metrics {

struct histogram::impl {
  static constexpr int block_bits = 8;
  static constexpr std::uint32_t block_size = 1u << block_bits;
  static constexpr std::uint32_t block_count = layout::counts >> block_bits;
  using block = std::array<std::uint64_t, block_size>;

  std::array<std::unique_ptr<block>, block_count> blocks{};
  std::vector<std::unique_ptr<block>> spare;  // all zero
  std::uint64_t count = 0, sum = 0;
  std::int64_t min = INT64_MAX, max = 0;

  // The block of a range, made now if it is not there.
  block& block_at(std::uint32_t number) {
    auto& place = blocks[number];
    if (!place) [[unlikely]] {
      if (spare.empty()) {
        place = std::make_unique<block>();
      } else {
        place = std::move(spare.back());
        spare.pop_back();
      }
    }
    return *place;
  }

  std::uint64_t& at(std::uint32_t index) { return block_at(index >> block_bits)[index & (block_size - 1)]; }

  // Calls visit(index, count) for every count that is not zero, upwards, until it returns false.
  template <class Visit>
  void each(Visit&& visit) const {
    for (std::uint32_t b = 0; b < block_count; ++b) {
      if (!blocks[b]) continue;
      for (std::uint32_t i = 0; i < block_size; ++i)
        if (const std::uint64_t n = (*blocks[b])[i]; n != 0 && !visit((b << block_bits) + i, n)) return;
    }
  }
};

// A value, clamped, and the index of its count.
struct located_value {
  constexpr explicit located_value(std::int64_t v)
      : value(static_cast<std::uint64_t>(v) <= static_cast<std::uint64_t>(histogram::highest) ? v
              : v < 0                                                                         ? 0
                                                                                              : histogram::highest),
        index(layout::index_of(value)) {}
  std::int64_t value;
  std::uint32_t index;
};

// The hot path: no call, no saved registers; whatever is rare goes to the general function.
inline void histogram::record(const located_value& v) {
  impl* const h = impl_.get();
  impl::block* const block = h == nullptr ? nullptr : h->blocks[v.index >> impl::block_bits].get();
  if (block == nullptr) [[unlikely]]
    return record(v.value, 1);
  ++(*block)[v.index & (impl::block_size - 1)];
  ++h->count;
  h->sum += static_cast<std::uint64_t>(v.value);
  if (v.value < h->min) [[unlikely]]
    h->min = v.value;
  if (v.value > h->max) [[unlikely]]
    h->max = v.value;
}

}  // namespace lsrun::metrics
