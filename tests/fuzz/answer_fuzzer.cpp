// libFuzzer's entry: any bytes as an answer, see answer_check.hpp.
#include <cstdio>
#include <cstdlib>

#include "answer_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static lsrun::test::answer_check check;
  const std::string found = check.difference({reinterpret_cast<const char*>(data), size});
  if (found.empty()) return 0;
  std::fprintf(stderr, "%s\n", found.c_str());
  std::abort();
}
