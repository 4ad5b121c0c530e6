#include "load/arrivals.hpp"

#include <cmath>

#include "load/distribution.hpp"

namespace lsrun::load {

namespace {
constexpr std::uint64_t arrivals_stream = 0x6172726976616c73u;  // keeps these draws apart from the sessions' own
}

arrivals::arrivals(kind what, double per_second, std::uint64_t seed)
    : kind_(what), per_second_(per_second), seed_(seed) {
  if (kind_ == kind::poisson) exact_ = time::seconds(gap());
  next_ = time::from_seconds(exact_);
}

time::span arrivals::gap() const {
  const distribution d{distribution::kind::exponential, 1e9 / per_second_, 0};
  return static_cast<time::span>(d.draw(mix(seed_, arrivals_stream, number_)));
}

void arrivals::step() {
  ++number_;
  exact_ = kind_ == kind::constant ? static_cast<double>(number_) / per_second_ : exact_ + time::seconds(gap());
  next_ = time::from_seconds(exact_);
}

}  // namespace lsrun::load
