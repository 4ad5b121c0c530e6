// What the fuzz targets' drivers without libFuzzer feed: the files of a corpus, and any of them with a few bytes
// changed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun::test {

// The files of a directory in the order of their names, so that each run is the same.
inline std::vector<std::string> read_corpus(const std::filesystem::path& directory) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) files.insert(entry.path());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

// `s` with one to four changes; `signs`: bytes that mean something in what is read.
inline std::string changed(std::string s, const std::vector<std::string>& corpus, std::string_view signs,
                           std::mt19937& random) {
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
        s[at] = signs[below(signs.size())];
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

}  // namespace lsrun::test
