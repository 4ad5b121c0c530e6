// A distribution as written in the config: constant(5s), uniform(2s, 8s), exponential(3s), lognormal(2s, 0.5),
// normal(5s, 1s). Pure: a draw is a function of a 64-bit random number.
#pragma once

#include <cstdint>

namespace lsrun::load {

struct distribution {
  enum class kind : std::uint8_t {
    none,         // nothing is drawn: no think time, no bound on turns
    constant,     // always a
    uniform,      // between a and b
    exponential,  // mean a
    lognormal,    // median a, sigma b of the logarithm
    normal,       // mean a, standard deviation b, never below 0
  };
  kind what = kind::none;
  double a = 0;  // in the unit of what is drawn: nanoseconds for times, 1 for counts
  double b = 0;

  // A draw from `random` (all 64 bits uniform). Never negative.
  double draw(std::uint64_t random) const;
  // The expected value of a draw; 0 for none.
  double mean() const;
};

// splitmix64's finalizer (G. Steele et al. 2014).
constexpr std::uint64_t finalize(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// Well-mixed 64-bit numbers, made of three others: what a run decides by chance is mix(seed, session, draw), so that it
// does not depend on timing. Where many are drawn, the seed is mixed in once: mix(mixed(seed), stream, index).
struct mixed_seed {
  std::uint64_t state = 0;
};
constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
constexpr mixed_seed mixed(std::uint64_t seed) { return {finalize(seed + golden)}; }
constexpr std::uint64_t mix(mixed_seed seed, std::uint64_t stream, std::uint64_t index) {
  return finalize(finalize(seed.state + stream + golden) + index + golden);
}
constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return mix(mixed(seed), stream, index);
}

}  // namespace lsrun::load
