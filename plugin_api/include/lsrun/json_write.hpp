// Small JSON writing: a document is written into one string as it is put together. No tree.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <lsrun/json_scan.hpp>
#include <lsrun/text_buffer.hpp>
#include <string>
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
class json_part;

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

// A JSON document under construction: `json{{"a", 1}, {"b", json{{"c", "text"}}}, {"d", json::array(1, "x")}}`, of up
// to twelve members; with() takes more. (Not an initializer_list: GCC 12 refuses those inside a co_await expression.)
class json {
  using member = const json_member&;
  static inline const json_member none;

 public:
  json() { text_.append("{}", 2); }  // an empty object
  json(member a, member b = none, member c = none, member d = none, member e = none, member f = none, member g = none,
       member h = none, member i = none, member j = none, member k = none, member l = none) {
    text_.push_back('{');
    for (const json_member* m : {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l})
      if (m->present) add(*m);
    text_.push_back('}');
  }
  template <class... Values>
  static json array(const Values&... values) {
    json list;
    list.text_.clear();
    list.text_.push_back('[');
    (list.item(values), ...);
    list.text_.push_back(']');
    return list;
  }
  // One more member at the end of an object, or one more item at the end of an array.
  json& with(std::string_view key, const json_value& value) {
    text_.pop_back();
    add({key, value});
    text_.push_back('}');
    return *this;
  }
  json& push(const json_value& value) {
    text_.pop_back();
    item(value);
    text_.push_back(']');
    return *this;
  }
  std::string_view text() const noexcept { return text_.view(); }
  operator std::string_view() const noexcept { return text(); }  // NOLINT

 private:
  void add(member m) {
    if (text_.size() > 1) text_.push_back(',');
    append_json_string(text_, m.key);
    text_.push_back(':');
    m.value.write(text_);
  }
  void item(const json_value& value) {
    if (text_.size() > 1) text_.push_back(',');
    value.write(text_);
  }
  detail::small_text text_;
};

inline json_value::json_value(const json& document) noexcept : kind_(kind::raw), text_(document.text()) {}

namespace detail {

template <class Out>
[[gnu::always_inline]] inline void append_members(Out& out, char before) {
  if (before == '{') out.push_back(before);  // there were only empty parts
}
template <class Out, std::convertible_to<std::string_view> Key>
[[gnu::noinline]] void append_key(Out& out, char before, const Key& name) {
  const std::string_view key(name);
  if constexpr (requires { out.room(key.size()); }) {
    char* const to = out.room(key.size() + 4);
    if (json_copy_plain(to + 2, key.data(), key.size())) {
      to[0] = before;
      to[1] = to[key.size() + 2] = '"';
      to[key.size() + 3] = ':';
      return out.used(key.size() + 4);
    }
  }
  out.push_back(before);
  append_json_string(out, key);
  out.push_back(':');
}
// What json_specials says of the n bytes at p, without a loop: of a literal the compiler works it out.
template <std::size_t n>
[[gnu::always_inline]] inline std::uint64_t literal_specials(const char* p) {
  if constexpr (n > 8)
    return json_specials(json_load<std::uint64_t>(p)) | literal_specials<n - 8>(p + 8);
  else if constexpr (n == 8)
    return json_specials(json_load<std::uint64_t>(p));
  else if constexpr (n >= 4)
    return json_specials(json_load<std::uint32_t>(p) | std::uint64_t{json_load<std::uint32_t>(p + n - 4)} << 32u);
  else if constexpr (n > 0)
    return json_specials(static_cast<unsigned char>(*p) | 0x2020202020202000u) | literal_specials<n - 1>(p + 1);
  else
    return 0;
}
// A key that is written in the source: the compiler looks through it once and for all.
template <class Out, std::size_t N>
[[gnu::always_inline]] inline void append_key(Out& out, char before, const char (&key)[N]) {
  constexpr std::size_t n = N - 1;
  if constexpr (requires { out.room(n); }) {
    const bool plain = key[n] == '\0' && literal_specials<n>(key) == 0;
    if (__builtin_constant_p(plain) && plain) {
      char* const to = out.room(n + 4);
      to[0] = before;
      to[1] = '"';
      std::memcpy(to + 2, key, n);
      to[n + 2] = '"';
      to[n + 3] = ':';
      return out.used(n + 4);
    }
  }
  append_key(out, before, std::string_view(key));
}
template <class Out, class... Rest>
inline void append_members(Out&, char, const json_part&, const Rest&...);
template <class Out, class Key, class Value, class... Rest>
requires(!std::same_as<Key, json_part>)
    [[gnu::always_inline]] inline void append_members(Out& out, char before, const Key& key, const Value& value,
                                                      const Rest&... rest) {
  append_key(out, before, key);
  json_value(value).write(out);
  append_members(out, ',', rest...);
}

}  // namespace detail

