// The bytes of a keyboard as keys. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lsrun::live {

enum class key : std::uint8_t {
  pause,   // p
  faster,  // + =
  slower,  // -
  end,     // q
  help,    // ? h
  redraw,  // Ctrl-L
};

class key_reader {
 public:
  // The keys in these bytes; others mean nothing. Sequences of arrows and function keys (ESC [ ... letter, ESC O
  // letter) are passed over whole, also when they come in pieces.
  std::vector<key> feed(std::string_view bytes);

 private:
  enum class within : std::uint8_t { nothing, escape, sequence, one_more } within_ = within::nothing;
};

}  // namespace lsrun::live
