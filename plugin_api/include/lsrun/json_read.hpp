// Reading JSON in place: a value is found by its pointer (RFC 6901) while the text is scanned. No tree, no allocation
// but for the strings handed out. Malformed text is never read beyond its end; what cannot be read is absent.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <lsrun/json_scan.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace lsrun {

// Is the whole text one JSON value (RFC 8259), blanks around it allowed? Depth is limited to 200.
inline bool json_valid(std::string_view text) {
  using scan = detail::json_scan;
  const char* const end = text.data() + text.size();
  const char* p = scan::value(scan::blanks(text.data(), end), end);
  return p && scan::blanks(p, end) == end;
}

enum class json_kind : std::uint8_t { absent, object, array, string, number, boolean, null };

// A value inside a JSON text, which it borrows. A view of a document is not checked as a whole (json_valid does that):
// what lies before the wanted value must be well-formed, else it is absent. Of equal keys the first counts.
class json_view {
 public:
  json_view() noexcept = default;
  explicit json_view(std::string_view document) noexcept {
    const char* const end = document.data() + document.size();
    const char* const p = detail::json_scan::blanks(document.data(), end);
    text_ = {p, static_cast<std::size_t>(end - p)};
  }

  json_kind kind() const noexcept {
    if (text_.empty()) return json_kind::absent;
    switch (text_.front()) {
      case '{':
        return json_kind::object;
      case '[':
        return json_kind::array;
      case '"':
        return json_kind::string;
      case 't':
      case 'f':
        return json_kind::boolean;
      case 'n':
        return json_kind::null;
      default:
        return text_.front() == '-' || detail::json_scan::digit(begin_of(), end_of()) ? json_kind::number
                                                                                      : json_kind::absent;
    }
  }
  bool exists() const noexcept { return kind() != json_kind::absent; }
  explicit operator bool() const noexcept { return exists(); }
  std::string_view raw() const noexcept { return text_; }

  // The value at a pointer: "" is this one, "/a/0/b" a member of an item of a member; "~1" stands for "/", "~0" for
  // "~".
  json_view at(std::string_view pointer) const {
    json_view v = *this;
    while (!pointer.empty() && v.exists()) {
      if (pointer.front() != '/') return {};
      pointer.remove_prefix(1);
      const auto step = pointer.substr(0, pointer.find('/'));
      pointer.remove_prefix(step.size());
      v = v.kind() == json_kind::object ? v.member(step) : v.kind() == json_kind::array ? v.item(step) : json_view();
    }
    return v;
  }
  json_view operator[](std::string_view pointer) const { return at(pointer); }

  // Some members of an object, at any depth, in one pass over it, which also checks the whole: nullopt if this is not
  // one well-formed object and nothing more. By pointers of members' names without "~"; what is not there is an absent
  // value.
  //   if (const auto found = answer.json().members("/status", "/data/id")) { const auto& [status, id] = *found; ... }
  template <std::convertible_to<std::string_view>... Pointers>
  std::optional<std::array<json_view, sizeof...(Pointers)>> members(const Pointers&... pointers) const {
    static_assert(sizeof...(Pointers) <= most_members);
    std::array<json_view, sizeof...(Pointers)> found;
    json_view* next = found.data();
    const wanted_member wanted[] = {{pointers, next++}...};
    const char* const end = end_of();
    const char* const past =
        kind() == json_kind::object ? scan_members(begin_of(), end, wanted, sizeof...(Pointers), 0) : nullptr;
    if (!past || detail::json_scan::blanks(past, end) != end) return {};
    return found;
  }

  // What the value says, or the fallback if it is absent or of another kind.
  std::string string(std::string_view fallback = "") const {
    std::string out;
    const auto body = string_body();
    if (!body.data())
      out = fallback;
    else
      detail::append_unescaped(out, body);
    return out;
  }
  // Is it this string?
  bool is(std::string_view text) const {
    const auto body = string_body();
    if (!body.data()) return false;
    return body.find('\\') == std::string_view::npos ? body == text : string() == text;
  }
  double number(double fallback = 0) const {
    const char* const past = kind() == json_kind::number ? detail::json_scan::number(begin_of(), end_of()) : nullptr;
    double n = 0;
    return past && std::from_chars(begin_of(), past, n).ec == std::errc() ? n : fallback;
  }
  // A whole number that fits, also if it is written "1.0" or "1e3".
  std::int64_t integer(std::int64_t fallback = 0) const {
    if (text_.size() <= 18) {  // most often: digits and nothing else
      std::int64_t whole = 0;
      std::size_t i = 0;
      for (; i < text_.size() && text_[i] >= '0' && text_[i] <= '9'; ++i) whole = whole * 10 + (text_[i] - '0');
      if (i > 0 && i == text_.size() && (i == 1 || text_[0] != '0')) return whole;
    }
    return integer_of_any_form(fallback);
  }
  bool boolean(bool fallback = false) const {
    if (kind() != json_kind::boolean) return fallback;
    if (detail::json_scan::word(begin_of(), end_of(), "true")) return true;
    return detail::json_scan::word(begin_of(), end_of(), "false") ? false : fallback;
  }

