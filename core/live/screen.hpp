// A screen of cells: what the live view is drawn on, and how it becomes bytes for a terminal. Knows no terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun::live {

struct extent {
  int columns = 80, rows = 24;
  bool operator==(const extent&) const = default;
};

// How a cell looks. Colour is a second cue only: what it says stands there in words or in the glyph too.
enum class tone : std::uint8_t {
  plain,
  dim,     // labels
  strong,  // what matters most
  good,    // green
  warn,    // yellow
  bad,     // red
};

struct cell {
  char32_t glyph = U' ';  // 0: the right half of the wide glyph before it
  tone look = tone::plain;
  bool operator==(const cell&) const = default;
};

class screen {
 public:
  explicit screen(extent);
  extent size() const { return size_; }
  const cell& at(int row, int column) const { return cells_[place(row, column)]; }

  // Writes UTF-8 from this column on, clipped at `end` (-1: the screen's right edge) and at the screen, and returns the
  // column behind it. Control characters and what is not UTF-8 are shown as spaces and question marks, characters
  // without a width and marks that turn the direction of writing are left out.
  int put(int row, int column, std::string_view utf8, tone = tone::plain, int end = -1);
  void put(int row, int column, char32_t glyph, tone = tone::plain);

  // A row as UTF-8, spaces at its end left out.
  std::string text(int row) const;

 private:
  std::size_t place(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) + static_cast<std::size_t>(column);
  }
  extent size_;
  std::vector<cell> cells_;
};

// Columns that UTF-8 text takes when it is put.
int width(std::string_view utf8);

// The bytes that turn a terminal which shows `before` (nullptr: anything) into one that shows `now`: only rows that
// differ, with absolute positions (ECMA-48 CUP and SGR). Without `colour` tones are bold, faint or nothing. `ascii`:
// the terminal shows no UTF-8, other characters become question marks.
std::string paint(const screen& now, const screen* before, bool colour, bool ascii);

}  // namespace lsrun::live
