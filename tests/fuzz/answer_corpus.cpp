// The same check without libFuzzer: each answer of the corpus as it is, and as many with a few bytes changed.
//   answer_corpus DIRECTORY CHANGED
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "answer_check.hpp"

namespace {

std::string changed(std::string s, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? std::size_t{0} : static_cast<std::size_t>(random()) % n; };
  for (std::size_t i = 1 + below(4); i-- > 0 && !s.empty();) {
    const std::size_t at = below(s.size());
    const std::string& other = corpus[below(corpus.size())];
    switch (below(5)) {
      case 0:
        s[at] = static_cast<char>(random());
        break;
      case 1:
        s.erase(at, 1 + below(4));
        break;
      case 2:
        s.insert(at, other.substr(below(other.size()), 1 + below(24)));
        break;
      case 3:
        s[at] = "\r\n :\t0;,-"[below(9)];
        break;
      default:
        s.resize(at + 1);
    }
  }
  return s;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fprintf(stderr, "usage: answer_corpus DIRECTORY CHANGED\n"), 2;
  std::set<std::filesystem::path> files;  // in order: the same run every time
  for (const auto& entry : std::filesystem::directory_iterator(words[1])) files.insert(entry.path());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  lsrun::test::answer_check check;
  std::mt19937 random(1);
  const long changes = std::atol(words[2]);
  for (long i = 0; i < static_cast<long>(corpus.size()) + changes; ++i) {
    const std::string& one = corpus[static_cast<std::size_t>(i) % corpus.size()];
    const std::string bytes = i < static_cast<long>(corpus.size()) ? one : changed(one, corpus, random);
    const std::string found = check.difference(bytes);
    if (found.empty()) continue;
    std::fprintf(stderr, "these bytes are read in two ways:\n%s\n---\n%s\n", bytes.c_str(), found.c_str());
    return 1;
  }
  std::printf("%zu answers of the corpus and %ld changed ones, of which the fast path took %lu\n", corpus.size(),
              changes, check.plain);
  return corpus.size() < 10 || check.plain < 5;  // an empty directory proves nothing
}
