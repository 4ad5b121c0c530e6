// One value of a JSON document, and strings as JSON has them.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <lsrun/json_scan.hpp>
#include <string_view>
#include <type_traits>

namespace lsrun {

namespace detail {

// A text with something to escape, or into something that is no text_writer.
template <class Out>
[[gnu::noinline]] void append_json_string_slowly(Out& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  const char* p = text.data();
  const char* const end = p + text.size();
  out.push_back('"');
  for (;;) {
    const char* const special = detail::json_special(p, end);
    out.append(p, static_cast<std::size_t>(special - p));
    if (special == end) break;
    p = special + 1;
    const auto c = static_cast<unsigned char>(*special);
    out.push_back('\\');
    switch (c) {
      case '\n':
        out.push_back('n');
        break;
      case '\r':
        out.push_back('r');
        break;
      case '\t':
        out.push_back('t');
        break;
      case '"':
      case '\\':
        out.push_back(*special);
        break;
      default: {
        const char code[5] = {'u', '0', '0', hex[c >> 4u], hex[c & 15u]};
        out.append(code, 5);
      }
    }
  }
  out.push_back('"');
}

// Writes `text` in quotes where there is room for it; false if something in it must be escaped.
template <class Out>
[[gnu::always_inline]] inline bool put_plain_string(Out& out, std::string_view text) {
  char* const to = out.room(text.size() + 2);
  to[0] = to[text.size() + 1] = '"';
  out.used(text.size() + 2);
  return json_copy_plain_out_of_line(to + 1, text.data(), text.size());
}

}  // namespace detail

// Appends `text` as a JSON string, quotes included. Bytes from 0x80 up pass through: text is UTF-8.
template <class Out>
[[gnu::noinline]] void append_json_string(Out& out, std::string_view text) {
  if constexpr (requires { out.room(text.size()); }) {
    char* const to = out.room(text.size() + 2);
    if (detail::json_copy_plain(to + 1, text.data(), text.size())) [[likely]] {
      to[0] = to[text.size() + 1] = '"';
      return out.used(text.size() + 2);
    }
  }
  detail::append_json_string_slowly(out, text);
}

class json;

// Something that JSON has a form for, borrowed until the document that it goes into is written.
class json_value {
 public:
  json_value(std::nullptr_t) noexcept : kind_(kind::raw), text_("null") {}  // NOLINT
  json_value(const json& document) noexcept;                                // NOLINT
  template <std::convertible_to<std::string_view> S>
  requires(!std::same_as<S, json>) json_value(const S& text)
  noexcept : kind_(kind::string), text_(text) {}  // NOLINT
  template <class N>
  requires std::is_arithmetic_v<N> json_value(N n)
  noexcept {  // NOLINT
    if constexpr (std::same_as<N, bool>) {
      kind_ = kind::raw;
      text_ = n ? "true" : "false";
    } else if constexpr (std::floating_point<N>) {
      kind_ = kind::number;
      number_ = static_cast<double>(n);
    } else if constexpr (std::is_signed_v<N>) {
      kind_ = kind::whole;
      whole_ = n;
    } else {
      kind_ = kind::positive;
      positive_ = n;
    }
  }

  // The bytes that it takes at most if nothing in it must be escaped; and writes it where there is such room: false if
  // something must.
  std::size_t most_room() const noexcept {
    return kind_ == kind::raw ? text_.size() : kind_ == kind::string ? text_.size() + 2 : longest_number;
  }
  template <class Out>
  bool put(Out& out) const {
    if (kind_ == kind::string) return detail::put_plain_string(out, text_);
    write(out);
    return true;
  }
  template <class Out>
  void write(Out& out) const {
    char digits[longest_number];
    switch (kind_) {
      case kind::raw:
        return void(out.append(text_.data(), text_.size()));
      case kind::string:
        return append_json_string(out, text_);
      case kind::whole:
        return put(out, digits, std::to_chars(digits, digits + sizeof digits, whole_).ptr);
      case kind::positive:
        return put(out, digits, std::to_chars(digits, digits + sizeof digits, positive_).ptr);
      case kind::number:
        break;
    }
    if (!std::isfinite(number_)) return void(out.append("null", 4));  // JSON has no form for it
    put(out, digits, std::to_chars(digits, digits + sizeof digits, number_).ptr);
  }

 private:
  template <class Out>
  static void put(Out& out, const char* from, const char* end) {
    out.append(from, static_cast<std::size_t>(end - from));
  }
  static constexpr std::size_t longest_number = 32;
  enum class kind : std::uint8_t { raw, string, whole, positive, number } kind_{};
  std::string_view text_;
  union {
    std::int64_t whole_ = 0;
    std::uint64_t positive_;
    double number_;
  };
};

struct json_member {
  json_member() noexcept = default;  // none
  json_member(std::string_view k, const json_value& v) noexcept : key(k), value(v), present(true) {}
  std::string_view key;
  json_value value = nullptr;
  bool present = false;
};

}  // namespace lsrun
