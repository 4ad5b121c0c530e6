#include "live/screen.hpp"

#include <algorithm>
#include <array>

#include "metrics/text_cleaning.hpp"

namespace lsrun::live {
namespace {

struct range {
  char32_t first, last;
};
// Blocks of Unicode 15 whose characters take no column of their own (combining, joiners, direction, variation) ...
constexpr std::array<range, 10> widthless{{{0x0300, 0x036f},
                                           {0x0483, 0x0489},
                                           {0x061c, 0x061c},
                                           {0x1ab0, 0x1aff},
                                           {0x200b, 0x200f},
                                           {0x2028, 0x202e},
                                           {0x2060, 0x206f},
                                           {0x20d0, 0x20ff},
                                           {0xfe00, 0xfe0f},
                                           {0xfeff, 0xfeff}}};
// ... and those that take two (East Asian Width W and F, emoji).
constexpr std::array<range, 9> wide{{{0x1100, 0x115f},
                                     {0x2e80, 0xa4cf},
                                     {0xa960, 0xa97f},
                                     {0xac00, 0xd7a3},
                                     {0xf900, 0xfaff},
                                     {0xfe30, 0xfe6f},
                                     {0xff00, 0xff60},
                                     {0xffe0, 0xffe6},
                                     {0x1f300, 0x3fffd}}};

template <std::size_t n>
bool in(const std::array<range, n>& list, char32_t c) {
  return std::any_of(list.begin(), list.end(), [c](const range& r) { return c >= r.first && c <= r.last; });
}

int columns_of(char32_t c) { return in(widthless, c) ? 0 : in(wide, c) ? 2 : 1; }

// One character of well-formed UTF-8; moves `text` on.
char32_t next(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t c = length == 1 ? first : first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  text.remove_prefix(length);
  return c >= 0x80 && c < 0xa0 ? U' ' : c;  // a terminal may take U+009B for the start of a command
}

void append(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80u | (c >> shift & 0x3fu)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0u | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0u | c >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0u | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

const char* sgr(tone t, bool colour) {
  switch (t) {
    case tone::dim:
      return "\x1b[0;2m";
    case tone::strong:
      return "\x1b[0;1m";
    case tone::good:
      return colour ? "\x1b[0;32m" : "\x1b[0m";
    case tone::warn:
      return colour ? "\x1b[0;33m" : "\x1b[0m";
    case tone::bad:
      return colour ? "\x1b[0;31m" : "\x1b[0;1m";
    case tone::plain:
      break;
  }
  return "\x1b[0m";
}

constexpr std::size_t longest_text = 4096;

}  // namespace

screen::screen(extent s)
    : size_{std::max(s.columns, 1), std::max(s.rows, 1)},
      cells_(static_cast<std::size_t>(size_.columns) * static_cast<std::size_t>(size_.rows)) {}

void screen::put(int row, int column, char32_t glyph, tone look) {
  if (row >= 0 && row < size_.rows && column >= 0 && column < size_.columns) cells_[place(row, column)] = {glyph, look};
}

int screen::put(int row, int column, std::string_view utf8, tone look, int end) {
  if (end < 0 || end > size_.columns) end = size_.columns;
  const std::string clean = metrics::clean_text(utf8, longest_text);
  for (std::string_view rest = clean; !rest.empty();) {
    const char32_t c = next(rest);
    const int columns = columns_of(c);
    if (columns == 0) continue;
    if (column + columns > end) break;
    put(row, column, c, look);
    if (columns == 2) put(row, column + 1, U'\0', look);
    column += columns;
  }
  return column;
}

std::string screen::text(int row) const {
  std::string out;
  for (int c = 0; c < size_.columns; ++c)
    if (const char32_t glyph = at(row, c).glyph; glyph != 0) append(out, glyph);
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

int width(std::string_view utf8) {
  const std::string clean = metrics::clean_text(utf8, longest_text);
  int sum = 0;
  for (std::string_view rest = clean; !rest.empty();) sum += columns_of(next(rest));
  return sum;
}

std::string paint(const screen& now, const screen* before, bool colour, bool ascii) {
  std::string out;
  if (before != nullptr && before->size() != now.size()) before = nullptr;
  for (int row = 0; row < now.size().rows; ++row) {
    bool same = before != nullptr;
    for (int c = 0; same && c < now.size().columns; ++c) same = now.at(row, c) == before->at(row, c);
    if (same) continue;
    out += "\x1b[" + std::to_string(row + 1) + ";1H\x1b[0m";
    tone look = tone::plain;
    for (int c = 0; c < now.size().columns; ++c) {
      const cell& one = now.at(row, c);
      if (one.look != look) out += sgr(one.look, colour);
      look = one.look;
      if (ascii)
        out += one.glyph == 0 ? '?' : one.glyph < 0x7f ? static_cast<char>(one.glyph) : '?';
      else if (one.glyph != 0)
        append(out, one.glyph);
    }
    out += "\x1b[0m";
  }
  return out;
}

}  // namespace lsrun::live
