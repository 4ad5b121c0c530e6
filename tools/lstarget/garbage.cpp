#include "garbage.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <stdexcept>

#include "load/distribution.hpp"

namespace lstarget {
namespace {

constexpr std::uint64_t stream = 0x6a7ba6e;
constexpr std::size_t page = 4096;

double draw(std::uint64_t seed, std::uint64_t index) {
  return static_cast<double>(lsrun::load::mix(seed, stream, index) >> 11) * 0x1p-53;
}

}  // namespace

garbage::garbage(std::size_t most, lsrun::time::span period, std::uint64_t seed)
    : most_(most), period_(period), seed_(seed) {
  void* const got = ::mmap(nullptr, most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) throw std::runtime_error("--garbage: so much memory cannot be had");
  ::madvise(got, most, MADV_NOHUGEPAGE);  // page by page, or it would not rise evenly
  memory_ = static_cast<unsigned char*>(got);
}

garbage::~garbage() { ::munmap(memory_, most_); }

void garbage::next_tooth(lsrun::time::instant from) {
  ::madvise(memory_, most_, MADV_DONTNEED);
  touched_ = 0;
  from_ = from;
  ++tooth_;
  height_ = static_cast<std::size_t>(static_cast<double>(most_) * (0.6 + 0.4 * draw(seed_, tooth_ * 2)));
  length_ = static_cast<lsrun::time::span>(static_cast<double>(period_) * (0.7 + 0.6 * draw(seed_, tooth_ * 2 + 1)));
}

void garbage::look(lsrun::time::instant now) {
  if (tooth_ == 0)  // the first tooth has begun already
    next_tooth(now - static_cast<lsrun::time::span>(static_cast<double>(period_) * 0.7 * draw(seed_, 0)));
  while (now >= from_ + length_) next_tooth(from_ + length_);
  const double part = static_cast<double>(now - from_) / static_cast<double>(length_);
  const auto wanted = std::min(most_, static_cast<std::size_t>(static_cast<double>(height_) * part));
  for (; touched_ < wanted; touched_ += page) memory_[touched_] = 1;
}

}  // namespace lstarget
