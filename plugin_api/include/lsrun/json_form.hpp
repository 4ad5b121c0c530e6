// Reading the same members out of one answer after another. Answers of one kind differ in some of their values alone:
// the rest is remembered from the last one, so that the next is compared with it instead of being parsed.
#pragma once

#include <array>
#include <cstdint>
#include <lsrun/json_read.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lsrun {

namespace detail {

// A document without those of its scalar values that change: the texts between them ("segments": keys, punctuation, the
// quotes of strings, values that were always the same) and of which kind each value is. A text with the same segments
// and well-formed values of the same kinds is well-formed too, and its members are those of the document that was
// learnt.
class json_shape {
 public:
  struct place {  // a byte, or the end, of a document of this shape
    std::uint32_t segment = 0, offset = 0;
  };

  // Is this text of the shape? Then at() tells where its parts are, until the next call.
  [[gnu::always_inline]] bool matches(std::string_view text) noexcept {
    if (parts_.empty()) return false;  // nothing was learnt
    const char* p = text.data();
    const char* const end = p + text.size();
    const char* value = nullptr;  // where the value before the segment begins
    const char* wanted = segments_.data();
    for (part* s = parts_.data();; ++s) {
      const std::size_t length = s->length;
      if (!stands_at(p, end, wanted, length)) [[unlikely]] {  // unless more of the value comes first
        p = value == nullptr ? nullptr : whole_value(s[-1].value, value, end);
        if (p == nullptr || !stands_there(p, end, wanted, length)) return false;
      }
      s->at = p;
      value = p += length;
      wanted += length;
      if (s->value == kind::text) {  // its closing quote is the next segment's
        p = special(p, end, text.size());
      } else if (s->value == kind::number && p != end && *p >= '1' && *p <= '9') {
        while (json_scan::digit(++p, end)) continue;
      } else if (s->value == kind::none) {
        return p == end;
      } else if ((p = whole_value(s->value, p, end)) == nullptr) {
        return false;
      }
    }
  }

  // Takes the shape of a well-formed document; false, and no shape, if it has too many values to be worth it. A value
  // that this document has in common with the last one of the same shape, and that did not change before, counts as
  // one that does not.
  bool learn(std::string_view document) {
    std::vector<scalar> found;
    std::string between;
    if (!find_scalars(document, found, between)) {
      parts_.clear();
      return false;
    }
    bool same = between == between_ && found.size() == known_.size();
    for (std::size_t i = 0; same && i < found.size(); ++i) same = found[i].value == known_[i].value;
    if (!same) known_.assign(found.size(), {});
    json_shape learnt;                   // nothing is half learnt if memory runs out
    const char* from = document.data();  // of the segment
    for (std::size_t i = 0; i < found.size(); ++i) {
      const scalar& v = found[i];
      const std::string_view text(v.begin, static_cast<std::size_t>(v.end - v.begin));
      known& k = known_[i];
      const bool alike = same && k.text == text;
      k.changes = k.changes || (same && !alike) || text.size() > longest_kept;
      k.value = v.value;
      k.text = text.size() > longest_kept ? std::string_view() : text;
      if (alike && !k.changes) continue;
      learnt.add_segment(from, v.begin, v.value);
      from = v.end;
    }
    learnt.add_segment(from, document.data() + document.size(), kind::none);
    segments_ = std::move(learnt.segments_);
    parts_ = std::move(learnt.parts_);
    between_ = std::move(between);
    return true;
  }

  // Where a byte (or the end of a value) of the document that was learnt last stands.
  place place_of(const char* byte) const noexcept {
    place found;
    for (std::uint32_t i = 0; i < parts_.size() && parts_[i].at <= byte; ++i)
      found = {i, static_cast<std::uint32_t>(byte - parts_[i].at)};
    return found;
  }
  // The same place in the text that matched last.
  const char* at(place p) const noexcept { return parts_[p.segment].at + p.offset; }

