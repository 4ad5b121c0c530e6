// Where the values of a JSON text end, and what its strings say: the scanner under json_read.hpp. Never reads at or
// beyond `end`. Not for authors of scenarios.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lsrun {

namespace detail {

struct json_scan {  // p: where to read; end: behind the last byte. All return nullptr for malformed text.
  static const char* blanks(const char* p, const char* end) {
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
  static const char* string(const char* p, const char* end) {
    if (p == end || *p != '"') return nullptr;
    for (++p; p != end; ++p) {
      if (*p == '"') return p + 1;
      if (static_cast<unsigned char>(*p) < 0x20) return nullptr;
      if (*p != '\\') continue;
      if (++p == end) return nullptr;
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
  static const char* key(const char* p, const char* end) {  // "key" : and the blanks around
    if (!(p = string(p, end))) return nullptr;
    p = blanks(p, end);
    return p != end && *p == ':' ? blanks(p + 1, end) : nullptr;
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
