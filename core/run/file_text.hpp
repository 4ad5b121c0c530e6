// The small files of /proc and /sys, read whole.
#pragma once

#include <fstream>
#include <string>

namespace lsrun::run {

// The text of a file; empty if it cannot be read. By blocks: /proc/net/tcp is long where many connections were.
inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  for (char some[16384]; in.read(some, sizeof some), in.gcount() > 0;)
    text.append(some, static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace lsrun::run
