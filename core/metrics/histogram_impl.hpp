// The histogram's memory, for histogram.cpp and histogram_encoding.cpp, and its recording, for the shard besides:
// blocks of 256 counts, each allocated when a value of its range is first seen, put aside by clear() and taken again,
// so that only seen ranges cost anything. Beside them a stretch of values is known that can be counted without looking.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
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

  // Values, all between min and max, whose blocks are all there: counting one of them changes nothing but its count and
  // the sums. Stays true while values are added.
  struct stretch {
    std::uint64_t from = 0, size = 0;
    bool holds(std::uint64_t value) const { return value - from < size; }
    // What both hold, up to `most`.
    stretch and_also(const stretch& other, std::uint64_t most) const {
      const std::uint64_t first = std::max(from, other.from);
      const std::uint64_t behind = std::min({from + size, other.from + other.size, most + 1});
      return {first, behind > first ? behind - first : 0};
    }
  };
  stretch known;
  std::uint32_t known_first = 0, known_last = 0;  // the blocks that it was found in
  bool beside_known(std::uint32_t index) const {  // or within
    const std::uint32_t b = index >> block_bits;
    return b + 1 >= known_first && b <= known_last + 1;
  }
  void know_around(std::uint32_t index);  // known: the longest stretch around a value that was counted here

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

// Without a call if it is known.
[[gnu::always_inline]] inline void histogram::record_quick(std::int64_t value) {
  impl* const h = impl_.get();
  if (h == nullptr || !h->known.holds(static_cast<std::uint64_t>(value))) [[unlikely]]
    return record_unknown(value);
  const std::uint32_t index = layout::index_of(value);
  ++(*h->blocks[index >> impl::block_bits])[index & (impl::block_size - 1)];
  ++h->count;
  h->sum += static_cast<std::uint64_t>(value);
}

// Many values, each for all of the histograms `to`: what they have in common is looked up once, and a value costs its
// index and a count in each. `value(record)` is the value, or any number above `highest` where it may be something else
// (below 0, not there); then, and if it is above `most`, `rare(record)` is asked: it says what to count (clamped to
// [0, highest]), or nothing, and may change `most`. It is asked about values as well that have not been seen yet.
// Returns the sum of the values that nobody was asked about.
inline constexpr std::uint64_t worth_preparing_for = 5;
template <std::size_t Count, class Record, class Value, class Rare>
[[gnu::always_inline]] inline std::uint64_t histogram::record_each(const std::array<histogram*, Count>& to,
                                                                   const Record* first, const Record* end, Value value,
                                                                   const std::int64_t& most, Rare rare) {
  std::uint64_t sum = 0, rest = static_cast<std::uint64_t>(end - first);
  if (rest < worth_preparing_for) {
    for (; first != end; ++first) {
      const std::uint64_t v = value(*first);
      const bool usual = v <= static_cast<std::uint64_t>(most);
      sum += usual ? v : 0;
      if (const auto asked = usual ? std::optional(static_cast<std::int64_t>(v)) : rare(*first))
        for (histogram* const h : to) h->record_quick(*asked);
    }
    return sum;
  }
  std::array<const std::unique_ptr<impl::block>*, Count> blocks{};
  impl::stretch known;  // what all of them know
  const auto look = [&] {
    known = {0, UINT64_MAX};
    for (std::size_t i = 0; i < Count; ++i) {
      const impl* const h = to[i]->impl_.get();
      blocks[i] = h == nullptr ? nullptr : h->blocks.data();
      known = known.and_also(h == nullptr ? impl::stretch{} : h->known, static_cast<std::uint64_t>(most));
    }
  };
  // Counts them up to the first that is not known.
  const auto count_known = [&](auto index_of) {
    const std::uint64_t less_from = 0 - known.from;  // adding is an instruction less than taking off
    for (; first != end; ++first) {
      const std::uint64_t v = value(*first);
      if (v + less_from >= known.size) [[unlikely]]
        return;
      sum += v;
      const std::uint32_t index = index_of(static_cast<std::int64_t>(v));
      [&]<std::size_t... I>(std::index_sequence<I...>) {  // a loop would be one in the machine's code too
        (++(*blocks[I][index >> impl::block_bits])[index & (impl::block_size - 1)], ...);
      }
      (std::make_index_sequence<Count>());
    }
  };
  for (;; ++first) {
    look();
    if (known.from + known.size <= layout::exact)
      count_known([](std::int64_t v) { return static_cast<std::uint32_t>(v); });
    else
      count_known(layout::index_of);
    if (first == end) break;
    --rest;
    if (const std::optional<std::int64_t> asked = rare(*first))
      for (histogram* const h : to) h->record_unknown(*asked);
  }
  if (rest == 0) return 0;
  for (histogram* const h : to) {
    h->impl_->count += rest;
    h->impl_->sum += sum;
  }
  return sum;
}

}  // namespace lsrun::metrics
