// Where the values of a JSON text end, and what its strings say: the scanner under json_read.hpp. Never reads at or
// beyond `end`. Not for authors of scenarios.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lsrun {

namespace detail {

// Texts are looked at sixteen or eight bytes at a time: strings are most of what a chat's bodies are. A special byte is
// one that a JSON string cannot hold as it is: a quote, a backslash, a control below 0x20.

// High bits of the special bytes of a word, after "Determine if a word has a byte less than n" in Anderson's Bit
// Twiddling Hacks: 0 if there is none; else the lowest is exact.
[[gnu::always_inline]] inline std::uint64_t json_specials(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const std::uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
  return (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & (ones * 0x80);
}
template <class Word>
[[gnu::always_inline]] inline Word json_load(const char* p) noexcept {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}
#if defined(__SSE2__)
// Zero for each special byte of sixteen, any other number for the rest. With its second bit turned, a quote is 0x20 and
// what is below 0x20 stays below.
inline __m128i json_zeros(__m128i bytes) noexcept {
  const __m128i low = _mm_subs_epu8(_mm_xor_si128(bytes, _mm_set1_epi8(0x02)), _mm_set1_epi8(0x20));
  return _mm_min_epu8(low, _mm_xor_si128(bytes, _mm_set1_epi8('\\')));
}
// A bit for each byte that is zero.
inline unsigned json_zeros_at(__m128i bytes) noexcept {
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
}
inline unsigned json_specials(__m128i bytes) noexcept { return json_zeros_at(json_zeros(bytes)); }
#endif

// The first special byte in [p, end), or end.
[[gnu::noinline]] inline const char* json_special_by_words(const char* p, const char* end) noexcept {
  for (; end - p >= 8; p += 8)
    if (const std::uint64_t found = json_specials(json_load<std::uint64_t>(p)); found != 0)
      return p + std::countr_zero(found) / 8;
  while (p != end && static_cast<unsigned char>(*p) >= 0x20 && *p != '"' && *p != '\\') ++p;
  return p;
}
inline const char* json_special(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16)
    if (const unsigned found = json_specials(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); found != 0)
      return p + std::countr_zero(found);
#endif
  return json_special_by_words(p, end);
}

// Are the n bytes at p those at q? Without a call where they are few.
[[gnu::always_inline]] inline bool json_same(const char* p, const char* q, std::size_t n) noexcept {
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    return json_load<Word>(p + at) ^ json_load<Word>(q + at);
  };
#if defined(__SSE2__)
  if (n >= 16 && n <= 32) {
    const auto alike = [&](std::size_t at) {
      return _mm_cmpeq_epi8(json_load<__m128i>(p + at), json_load<__m128i>(q + at));
    };
    return _mm_movemask_epi8(_mm_and_si128(alike(0), alike(n - 16))) == 0xffff;
  }
#endif
  if (n >= 16) return std::memcmp(p, q, n) == 0;
  if (n >= 8) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, n - 8)) == 0;
  if (n >= 4) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, n - 4)) == 0;
  return n == 0 || (p[0] == q[0] && p[n / 2] == q[n / 2] && p[n - 1] == q[n - 1]);
}

// Copies n bytes that do not overlap. False if one of them is special; then what was written is of no use.
[[gnu::always_inline]] inline bool json_copy_plain(char* to, const char* from, std::size_t n) noexcept {
  if (n >= 16) {
#if defined(__SSE2__)
    __m128i all = _mm_set1_epi8(-1);
    const auto copy = [&](std::size_t at) {
      const auto bytes = json_load<__m128i>(from + at);
      std::memcpy(to + at, &bytes, sizeof bytes);
      all = _mm_min_epu8(all, json_zeros(bytes));
    };
    copy(0);
    for (std::size_t at = 16; at + 16 < n; at += 16) copy(at);
    copy(n - 16);
    return json_zeros_at(all) == 0;
#else
    std::memcpy(to, from, n);
    return json_special(from, from + n) == from + n;
#endif
  }
  if (n >= 8) {
    const auto first = json_load<std::uint64_t>(from), last = json_load<std::uint64_t>(from + n - 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + n - 8, &last, 8);
    return (json_specials(first) | json_specials(last)) == 0;
  }
  if (n >= 4) {
    const auto first = json_load<std::uint32_t>(from), last = json_load<std::uint32_t>(from + n - 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + n - 4, &last, 4);
    return json_specials(first | (std::uint64_t{last} << 32u)) == 0;
  }
  for (std::size_t i = 0; i < n; ++i) to[i] = from[i];
  return json_special(from, from + n) == from + n;
}

[[gnu::noinline]] inline bool json_copy_plain_out_of_line(char* to, const char* from, std::size_t n) noexcept {
  return json_copy_plain(to, from, n);
}

