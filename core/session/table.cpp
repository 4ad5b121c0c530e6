#include "session/table.hpp"

#include <algorithm>

namespace lsrun::session {

table::table(std::size_t state_size, std::size_t state_align) : align_(std::max<std::size_t>(state_align, 1)) {
  stride_ = (state_size + align_ - 1) / align_ * align_;
}

std::uint32_t table::take() {
  if (free_ == no_place) {
    auto b = std::make_unique<block>();
    b->states = std::make_unique<std::byte[]>(stride_ * block_rows + align_);
    const auto at = reinterpret_cast<std::uintptr_t>(b->states.get());
    b->first_state = b->states.get() + (align_ - at % align_) % align_;
    const std::uint32_t first = rows();
    blocks_.push_back(std::move(b));
    for (std::uint32_t i = block_rows; i-- > 0;) put_aside(first + i);
  }
  const std::uint32_t i = free_;
  free_ = (*this)[i].ready_place;
  ++used_;
  (*this)[i] = row{};
  return i;
}

void table::give_back(std::uint32_t i) {
  (*this)[i].state = session::state::unused;
  put_aside(i);
  --used_;
}

void table::put_aside(std::uint32_t i) {
  (*this)[i].ready_place = free_;
  free_ = i;
}

std::size_t table::bytes() const { return blocks_.size() * (sizeof(block) + stride_ * block_rows + align_); }

}  // namespace lsrun::session
