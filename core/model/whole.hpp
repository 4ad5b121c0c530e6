// Whole numbers from real ones that may come from a file.
#pragma once

#include <cstdint>

namespace lsrun::model {

// The whole part; 0 for what is less or no number, the greatest for what is more than that.
constexpr std::uint64_t whole(double value) {
  constexpr double beyond = 18446744073709551616.0;  // 2^64
  if (!(value > 0)) return 0;
  return value < beyond ? static_cast<std::uint64_t>(value) : UINT64_MAX;
}

}  // namespace lsrun::model
