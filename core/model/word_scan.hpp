// Looks at eight bytes at a time for those that end or spoil a field. After "Determine if a word has a byte less than
// n" in Anderson's Bit Twiddling Hacks. For little-endian machines, as are all that this runs on.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace lsrun::model {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint64_t every_byte = 0x0101010101010101u;

inline std::uint64_t word_at(const char* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// High bits of the bytes below `limit` (at most 0x80) or equal to DEL. The lowest bit set is exact; higher ones may be
// false where a lower one is set.
inline std::uint64_t controls_in(std::uint64_t word, std::uint64_t limit) {
  const std::uint64_t low = (word - every_byte * limit) & ~word;
  const std::uint64_t del = word ^ (every_byte * 0x7f);
  return (low | ((del - every_byte) & ~del)) & (every_byte * 0x80);
}

// The first byte below `limit` or equal to DEL in [p, end), or end.
inline const char* find_control(const char* p, const char* end, unsigned char limit) {
  for (; end - p >= 8; p += 8)
    if (const std::uint64_t found = controls_in(word_at(p), limit)) return p + std::countr_zero(found) / 8;
  for (; p != end; ++p)
    if (static_cast<unsigned char>(*p) < limit || *p == 0x7f) return p;
  return end;
}

}  // namespace lsrun::model
