// By the first byte of each character: the blocks of wide characters lie together.
#include "config/text_width.hpp"

namespace lsrun::config {

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if ((byte & 0xc0u) == 0x80u) continue;
    // The blocks of CJK, Hangul and full-width forms begin with these bytes (U+2E80 and up, but for U+D800..).
    const bool wide = byte >= 0xe3 && byte <= 0xed;
    const bool fullwidth = byte == 0xef && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) >= 0xbc;
    width += wide || fullwidth || byte >= 0xf0 ? 2 : 1;
  }
  return width;
}

void wrap(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  const auto line = out.rfind('\n');
  std::size_t column = out.size() - (line == std::string::npos ? 0 : line + 1);
  bool first = true;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    if (!first && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      first = true;
    }
    if (!first) out += ' ';
    out += word;
    column += word.size() + (first ? 0 : 1);
    first = false;
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  out += '\n';
}

}  // namespace lsrun::config
