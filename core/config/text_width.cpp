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

}  // namespace lsrun::config
