// HdrHistogram's counting and its percentile rule; the index arithmetic is in histogram_layout.hpp.
#include "metrics/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "metrics/histogram_impl.hpp"

namespace lsrun::metrics {

histogram::histogram() = default;
histogram::histogram(histogram&&) noexcept = default;
histogram& histogram::operator=(histogram&&) noexcept = default;
histogram::~histogram() = default;

histogram::histogram(const histogram& other) { add(other); }

histogram& histogram::operator=(const histogram& other) {
  if (this == &other) return *this;
  clear();
  add(other);
  return *this;
}

void histogram::impl::know_around(std::uint32_t index) {
  std::uint32_t first = index >> block_bits, last = first;
  if (known.size > 0 && beside_known(index)) {  // no other search
    first = std::min(first, known_first);
    last = std::max(last, known_last);
  }
  while (first > 0 && blocks[first - 1]) --first;
  while (last + 1 < block_count && blocks[last + 1]) ++last;
  const std::int64_t from = std::max(min, layout::lowest_at(first << block_bits));
  const std::int64_t to = std::min(max, layout::highest_at((last << block_bits) + block_size - 1));
  known = {static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to - from + 1)};
  known_first = first;
  known_last = last;
}

void histogram::record(std::int64_t value) {
  impl* const h = impl_.get();
  const auto v = static_cast<std::uint64_t>(value);
  if (h == nullptr || !h->known.holds(v)) return record_unknown(value);
  ++h->at(layout::index_of(value));
  ++h->count;
  h->sum += v;
}

// A range that was seen already changes nothing; every eighth such value becomes the known one, so that it mostly is
// where most values are. What is new extends what is known if it is beside it.
void histogram::record_unknown(std::int64_t value) {
  impl* const h = impl_.get();
  const std::uint32_t index = layout::index_of(std::clamp<std::int64_t>(value, 0, highest));
  if (h != nullptr && value >= h->min && value <= h->max && h->blocks[index >> impl::block_bits] != nullptr) {
    ++h->at(index);
    h->sum += static_cast<std::uint64_t>(value);
    if (++h->count % 8 == 0) h->know_around(index);
    return;
  }
  record(value, 1);
  if (impl_->known.size == 0 || impl_->beside_known(index)) impl_->know_around(index);
}

void histogram::record(std::int64_t value, std::uint64_t times) {
  if (times == 0) return;
  if (!impl_) impl_ = std::make_unique<impl>();
  impl& h = *impl_;
  value = std::clamp<std::int64_t>(value, 0, highest);
  h.at(layout::index_of(value)) += times;
  h.count += times;
  h.sum += static_cast<std::uint64_t>(value) * times;
  h.min = std::min(h.min, value);
  h.max = std::max(h.max, value);
}

void histogram::add(const histogram& other) {
  if (other.empty()) return;
  if (!impl_) impl_ = std::make_unique<impl>();
  impl& to = *impl_;
  const impl& from = *other.impl_;
  for (std::uint32_t b = 0; b < impl::block_count; ++b) {
    if (!from.blocks[b]) continue;
    const impl::block& source = *from.blocks[b];
    impl::block& sink = to.block_at(b);
    for (std::uint32_t i = 0; i < impl::block_size; ++i) sink[i] += source[i];
  }
  to.count += from.count;
  to.sum += from.sum;
  to.min = std::min(to.min, from.min);
  to.max = std::max(to.max, from.max);
}

void histogram::clear() {
  if (!impl_ || impl_->count == 0) return;
  for (auto& block : impl_->blocks) {
    if (!block) continue;
    block->fill(0);
    impl_->spare.push_back(std::move(block));
  }
  impl_->count = impl_->sum = 0;
  impl_->min = INT64_MAX;
  impl_->max = 0;
  impl_->known = {};
}

bool histogram::empty() const { return !impl_ || impl_->count == 0; }
std::uint64_t histogram::count() const { return impl_ ? impl_->count : 0; }
std::uint64_t histogram::sum() const { return impl_ ? impl_->sum : 0; }
std::int64_t histogram::min() const { return empty() ? 0 : impl_->min; }
std::int64_t histogram::max() const { return impl_ ? impl_->max : 0; }

double histogram::mean() const {
  return empty() ? 0 : static_cast<double>(impl_->sum) / static_cast<double>(impl_->count);
}

void histogram::set_exact(std::uint64_t sum, std::int64_t min, std::int64_t max) {
  if (empty()) return;
  impl_->sum = sum;
  impl_->min = min;
  impl_->max = max;
  impl_->known = {};
}

histogram histogram::coarse() const {
  constexpr int kept_bits = 6;  // the leading one and 5 more: 32 ranges
  histogram sum;
  if (empty()) return sum;
  impl_->each([&](std::uint32_t index, std::uint64_t n) {
    const auto value = static_cast<std::uint64_t>(layout::lowest_at(index));
    const int dropped = std::max(0, static_cast<int>(std::bit_width(value)) - kept_bits);
    const std::uint64_t middle = dropped == 0 ? 0 : std::uint64_t{1} << (dropped - 1);
    sum.record(static_cast<std::int64_t>((value >> dropped << dropped) + middle), n);
    return true;
  });
  sum.set_exact(impl_->sum, impl_->min, impl_->max);
  return sum;
}

std::int64_t histogram::percentile(double percent) const {
  if (empty()) return 0;
  // The reference implementation steps down by one unit in the last place before it rounds up, so that a product that
  // rounding lifted just over a whole number does not skip a value.
  const double below = std::nextafter(percent, -std::numeric_limits<double>::infinity());
  const double asked = std::clamp(below, 0.0, 100.0);
  const auto rank = std::ceil(asked * static_cast<double>(impl_->count) / 100.0);
  const std::uint64_t wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  std::uint64_t seen = 0;
  std::int64_t value = impl_->max;
  impl_->each([&](std::uint32_t index, std::uint64_t n) {
    seen += n;
    if (seen < wanted) return true;
    value = percent > 0 ? layout::highest_at(index) : layout::lowest_at(index);
    return false;
  });
  return std::clamp(value, impl_->min, impl_->max);
}

std::uint64_t histogram::count_at_or_below(std::int64_t value) const {
  if (empty() || value < 0) return 0;
  const std::uint32_t last = layout::index_of(std::min(value, highest));
  std::uint64_t seen = 0;
  impl_->each([&](std::uint32_t index, std::uint64_t n) {
    if (index > last) return false;
    seen += n;
    return true;
  });
  return seen;
}

bool operator==(const histogram& a, const histogram& b) {
  if (a.count() != b.count() || a.sum() != b.sum() || a.min() != b.min() || a.max() != b.max()) return false;
  if (a.empty()) return true;
  static const histogram::impl::block zeros{};
  for (std::uint32_t i = 0; i < histogram::impl::block_count; ++i) {
    const auto& left = a.impl_->blocks[i];
    const auto& right = b.impl_->blocks[i];
    if ((left ? *left : zeros) != (right ? *right : zeros)) return false;
  }
  return true;
}

}  // namespace lsrun::metrics
