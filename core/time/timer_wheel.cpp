// A timer stands in the level at which its tick first differs from the current one, so that level 0 holds exactly the
// rest of the current block of 256 ticks, level 1 the rest of the current block of 256 blocks, and so on.
#include "time/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace lsrun::time {

timer_wheel::timer_wheel(instant now) : current_(tick_of(now)) { heads_.fill(none); }

timer_wheel::id timer_wheel::schedule(instant due, client& owner, std::uint64_t cookie) {
  id i = free_;
  if (i != none) {
    free_ = at(i).next;
  } else {
    if (made_ % chunk == 0) chunks_.push_back(std::make_unique<node[]>(chunk));
    i = made_++;
  }
  at(i) = {due, &owner, cookie, none, none};
  ++size_;
  if (due <= advancing_)
    link(i, later);
  else
    place(i);
  return i;
}

void timer_wheel::cancel(id i) {
  if (i == none) return;
  unlink(i);
  at(i).next = free_;
  free_ = i;
  --size_;
}

void timer_wheel::place(id i) {
  const std::uint64_t tick = std::max(tick_of(at(i).due), current_);
  const std::uint64_t differing = (tick ^ current_) | 1;
  const int level = std::min((63 - std::countl_zero(differing)) / slot_bits, levels - 1);
  link(i, static_cast<std::uint32_t>(level) * slots + ((tick >> (level * slot_bits)) & (slots - 1)));
}

void timer_wheel::link(id i, std::uint32_t list) {
  node& n = at(i);
  n.prev = head_mark | list;
  n.next = heads_[list];
  if (n.next != none) at(n.next).prev = i;
  heads_[list] = i;
  if (list < firing) used_[list / 64] |= std::uint64_t{1} << (list % 64);
}

void timer_wheel::unlink(id i) {
  const node& n = at(i);
  if (n.next != none) at(n.next).prev = n.prev;
  if ((n.prev & head_mark) == 0) {
    at(n.prev).next = n.next;
    return;
  }
  const std::uint32_t list = n.prev & ~head_mark;
  heads_[list] = n.next;
  if (n.next == none && list < firing) used_[list / 64] &= ~(std::uint64_t{1} << (list % 64));
}

std::uint32_t timer_wheel::first_slot(int level, std::uint32_t from) const {
  const std::uint32_t base = static_cast<std::uint32_t>(level) * (slots / 64);
  for (std::uint32_t word = from / 64; word < slots / 64; ++word) {
    std::uint64_t bits = used_[base + word];
    if (word == from / 64) bits &= ~std::uint64_t{0} << (from % 64);
    if (bits != 0) return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
  }
  return slots;
}

std::uint64_t timer_wheel::block_start(int level, std::uint32_t slot) const {
  const int shift = level * slot_bits;
  return (current_ >> (shift + slot_bits) << (shift + slot_bits)) | (std::uint64_t{slot} << shift);
}

instant timer_wheel::next_due() const {
  if (size_ == 0) return never;
  for (int level = 0; level < levels; ++level) {
    const auto here = static_cast<std::uint32_t>((current_ >> (level * slot_bits)) & (slots - 1));
    const std::uint32_t slot = level == 0         ? first_slot(0, here)
                               : here + 1 < slots ? first_slot(level, here + 1)
                                                  : slots;
    if (slot == slots) continue;
    instant earliest = never;
    int looked_at = 0;
    for (id i = heads_[static_cast<std::uint32_t>(level) * slots + slot]; i != none; i = at(i).next) {
      if (level > 0 && ++looked_at > 8) return static_cast<instant>(block_start(level, slot) << tick_bits);
      earliest = std::min(earliest, at(i).due);
    }
    return earliest;
  }
  return never;
}

void timer_wheel::fire(std::uint32_t slot, instant now) {
  for (id i = heads_[slot]; i != none;) {  // what is due moves to a list of its own: callbacks may change this one
    const id next = at(i).next;
    if (at(i).due <= now) {
      unlink(i);
      link(i, firing);
    }
    i = next;
  }
  while (heads_[firing] != none) {
    const id i = heads_[firing];
    client* owner = at(i).owner;
    const std::uint64_t cookie = at(i).cookie;
    cancel(i);
    owner->on_timer(cookie, now);
  }
}

void timer_wheel::advance(instant now) {
  const std::uint64_t target = tick_of(now);
  advancing_ = now;
  step_to(target, now);
  advancing_ = INT64_MIN;
  current_ = std::max(current_, target);
  while (heads_[later] != none) {
    const id i = heads_[later];
    unlink(i);
    place(i);
  }
}

void timer_wheel::step_to(std::uint64_t target, instant now) {
  while (current_ <= target) {
    const std::uint32_t slot = first_slot(0, static_cast<std::uint32_t>(current_ & (slots - 1)));
    if (slot != slots) {
      const std::uint64_t tick = block_start(0, slot);
      if (tick > target) return;
      current_ = tick;
      fire(slot, now);
      if (tick == target) return;  // what is left there is not due yet
      continue;
    }
    int level = 1;
    std::uint32_t next = slots;
    for (; level < levels && next == slots; ++level) {
      const auto here = static_cast<std::uint32_t>((current_ >> (level * slot_bits)) & (slots - 1));
      if (here + 1 < slots) next = first_slot(level, here + 1);
      if (next != slots) break;
    }
    if (next == slots || block_start(level, next) > target) return;
    current_ = block_start(level, next);
    const std::uint32_t list = static_cast<std::uint32_t>(level) * slots + next;
    while (heads_[list] != none) {
      const id i = heads_[list];
      unlink(i);
      place(i);
    }
  }
}

}  // namespace lsrun::time
