// The open model: when sessions arrive, whatever the target does. Pure.
#pragma once

#include <cstdint>

#include "time/clock.hpp"

namespace lsrun::load {

class arrivals {
 public:
  enum class kind : std::uint8_t {
    constant,  // evenly spaced
    poisson,   // exponential gaps, independent of each other
  };
  // Arrivals of the whole run, the same for every worker with the same seed.
  arrivals(kind, double per_second, std::uint64_t seed);

  // Run time of the next arrival; its number counts from 0.
  time::span next() const { return next_; }
  std::uint64_t number() const { return number_; }
  void step();  // to the one after

 private:
  time::span gap() const;

  kind kind_;
  double per_second_;
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
  double exact_ = 0;  // seconds; constant arrivals do not drift by rounding
  time::span next_ = 0;
};

}  // namespace lsrun::load
