#include "load/phases.hpp"

#include <algorithm>
#include <cmath>

namespace lsrun::load {

phases::phases(std::vector<phase> list) : phases_(std::move(list)), starts_(1, 0) {
  for (std::size_t i = 0; i < phases_.size(); ++i) {
    starts_.push_back(starts_.back() + phases_[i].duration);
    ends_.push_back(phases_[i].shape == ramp::hold ? from_of(i) : phases_[i].sessions);
  }
}

std::size_t phases::at(time::span run_time) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), run_time);
  const auto index = after - starts_.begin() - 1;
  return static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(phases_.size()) - 1));
}

std::uint64_t phases::largest() const { return ends_.empty() ? 0 : *std::max_element(ends_.begin(), ends_.end()); }

std::uint64_t phases::wanted(time::span run_time) const {
  const std::size_t i = at(run_time);
  const std::uint64_t from = from_of(i), to = ends_[i];
  if (phases_[i].shape == ramp::step || run_time >= starts_[i + 1]) return to;
  const double part = static_cast<double>(run_time - starts_[i]) / static_cast<double>(phases_[i].duration);
  const double way = std::abs(static_cast<double>(to) - static_cast<double>(from));
  const auto moved = static_cast<std::uint64_t>(std::floor(part * way + 1e-9));
  return to >= from ? from + moved : from - moved;
}

time::span phases::next_change(time::span run_time) const {
  if (run_time >= end()) return time::never;
  const std::size_t i = at(run_time);
  const std::uint64_t from = from_of(i), to = ends_[i];
  const std::uint64_t way = to > from ? to - from : from - to;
  if (phases_[i].shape != ramp::linear || way == 0) return starts_[i + 1];
  const std::uint64_t now_wanted = wanted(run_time);
  const std::uint64_t moved = now_wanted > from ? now_wanted - from : from - now_wanted;
  const double part = static_cast<double>(moved + 1) / static_cast<double>(way);
  const auto next = starts_[i] + static_cast<time::span>(std::ceil(part * static_cast<double>(phases_[i].duration)));
  return std::min(std::max(next, run_time + 1), starts_[i + 1]);
}

std::uint64_t share_of(std::uint64_t total, std::uint32_t addresses, std::uint32_t worker, std::uint32_t workers) {
  const auto in_first = [&](std::uint64_t n) -> std::uint64_t {
    return n <= worker ? 0 : (n - worker - 1) / workers + 1;
  };
  return total / addresses * in_first(addresses) + in_first(total % addresses);
}

}  // namespace lsrun::load