struct json_scan {  // p: where to read; end: behind the last byte. All return nullptr for malformed text.
  static const char* blanks(const char* p, const char* end) {
    if (p != end && static_cast<unsigned char>(*p) > ' ') return p;  // most often
    while (p != end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) ++p;
    return p;
  }
  static bool digit(const char* p, const char* end) { return p != end && *p >= '0' && *p <= '9'; }
  static const char* digits(const char* p, const char* end) {
    if (!digit(p, end)) return nullptr;
    while (digit(p, end)) ++p;
    return p;
  }
  static const char* number(const char* p, const char* end) {
    if (p != end && *p == '-') ++p;
    if (p != end && *p == '0') {
      ++p;
    } else if (!(p = digits(p, end))) {
      return nullptr;
    }
    if (p != end && *p == '.' && !(p = digits(p + 1, end))) return nullptr;
    if (p != end && (*p == 'e' || *p == 'E')) {
      ++p;
      if (p != end && (*p == '+' || *p == '-')) ++p;
      p = digits(p, end);
    }
    return p;
  }
  static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
  // Four hexadecimal digits, or -1.
  static int unit(const char* p, const char* end) {
    if (end - p < 4) return -1;
    int code = 0;
    for (int i = 0; i < 4; ++i) {
      const int h = hex(p[i]);
      if (h < 0) return -1;
      code = code * 16 + h;
    }
    return code;
  }
  // `escaped`: set to true if it has a backslash.
  static const char* string(const char* p, const char* end, bool& escaped) {
    if (p == end || *p != '"') return nullptr;
    p = json_special(p + 1, end);
    return p != end && *p == '"' ? p + 1 : string_with_escapes(p, end, escaped);
  }
  static const char* string(const char* p, const char* end) {
    bool escaped = false;
    return string(p, end, escaped);
  }
  // The rest of a string, from its first special byte on.
  [[gnu::noinline]] static const char* string_with_escapes(const char* p, const char* end, bool& escaped) {
    for (; p != end; p = json_special(p + 1, end)) {
      if (*p == '"') return p + 1;
      if (*p != '\\' || ++p == end) return nullptr;
      escaped = true;
      if (*p == 'u') {
        if (unit(p + 1, end) < 0) return nullptr;
        p += 4;
      } else if (std::string_view("\"\\/bfnrt").find(*p) == std::string_view::npos) {
        return nullptr;
      }
    }
    return nullptr;
  }
  static const char* word(const char* p, const char* end, std::string_view w) {
    return std::string_view(p, static_cast<std::size_t>(end - p)).starts_with(w) ? p + w.size() : nullptr;
  }
  static const char* value(const char* p, const char* end, int depth = 0) {
    if (p == end) return nullptr;
    switch (*p) {
      case '{':
      case '[':
        return container(p, end, depth);
      case '"':
        return string(p, end);
      case 't':
        return word(p, end, "true");
      case 'f':
        return word(p, end, "false");
      case 'n':
        return word(p, end, "null");
      default:
        return number(p, end);
    }
  }
  // "key" : and the blanks around; returns where its value begins. `name`: the text between the quotes.
  static const char* key(const char* p, const char* end, std::string_view& name, bool& escaped) {
    const char* const quote = p;
    if (!(p = string(p, end, escaped))) return nullptr;
    name = {quote + 1, static_cast<std::size_t>(p - quote) - 2};
    p = blanks(p, end);
    return p != end && *p == ':' ? blanks(p + 1, end) : nullptr;
  }
  static const char* key(const char* p, const char* end) {
    std::string_view name;
    bool escaped = false;
    return key(p, end, name, escaped);
  }
  static const char* container(const char* p, const char* end, int depth) {
    if (depth >= deepest) return nullptr;
    const bool object = *p == '{';
    const char close = object ? '}' : ']';
    p = blanks(p + 1, end);
    if (p != end && *p == close) return p + 1;
    for (;;) {
      if (object && !(p = key(p, end))) return nullptr;
      if (!(p = value(p, end, depth + 1))) return nullptr;
      p = blanks(p, end);
      if (p == end) return nullptr;
      if (*p == close) return p + 1;
      if (*p != ',') return nullptr;
      p = blanks(p + 1, end);
    }
  }
  static constexpr int deepest = 200;  // containers inside one another; more is taken for malformed
};

inline void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0u | (code >> 6u));
  } else {
    if (code < 0x10000) {
      put(0xe0u | (code >> 12u));
    } else {
      put(0xf0u | (code >> 18u));
      put(0x80u | ((code >> 12u) & 0x3fu));
    }
    put(0x80u | ((code >> 6u) & 0x3fu));
  }
  put(0x80u | (code & 0x3fu));
}

// Appends what a JSON string says; `body` is the text between its quotes, well-formed. Half of a surrogate pair alone
// becomes U+FFFD.
inline void append_unescaped(std::string& out, std::string_view body) {
  const char* p = body.data();
  const char* const end = p + body.size();
  while (p != end) {
    if (*p != '\\') {
      const char* from = p;
      while (p != end && *p != '\\') ++p;
      out.append(from, p);
      continue;
    }
    ++p;
    static constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (*p != 'u') {
      out.push_back(meant[names.find(*p++)]);
      continue;
    }
    auto code = static_cast<std::uint32_t>(json_scan::unit(p + 1, end));
    p += 5;
    if (code >= 0xd800 && code < 0xe000) {
      const int low = code < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? json_scan::unit(p + 2, end) : -1;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10u) + (static_cast<std::uint32_t>(low) - 0xdc00);
        p += 6;
      } else {
        code = 0xfffd;
      }
    }
    append_utf8(out, code);
  }
}

}  // namespace detail

}  // namespace lsrun