  bool has(std::string_view pointer) const { return at(pointer).exists(); }
  std::string json_string(std::string_view pointer, std::string_view fallback = "") const {
    return at(pointer).string(fallback);
  }
  std::int64_t json_int(std::string_view pointer, std::int64_t fallback = 0) const {
    return at(pointer).integer(fallback);
  }
  double json_number(std::string_view pointer, double fallback = 0) const { return at(pointer).number(fallback); }
  bool json_bool(std::string_view pointer, bool fallback = false) const { return at(pointer).boolean(fallback); }

  // `for (lsrun::json_view item : list)`: the items of an array; none if it is no array. Ends early where the text is
  // malformed.
  class iterator {
   public:
    using value_type = json_view;
    using difference_type = std::ptrdiff_t;
    iterator() noexcept = default;
    iterator(const char* p, const char* end) noexcept : p_(p), end_(end) { read(); }
    json_view operator*() const noexcept { return {span_tag{}, from_, p_}; }
    iterator& operator++() {
      const char* p = detail::json_scan::blanks(p_, end_);
      p_ = p != end_ && *p == ',' ? detail::json_scan::blanks(p + 1, end_) : nullptr;
      read();
      return *this;
    }
    iterator operator++(int) {
      auto old = *this;
      ++*this;
      return old;
    }
    bool operator==(std::default_sentinel_t) const noexcept { return p_ == nullptr; }

   private:
    void read() {
      from_ = p_;
      p_ = from_ && from_ != end_ ? detail::json_scan::value(from_, end_) : nullptr;
    }
    const char* from_ = nullptr;
    const char* p_ = nullptr;  // behind the item; nullptr: the end
    const char* end_ = nullptr;
  };
  iterator begin() const {
    if (kind() != json_kind::array) return {};
    return {detail::json_scan::blanks(begin_of() + 1, end_of()), end_of()};
  }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  template <std::size_t>
  friend class json_form;
  struct span_tag {};
  json_view(span_tag, const char* from, const char* to) noexcept : text_(from, static_cast<std::size_t>(to - from)) {}
  const char* begin_of() const noexcept { return text_.data(); }
  const char* end_of() const noexcept { return text_.data() + text_.size(); }

  [[gnu::noinline]] std::int64_t integer_of_any_form(std::int64_t fallback) const {
    const char* const past = kind() == json_kind::number ? detail::json_scan::number(begin_of(), end_of()) : nullptr;
    if (!past) return fallback;
    std::int64_t whole = 0;
    const auto read = std::from_chars(begin_of(), past, whole);
    if (read.ec == std::errc() && read.ptr == past) return whole;
    const double n = number(0.5);
    if (!(n >= -9223372036854775808.0 && n < 9223372036854775808.0)) return fallback;
    whole = static_cast<std::int64_t>(n);
    return static_cast<double>(whole) == n ? whole : fallback;
  }
  std::string_view string_body() const {  // data() is nullptr: not a string
    if (kind() != json_kind::string) return {};
    const char* const past = detail::json_scan::string(begin_of(), end_of());
    return past ? std::string_view(begin_of() + 1, static_cast<std::size_t>(past - begin_of()) - 2)
                : std::string_view();
  }
  struct key_name {
    std::string_view body;  // between the quotes
    bool escaped = false;
    bool is(std::string_view name) const {
      if (escaped) return is_unescaped(name);
      return body.size() == name.size() && std::memcmp(body.data(), name.data(), name.size()) == 0;
    }
    // Is it the first step of this pointer? Then so many bytes of the pointer are used up, else 0.
    std::size_t is_first_of(std::string_view pointer) const {
      if (escaped) [[unlikely]] {
        const std::size_t n = std::min(pointer.find('/', 1), pointer.size());
        return n > 0 && is_unescaped(pointer.substr(1, n - 1)) ? n : 0;
      }
      const std::size_t n = body.size() + 1;
      if (pointer.size() < n || (pointer.size() > n && pointer[n] != '/')) return 0;
      if (n > 1 && pointer[1] != body[0]) return 0;  // most often: no call
      return std::memcmp(pointer.data() + 1, body.data(), body.size()) == 0 ? n : 0;
    }
    [[gnu::noinline]] bool is_unescaped(std::string_view name) const {
      std::string plain;
      detail::append_unescaped(plain, body);
      return plain == name;
    }
  };
  static const char* read_key(const char* p, const char* end, key_name& name) {
    name.escaped = false;
    return detail::json_scan::key(p, end, name.body, name.escaped);
  }

