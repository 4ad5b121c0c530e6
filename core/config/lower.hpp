// Letters without their case, for comparing what people write. ASCII alone, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace lsrun::config {

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace lsrun::config
