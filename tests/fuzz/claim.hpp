// How a fuzz target says that something is wrong: words, then abort(), which libFuzzer and the corpus driver both see.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace lsrun::test {

inline void claim(bool holds, std::string_view what, std::string_view found = {}) {
  if (holds) return;
  std::fputs(("this does not hold: " + std::string(what) + "\n" + std::string(found) + "\n").c_str(), stderr);
  std::abort();
}

}  // namespace lsrun::test