 private:
  enum class kind : std::uint8_t { none, text, number, word };
  struct part {
    const char* at;  // where its segment begins in the text looked at last
    std::uint32_t length;
    kind value;  // what comes behind it
  };
  struct scalar {
    const char *begin, *end;  // of a string: without its quotes
    kind value;
  };
  struct known {  // of a value of the shape
    std::string text;
    kind value = kind::none;
    bool changes = false;
  };
  static constexpr std::size_t most_values = 64, longest_kept = 256, longest = 16384;

  // The scalar values of a well-formed document, and the text between them.
  static bool find_scalars(std::string_view document, std::vector<scalar>& found, std::string& between) {
    const char* p = document.data();
    const char* const end = p + document.size();
    for (const char* from = p;;) {
      kind value = kind::none;
      for (; p != end && value == kind::none; ++p) {
        if (*p == '"') {
          const char* const past = json_scan::string(p, end);
          const char* const next = json_scan::blanks(past, end);
          if (next != end && *next == ':')
            p = next;  // a key
          else
            value = kind::text;
        } else if (*p == '-' || json_scan::digit(p, end)) {
          value = kind::number;
        } else if (*p == 't' || *p == 'f' || *p == 'n') {
          value = kind::word;
        }
      }
      if (value == kind::number || value == kind::word) --p;  // but a string's quote is no part of its text
      between.append(from, p);
      if (value == kind::none) return between.size() <= longest;
      if (found.size() == most_values) return false;
      from = value == kind::text ? json_scan::string(p - 1, end) - 1 : json_scan::value(p, end);
      found.push_back({p, from, value});
      p = value == kind::text ? from + 1 : from;  // behind the quote, which is no new string
    }
  }

  void add_segment(const char* from, const char* to, kind value) {
    segments_.append(from, to);
    parts_.push_back({from, static_cast<std::uint32_t>(to - from), value});
  }

  [[gnu::always_inline]] static bool stands_at(const char* p, const char* end, const char* wanted,
                                               std::size_t length) noexcept {
    return static_cast<std::size_t>(end - p) >= length && json_same(p, wanted, length);
  }
  // The same, out of line.
  [[gnu::noinline]] static bool stands_there(const char* p, const char* end, const char* wanted,
                                             std::size_t length) noexcept {
    return stands_at(p, end, wanted, length);
  }
  // The first special byte in [p, end), or end; `size`: of the text that ends there.
  static const char* special(const char* p, const char* end, std::size_t size) noexcept {
#if defined(__SSE2__)
    for (; end - p >= 16; p += 16)
      if (const unsigned found = json_specials(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); found != 0)
        return p + std::countr_zero(found);
    if (size >= 16) [[likely]] {  // the last sixteen bytes of the text, of which some lie before p
      const unsigned found = json_specials(_mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16)));
      const unsigned left = found >> (16 - (end - p));
      return left == 0 ? end : p + std::countr_zero(left);
    }
#endif
    (void)size;
    return json_special_by_words(p, end);
  }
  // Where the value that begins at p ends, nullptr if it is malformed. matches() looks itself for the end of a string
  // without escapes and of a number that is digits alone.
  [[gnu::noinline]] static const char* whole_value(kind value, const char* p, const char* end) noexcept {
    if (value == kind::number) return json_scan::number(p, end);
    if (value == kind::word) return past_word(p, end);
    const char* const past = json_scan::string(p - 1, end);
    return past == nullptr ? nullptr : past - 1;
  }
  static const char* past_word(const char* p, const char* end) noexcept {
    for (const std::string_view word : {"true", "false", "null"})
      if (const char* const past = json_scan::word(p, end, word)) return past;
    return nullptr;
  }

  std::string segments_;     // one after the other
  std::vector<part> parts_;  // the last has no value behind it
  std::string between_;      // of the document learnt last: what is no scalar value
  std::vector<known> known_;
};

}  // namespace detail

