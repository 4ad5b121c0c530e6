// What --garbage asks for: memory that gathers and is given back again and again, as a garbage collector's does.
#pragma once

#include <cstddef>
#include <cstdint>

#include "time/clock.hpp"

namespace lstarget {

// Teeth that rise evenly and fall at once. A tooth is 60 to 100 % of `most` bytes high and 70 to 130 % of `period`
// long, drawn from the seed, as is where the first one begins. One thread.
class garbage {
 public:
  garbage(std::size_t most, lsrun::time::span period, std::uint64_t seed);  // throws std::runtime_error
  ~garbage();
  garbage(const garbage&) = delete;
  garbage& operator=(const garbage&) = delete;

  // Brings the memory to what it is at `now`; to be called some fifty times a period.
  void look(lsrun::time::instant now);

 private:
  void next_tooth(lsrun::time::instant from);

  const std::size_t most_;
  const lsrun::time::span period_;
  const std::uint64_t seed_;
  unsigned char* memory_;
  std::uint64_t tooth_ = 0;
  std::size_t height_ = 0, touched_ = 0;  // bytes
  lsrun::time::instant from_ = 0;
  lsrun::time::span length_ = 0;
};

}  // namespace lstarget
