// The same check without libFuzzer: each answer of the corpus as it is, and as many with a few bytes changed.
//   answer_corpus DIRECTORY CHANGED
#include <cstdio>
#include <cstdlib>

#include "answer_check.hpp"
#include "changed_inputs.hpp"

namespace {

constexpr std::string_view signs = "\r\n :\t0;,-";

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fprintf(stderr, "usage: answer_corpus DIRECTORY CHANGED\n"), 2;
  const std::vector<std::string> corpus = lsrun::test::read_corpus(words[1]);
  lsrun::test::answer_check check;
  std::mt19937 random(1);
  const long changes = std::atol(words[2]);
  for (long i = 0; i < static_cast<long>(corpus.size()) + changes; ++i) {
    const std::string& one = corpus[static_cast<std::size_t>(i) % corpus.size()];
    const std::string bytes =
        i < static_cast<long>(corpus.size()) ? one : lsrun::test::changed(one, corpus, signs, random);
    const std::string found = check.difference(bytes);
    if (found.empty()) continue;
    std::fprintf(stderr, "these bytes are read in two ways:\n%s\n---\n%s\n", bytes.c_str(), found.c_str());
    return 1;
  }
  std::printf("%zu answers of the corpus and %ld changed ones, of which the fast path took %lu\n", corpus.size(),
              changes, check.plain);
  return corpus.size() < 10 || check.plain < 5;  // an empty directory proves nothing
}