  static constexpr std::size_t most_members = 16;
  struct wanted_member {
    std::string_view pointer;  // what is left of it, with its slash
    json_view* value;
  };
  // Goes through the object at p; returns where it ends, nullptr if it is malformed.
  static const char* scan_members(const char* p, const char* end, const wanted_member* wanted, std::size_t count,
                                  int depth) {
    using scan = detail::json_scan;
    if (depth >= scan::deepest) return nullptr;
    p = scan::blanks(p + 1, end);
    if (p != end && *p == '}') return p + 1;
    for (key_name name;;) {
      const char* const from = read_key(p, end, name);
      if (!from || from == end) return nullptr;
      std::uint32_t here = 0, deeper = 0;  // bits: which of the wanted are this member, and which lie inside it
      for (std::size_t i = 0; i < count; ++i) {
        if (wanted[i].value->text_.data()) continue;
        const std::size_t n = name.is_first_of(wanted[i].pointer);
        if (n > 0) (n == wanted[i].pointer.size() ? here : deeper) |= 1u << i;
      }
      p = deeper != 0 && *from == '{' ? scan_deeper(from, end, wanted, count, deeper, depth + 1)
                                      : scan::value(from, end, depth + 1);
      if (!p) return nullptr;
      for (; here != 0; here &= here - 1) *wanted[std::countr_zero(here)].value = {span_tag{}, from, p};
      p = scan::blanks(p, end);
      if (p == end || (*p != '}' && *p != ',')) return nullptr;
      if (*p == '}') return p + 1;
      p = scan::blanks(p + 1, end);
    }
  }
  // The same for those of the wanted whose bit is set, without the first step of their pointers.
  static const char* scan_deeper(const char* p, const char* end, const wanted_member* wanted, std::size_t count,
                                 std::uint32_t which, int depth) {
    wanted_member inner[most_members];
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i)
      if ((which >> i & 1u) != 0)
        inner[n++] = {wanted[i].pointer.substr(wanted[i].pointer.find('/', 1)), wanted[i].value};
    return scan_members(p, end, inner, n, depth);
  }
  json_view member(std::string_view step) const {
    if (step.find('~') != std::string_view::npos) return member_named(unescaped(step));
    return member_named(step);
  }
  json_view member_named(std::string_view wanted) const {
    using scan = detail::json_scan;
    const char* const end = end_of();
    const char* p = scan::blanks(begin_of() + 1, end);
    key_name name;
    while (p && p != end && *p == '"') {
      if (!(p = read_key(p, end, name))) return {};
      const char* const past = scan::value(p, end);
      if (!past) return {};
      if (name.is(wanted)) return {span_tag{}, p, past};
      p = scan::blanks(past, end);
      p = p != end && *p == ',' ? scan::blanks(p + 1, end) : nullptr;
    }
    return {};
  }
  // A pointer's step with "~1" and "~0" undone.
  static std::string unescaped(std::string_view step) {
    std::string plain;
    for (std::size_t i = 0; i < step.size(); ++i) {
      const bool escape = step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
      plain.push_back(!escape ? step[i] : step[++i] == '1' ? '/' : '~');
    }
    return plain;
  }
  json_view item(std::string_view step) const {
    std::size_t index = 0;
    const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
    if (read.ec != std::errc() || read.ptr != step.data() + step.size()) return {};
    if (step.size() > 1 && step.front() == '0') return {};
    for (auto i = begin(); i != std::default_sentinel; ++i)
      if (index-- == 0) return *i;
    return {};
  }
  std::string_view text_;
};

}  // namespace lsrun
