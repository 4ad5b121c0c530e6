// CommonMark lets every ASCII punctuation be escaped by a backslash. Mentions and bare links are found later, in the
// rendered text: a word joiner (U+2060, invisible) keeps their sign apart from the word.
#include "markdown/escape.hpp"

#include <algorithm>

#include "common/text.hpp"

namespace reports {
namespace {

constexpr std::string_view joiner = "\u2060";
constexpr std::string_view markup = "\\`*_{}[]<>|~&#!$^=";
constexpr std::string_view signs_of_references = "@#!~%$&^";

bool of_a_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"' || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

}  // namespace

std::string markdown(std::string_view utf8) {
  const std::string s = clean(utf8);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i], next = i + 1 < s.size() ? s[i + 1] : ' ';
    if (c == '.' && i >= 2 && (s[i - 1] | 0x20) == 'w' && (s[i - 2] | 0x20) == 'w') out += joiner;  // www.
    if (markup.find(c) != std::string_view::npos) out += '\\';
    out += c;
    const bool reference = signs_of_references.find(c) != std::string_view::npos && of_a_word(next);
    const bool scheme = c == ':' && (next == '/' || of_a_word(next));
    if (reference || scheme) out += joiner;
  }
  return out;
}

std::string markdown_code(std::string_view utf8, bool in_table) {
  std::string s;
  std::size_t longest = 0, run = 0;
  for (const char c : clean(utf8)) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (in_table && c == '|') s += '\\';
    s += c;
  }
  if (s.empty()) return "";
  const std::string fence(longest + 1, '`');
  const bool padded = s.front() == '`' || s.back() == '`' || s.front() == ' ' || s.back() == ' ';
  return fence + (padded ? " " : "") + s + (padded ? " " : "") + fence;
}

}  // namespace reports