// Kept by whoever reads such answers, one thread:
//   lsrun::json_form<2> form_{"/status", "/data/id"};
//   if (const auto* found = form_.read(answer.body())) { const auto& [status, id] = *found; ... }
// It says what json_view(text).members(...) would, for any text, and is fastest where many in turn are alike.
template <std::size_t N>
class json_form {
 public:
  // Pointers as for members(); they are borrowed, as literals are.
  template <std::convertible_to<std::string_view>... Pointers>
  requires(sizeof...(Pointers) == N) explicit json_form(const Pointers&... pointers)
      : pointers_{std::string_view(pointers)...} {}

  // The members, absent ones as absent values; nullptr if the text is not one well-formed object and nothing more.
  // Valid until the next call and as long as the text.
  const std::array<json_view, N>* read(std::string_view text) {
    if (!look(text)) return nullptr;
    for (std::size_t i = 0; i < N; ++i) found_[i] = member(i);
    return &found_;
  }
  // The same for whoever wants few of them: is the text one well-formed object? Then member() has its members.
  [[gnu::always_inline]] bool look(std::string_view text) {
    matched_ = shape_.matches(text);
    if (!matched_) return look_at_unlike(text);
    unlike_ = 0;
    repeated_ = std::exchange(fixed_before_, fixed_);
    if (++alike_ == settled) [[unlikely]]
      learn(text);
    return true;
  }
  json_view member(std::size_t i) const {
    if (!matched_) return found_[i];
    return places_[i].exists ? json_view({}, shape_.at(places_[i].from), shape_.at(places_[i].to)) : json_view();
  }

  // Of the text looked at last: is this member sure to be what it was the time before, a scalar value the same text, an
  // object or array the same members with values of the same kinds? Where it is not known, no.
  bool repeated(std::size_t member) const noexcept { return (repeated_ >> member & 1u) != 0; }

 private:
  static_assert(N <= 32);
  static constexpr std::uint32_t settled = 8;  // texts of one shape in a row: then what they have in common is fixed

  // A text of another shape than the last. Texts that never are alike are not learnt from each time.
  [[gnu::noinline]] bool look_at_unlike(std::string_view text) {
    repeated_ = fixed_before_ = 0;
    const auto found = members(text, std::make_index_sequence<N>());
    if (!found) return false;
    found_ = *found;
    ++unlike_;
    if ((unlike_ & (unlike_ - 1)) == 0) {
      alike_ = 0;
      learn(text);
    }
    return true;
  }
  // Takes the shape of the text that was looked at just now.
  [[gnu::noinline]] void learn(std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) found_[i] = member(i);
    matched_ = false;
    fixed_ = 0;
    if (shape_.learn(text))
      for (std::size_t i = 0; i < N; ++i) {
        const std::string_view raw = found_[i].raw();
        places_[i] = {shape_.place_of(raw.data()), shape_.place_of(raw.data() + raw.size()), found_[i].exists()};
        const bool holds_more = found_[i].kind() == json_kind::object || found_[i].kind() == json_kind::array;
        if (!found_[i].exists() || holds_more || places_[i].from.segment == places_[i].to.segment)
          fixed_ |= std::uint32_t{1} << i;
      }
    fixed_before_ = fixed_;
  }
  template <std::size_t... I>
  auto members(std::string_view text, std::index_sequence<I...>) const {
    return json_view(text).members(pointers_[I]...);
  }

  struct span {
    detail::json_shape::place from, to;
    bool exists = false;
  };
  std::array<std::string_view, N> pointers_;
  detail::json_shape shape_;
  std::array<span, N> places_{};
  std::array<json_view, N> found_{};      // of a text that did not match, or as read() gave them
  bool matched_ = false;                  // the text looked at last
  std::uint32_t unlike_ = 0, alike_ = 0;  // in a row; since it was learnt
  // A bit for each member that texts of the shape have in common; the same if the last text was of it, else 0; ...
  std::uint32_t fixed_ = 0, fixed_before_ = 0;
  std::uint32_t repeated_ = 0;  // ... and what both say of the text read last
};
template <class... Pointers>
json_form(const Pointers&...) -> json_form<sizeof...(Pointers)>;

}  // namespace lsrun
