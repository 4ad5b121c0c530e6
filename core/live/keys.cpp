#include "live/keys.hpp"

#include <optional>

namespace lsrun::live {
namespace {

std::optional<key> key_of(char c) {
  switch (c) {
    case 'p':
    case 'P':
      return key::pause;
    case '+':
    case '=':  // where + lies on most keyboards
      return key::faster;
    case '-':
      return key::slower;
    case 'q':
    case 'Q':
      return key::end;
    case '?':
    case 'h':
      return key::help;
    case '\x0c':
      return key::redraw;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<key> key_reader::feed(std::string_view bytes) {
  std::vector<key> keys;
  for (const char c : bytes) {
    switch (within_) {
      case within::escape:
        within_ = c == '[' ? within::sequence : c == 'O' ? within::one_more : within::nothing;
        continue;
      case within::sequence:  // ECMA-48: parameters and intermediates, then a byte from @ to ~
        if (c >= '@' && c <= '~') within_ = within::nothing;
        continue;
      case within::one_more:
        within_ = within::nothing;
        continue;
      case within::nothing:
        break;
    }
    if (c == '\x1b')
      within_ = within::escape;
    else if (const auto k = key_of(c))
      keys.push_back(*k);
  }
  return keys;
}

}  // namespace lsrun::live
