#include "run/block_watch.hpp"

namespace lsrun::run {

std::optional<block_watch::event> block_watch::look(std::size_t worker, std::uint64_t in, std::uint64_t rounds,
                                                    time::instant now) {
  seen& s = seen_[worker];
  const bool same = s.in != 0 && s.in == in && s.rounds == rounds;
  std::optional<event> found;
  if (same) {
    if (s.told || now - s.since < limit_) return std::nullopt;
    s.told = true;
    return event{s.in, now - s.since, false};
  }
  if (s.told) found = event{s.in, now - s.since, true};
  s = {in, rounds, now, false};
  return found;
}

}  // namespace lsrun::run
