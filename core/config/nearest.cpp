// Optimal string alignment over three rows.
#include "config/nearest.hpp"

#include <algorithm>

namespace lsrun::config {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64;
  if (word.empty() || word.size() > longest) return {};
  const auto lower = [](std::string_view s) {
    std::string text(s);
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
  };
  const std::string wanted = lower(word);
  std::string best;
  std::size_t best_distance = longest;
  for (const auto& candidate : known) {
    const auto d = distance(wanted, lower(candidate));
    if (d >= best_distance || d > std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3)) continue;
    best = candidate;
    best_distance = d;
  }
  return best;
}

}  // namespace lsrun::config
