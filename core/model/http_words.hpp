// What the words of a request may be made of: RFC 9110 sections 5.5 and 5.6.2. The plugin boundary and the transport
// ask the same.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "model/word_scan.hpp"

namespace lsrun::model {

// With this status (Unavailable For Legal Reasons) a target says that it wants no load tests; the header `X-Load-Test:
// refused` in any other answer says the same.
inline constexpr unsigned status_no_load = 451;

inline constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> t{};
  for (std::size_t c = '0'; c <= '9'; ++c) t[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) t[c] = t[c - 32] = true;
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~")) t[c] = true;
  return t;
}();

// High bits of the bytes that are neither letters nor hyphens, as those of most names are. The lowest bit set is exact;
// higher ones may be false where a lower one is set.
inline std::uint64_t not_plain_in(std::uint64_t word) {
  constexpr std::uint64_t high = every_byte * 0x80;
  const std::uint64_t small = word | (every_byte * 0x20);
  const std::uint64_t from_a = small + every_byte * (0x80 - 'a'), past_z = small + every_byte * (0x7f - 'z');
  const std::uint64_t not_hyphen = (word ^ (every_byte * '-')) + every_byte * 0x7f;
  return (word | ~((from_a & ~past_z) | ~not_hyphen)) & high;
}
inline bool is_plain_word(std::uint64_t word) { return not_plain_in(word) == 0; }

inline bool is_token(std::string_view text) {
  if (text.size() >= 8) {
    const char* const last = text.data() + text.size() - 8;
    const char* p = text.data();
    while (p < last && is_plain_word(word_at(p))) p += 8;
    if (p >= last && is_plain_word(word_at(last))) return true;
  }
  bool good = !text.empty();
  for (unsigned char c : text) good &= token_table[c];
  return good;
}

// Compares without case with a name that is given in small letters and hyphens.
inline bool is_name(std::string_view text, std::string_view small) {
  const std::size_t n = small.size();
  if (text.size() != n) return false;
  if (n >= 8 && n <= 16) {  // as two words, which may overlap
    constexpr std::uint64_t to_small = every_byte * 0x20;
    return (word_at(text.data()) | to_small) == word_at(small.data()) &&
           (word_at(text.data() + n - 8) | to_small) == word_at(small.data() + n - 8);
  }
  unsigned differing = 0;
  for (std::size_t i = 0; i < n; ++i) differing |= static_cast<unsigned>((text[i] | 0x20) ^ small[i]);
  return differing == 0;
}

// No blank and no control character in it; percent-encoded is the caller's to do.
inline bool is_request_target(std::string_view text) { return !has_control(text.data(), text.size(), 0x21); }

// No control character in it but tabs.
inline bool is_field_value(std::string_view text) {
  if (!has_control(text.data(), text.size(), 0x20)) return true;
  const char* const end = text.data() + text.size();
  const char* p = find_control(text.data(), end, 0x20);
  while (p != end && *p == '\t') p = find_control(p + 1, end, 0x20);
  return p == end;
}

}  // namespace lsrun::model
