// Case and the bound on what is worth naming; the distance itself is model/edit_distance.hpp.
#include "config/nearest.hpp"

#include <algorithm>

#include "config/lower.hpp"
#include "model/edit_distance.hpp"

namespace lsrun::config {

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64;
  if (word.empty() || word.size() > longest) return {};
  const std::string wanted = lower(word);
  std::string best;
  std::size_t best_distance = longest;
  for (const auto& candidate : known) {
    const auto d = model::edit_distance(wanted, lower(candidate));
    if (d >= best_distance || d > std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3)) continue;
    best = candidate;
    best_distance = d;
  }
  return best;
}

}  // namespace lsrun::config