// Members that are the same in many objects, written once: `const lsrun::json_part rest_("title", title, "timeout",
// 60)` in the scenario, then `c.object("message", text, rest_)`.
class json_part {
 public:
  json_part() = default;  // no members
  template <class... Pairs>
  requires(sizeof...(Pairs) % 2 == 0 && sizeof...(Pairs) > 0) explicit json_part(const Pairs&... pairs) {
    detail::append_members(text_, ',', pairs...);
  }
  std::string_view text() const noexcept { return text_; }  // each member with a comma before it

 private:
  std::string text_;
};

namespace detail {

// A part's members, with or without a comma before the first; returns what goes before the next member.
template <class Out>
[[gnu::always_inline]] inline char append_part(Out& out, char before, std::string_view text) {
  if (before == '{' && !text.empty()) {
    out.push_back(before);
    out.append(text.data() + 1, text.size() - 1);
  } else {
    out.append(text.data(), text.size());
  }
  return text.empty() ? before : ',';
}
template <class Out, class... Rest>
[[gnu::always_inline]] inline void append_members(Out& out, char before, const json_part& part, const Rest&... rest) {
  append_members(out, append_part(out, before, part.text()), rest...);
}

// Writes into room that is known to suffice.
struct sure_writer {
  char* at;
  char* room(std::size_t) const noexcept { return at; }
  void used(std::size_t n) noexcept { at += n; }
  void push_back(char c) noexcept { *at++ = c; }
  void append(const char* from, std::size_t n) noexcept {
    if (n > 0) std::memcpy(at, from, n);
    at += n;
  }
};
// The room that members need if nothing in them must be escaped; and they are written into it: false if something must.
inline std::size_t most_room() noexcept { return 0; }
template <class... Rest>
[[gnu::always_inline]] inline std::size_t most_room(const json_part& part, const Rest&... rest) noexcept;
template <class Key, class Value, class... Rest>
requires(!std::same_as<Key, json_part>) [[gnu::always_inline]] inline std::size_t
    most_room(const Key& key, const Value& value, const Rest&... rest) noexcept {
  return std::string_view(key).size() + 4 + json_value(value).most_room() + most_room(rest...);
}
template <class... Rest>
[[gnu::always_inline]] inline std::size_t most_room(const json_part& part, const Rest&... rest) noexcept {
  return part.text().size() + most_room(rest...);
}

[[gnu::always_inline]] inline bool put_members(sure_writer& out, char before) noexcept {
  if (before == '{') out.push_back(before);
  return true;
}
template <class... Rest>
[[gnu::always_inline]] inline bool put_members(sure_writer& out, char before, const json_part& part,
                                               const Rest&... rest) noexcept;
template <class Key, class Value, class... Rest>
requires(!std::same_as<Key, json_part>)
    [[gnu::always_inline]] inline bool put_members(sure_writer& out, char before, const Key& key, const Value& value,
                                                   const Rest&... rest) noexcept {
  if constexpr (requires { key[0]; } && std::is_array_v<Key>) {
    append_key(out, before, key);
  } else {
    out.push_back(before);
    if (!put_plain_string(out, std::string_view(key))) return false;
    out.push_back(':');
  }
  return json_value(value).put(out) && put_members(out, ',', rest...);
}
template <class... Rest>
[[gnu::always_inline]] inline bool put_members(sure_writer& out, char before, const json_part& part,
                                               const Rest&... rest) noexcept {
  return put_members(out, append_part(out, before, part.text()), rest...);
}
template <class Out, class... Pairs>
[[gnu::noinline]] void append_json_object_slowly(Out& out, const Pairs&... pairs) {
  if constexpr (sizeof...(Pairs) == 0)
    out.push_back('{');
  else
    append_members(out, '{', pairs...);
  out.push_back('}');
}

}  // namespace detail

// Appends an object to a string: append_json_object(out, "a", 1, "b", "text"). A json_part may stand in a pair's place.
template <class Out, class... Pairs>
[[gnu::always_inline]] inline void append_json_object(Out& out, const Pairs&... pairs) {
  if constexpr (requires { out.room(1); }) {
    char* const begin = out.room(detail::most_room(pairs...) + 2);
    detail::sure_writer to{begin};
    if (detail::put_members(to, '{', pairs...)) [[likely]] {
      to.push_back('}');
      return out.used(static_cast<std::size_t>(to.at - begin));
    }
  }
  detail::append_json_object_slowly(out, pairs...);
}

}  // namespace lsrun
