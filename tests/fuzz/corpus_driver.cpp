// A fuzz target without libFuzzer, for every compiler and sanitizer: each file of its corpus as it is, and as many
// inputs as are asked for with a few bytes of one changed.
//   X_corpus DIRECTORY CHANGED
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "changed_inputs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::string_view signs = "\n\"'{}[]=,:-0159";

const std::string* looked_at = nullptr;

// What the input was that ended the program: for a look at it, and for the corpus.
void keep_input(int) {
  std::ofstream("failed-input", std::ios::binary) << *looked_at;
  std::fprintf(stderr, "the input is in the file failed-input\n");
}

// In memory of exactly its size, so that a sanitizer sees a byte read beyond it.
void look_at(const std::string& bytes) {
  looked_at = &bytes;
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGABRT, keep_input);
  if (count != 3) return std::fprintf(stderr, "usage: X_corpus DIRECTORY CHANGED\n"), 2;
  const std::vector<std::string> corpus = lsrun::test::read_corpus(words[1]);
  if (corpus.size() < 5) return std::fprintf(stderr, "%s: an empty corpus proves nothing\n", words[1]), 1;
  for (const std::string& one : corpus) look_at(one);
  std::mt19937 random(1);
  const long changes = std::atol(words[2]);
  for (long i = 0; i < changes; ++i) {
    const std::string bytes =
        lsrun::test::changed(corpus[static_cast<std::size_t>(i) % corpus.size()], corpus, signs, random);
    look_at(bytes);
  }
  std::printf("%zu inputs of the corpus and %ld changed ones\n", corpus.size(), changes);
  return 0;
}
