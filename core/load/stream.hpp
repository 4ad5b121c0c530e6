// One stream of a seed's numbers (load::mix), of which many are drawn one after the other.
#pragma once

#include "load/distribution.hpp"

namespace lsrun::load {

// stream(seed, s)[i] is mix(seed, s, i); seed and stream are mixed in once.
class stream {
 public:
  constexpr stream(mixed_seed seed, std::uint64_t number) : state_{finalize(seed.state + number + golden)} {}
  constexpr std::uint64_t operator[](std::uint64_t index) const { return finalize(state_ + index + golden); }

 private:
  std::uint64_t state_;
};

}  // namespace lsrun::load
