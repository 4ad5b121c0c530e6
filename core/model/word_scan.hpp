// Looks at eight bytes at a time for those that end or spoil a field. After "Determine if a word has a byte less than
// n" in Anderson's Bit Twiddling Hacks. For little-endian machines, as are all that this runs on.
#pragma once

#include <bit>
#include <cstddef>
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

inline std::uint32_t half_word_at(const char* p) {
  std::uint32_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// Are the n bytes at a those at b? For short texts, where a call would cost more.
inline bool same_bytes(const char* a, const char* b, std::size_t n) {
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 < n; i += 8)
      if (word_at(a + i) != word_at(b + i)) return false;
    return word_at(a + n - 8) == word_at(b + n - 8);
  }
  if (n >= 4) return half_word_at(a) == half_word_at(b) && half_word_at(a + n - 4) == half_word_at(b + n - 4);
  for (; n > 0; ++a, ++b, --n)
    if (*a != *b) return false;
  return true;
}

// The first byte below `limit` or equal to DEL in [p, end), or end.
inline const char* find_control(const char* p, const char* end, unsigned char limit) {
  for (; end - p >= 8; p += 8)
    if (const std::uint64_t found = controls_in(word_at(p), limit)) return p + std::countr_zero(found) / 8;
  for (; p != end; ++p)
    if (static_cast<unsigned char>(*p) < limit || *p == 0x7f) return p;
  return end;
}

// Is there such a byte among the n at p?
inline bool has_control(const char* p, std::size_t n, unsigned char limit) {
  if (n < 8) return find_control(p, p + n, limit) != p + n;
  const char* const last = p + n - 8;
  std::uint64_t found = controls_in(word_at(last), limit);  // which may overlap the word before it
  for (; p < last; p += 8) found |= controls_in(word_at(p), limit);
  return found != 0;
}

}  // namespace lsrun::model
