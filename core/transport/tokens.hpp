// The characters of methods and header names: RFC 9110 section 5.6.2.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "transport/word_scan.hpp"

namespace lsrun::transport {

inline constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> t{};
  for (std::size_t c = '0'; c <= '9'; ++c) t[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) t[c] = t[c - 32] = true;
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~")) t[c] = true;
  return t;
}();

inline bool is_token(std::string_view text) {
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

}  // namespace lsrun::transport
