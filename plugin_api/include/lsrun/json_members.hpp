// JSON objects written at once into a string or a buffer, without a document in between: what each request needs.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <lsrun/json_value.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace lsrun {

class json_part;

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
  // A closure out of line, so that no place is kept ready for so many arguments where it is not called.
  const auto slowly = [&]() __attribute__((noinline)) {
    if constexpr (sizeof...(Pairs) == 0)
      out.push_back('{');
    else
      detail::append_members(out, '{', pairs...);
    out.push_back('}');
  };
  slowly();
}

}  // namespace lsrun
