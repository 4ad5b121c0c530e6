// A fuzz target without libFuzzer, for every compiler and sanitizer: each file of its corpus as it is, and as many
// inputs as are asked for with a few bytes of one changed.
//   X_corpus DIRECTORY CHANGED
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string changed(std::string s, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? std::size_t{0} : static_cast<std::size_t>(random()) % n; };
  for (std::size_t i = 1 + below(4); i-- > 0 && !s.empty();) {
    const std::size_t at = below(s.size());
    const std::string& other = corpus[below(corpus.size())];
    switch (below(6)) {
      case 0:
        s[at] = static_cast<char>(random());
        break;
      case 1:
        s.erase(at, 1 + below(8));
        break;
      case 2:
        s.insert(at, other.substr(below(other.size()), 1 + below(24)));
        break;
      case 3:
        s[at] = "\n\"'{}[]=,:-0159"[below(15)];
        break;
      case 4:
        s.insert(at, s.substr(below(s.size()), 1 + below(16)));
        break;
      default:
        s.resize(at + 1);
    }
  }
  return s;
}

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
  std::set<std::filesystem::path> files;  // in order: the same run every time
  for (const auto& entry : std::filesystem::directory_iterator(words[1])) files.insert(entry.path());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (corpus.size() < 5) return std::fprintf(stderr, "%s: an empty corpus proves nothing\n", words[1]), 1;
  for (const std::string& one : corpus) look_at(one);
  std::mt19937 random(1);
  const long changes = std::atol(words[2]);
  for (long i = 0; i < changes; ++i) {
    const std::string bytes = changed(corpus[static_cast<std::size_t>(i) % corpus.size()], corpus, random);
    look_at(bytes);
  }
  std::printf("%zu inputs of the corpus and %ld changed ones\n", corpus.size(), changes);
  return 0;
}
