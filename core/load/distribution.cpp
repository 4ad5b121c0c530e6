#include "load/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lsrun::load {

namespace {

double unit(std::uint64_t random) { return static_cast<double>(random >> 11) * 0x1p-53; }  // [0, 1)

// A standard normal number by Box and Muller (1958), from two halves of one random number.
double standard_normal(std::uint64_t random) {
  const double radius = std::sqrt(-2 * std::log(1 - unit(random)));
  return radius * std::cos(2 * std::numbers::pi * unit(mix(random, 1, 0)));
}

}  // namespace

double distribution::draw(std::uint64_t random) const {
  switch (what) {
    case kind::none:
      return 0;
    case kind::constant:
      return a;
    case kind::uniform:
      return a + (b - a) * unit(random);
    case kind::exponential:
      return -a * std::log(1 - unit(random));
    case kind::lognormal:
      return a * std::exp(b * standard_normal(random));
    case kind::normal:
      return std::max(0.0, a + b * standard_normal(random));
  }
  return 0;
}

double distribution::mean() const {
  switch (what) {
    case kind::none:
      return 0;
    case kind::uniform:
      return (a + b) / 2;
    case kind::lognormal:
      return a * std::exp(b * b / 2);
    case kind::constant:
    case kind::exponential:
    case kind::normal:
      return a;
  }
  return 0;
}

}  // namespace lsrun::load
