// A timer stands in the level at which its tick first differs from the current one, so that level 0 holds exactly the
// rest of the current block of 256 ticks, level 1 the rest of the current block of 256 blocks, and so on.
// A slot of level 3 is 69 s, in which most of a million sessions may want their turn: to part it among the 256 slots of
// level 2 at once, when its time comes, would stop the clock for a tenth of a second. So the next slot of level 3 has
// its own row of level 2 (`ahead`), where new timers go at once and those that stand in level 3 go a few at a time;
// when its time comes the two rows change places.
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
  if (tick >> (parting * slot_bits) == (current_ >> (parting * slot_bits)) + 1) {
    link(i, list_of(ahead, static_cast<std::uint32_t>((tick >> (parted * slot_bits)) & (slots - 1))));
    return;
  }
  const std::uint64_t differing = (tick ^ current_) | 1;
  const int level = std::min((63 - std::countl_zero(differing)) / slot_bits, levels - 1);
  link(i, list_of(level, static_cast<std::uint32_t>((tick >> (level * slot_bits)) & (slots - 1))));
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
  const std::uint32_t base = row_[static_cast<std::size_t>(level)] * (slots / 64);
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

// Of the timers in a slot that begins at tick `start`: exact when they are few or it is level 0.
instant timer_wheel::earliest_of(int level, std::uint32_t slot, std::uint64_t start) const {
  instant earliest = never;
  int looked_at = 0;
  for (id i = heads_[list_of(level, slot)]; i != none; i = at(i).next) {
    if (level > 0 && ++looked_at > 8) return static_cast<instant>(start << tick_bits);
    earliest = std::min(earliest, at(i).due);
  }
  return earliest;
}

instant timer_wheel::next_due() const {
  if (size_ == 0) return never;
  instant earliest = never;
  for (int level = 0; level < levels; ++level) {
    if (level == parting)
      if (const std::uint32_t slot = first_slot(ahead, 0); slot != slots)
        earliest = earliest_of(ahead, slot, next_block() + (std::uint64_t{slot} << (parted * slot_bits)));
    const std::uint32_t from = here(level) + (level == 0 ? 0 : 1);
    const std::uint32_t slot = from < slots ? first_slot(level, from) : slots;
    if (slot == slots) continue;
    return std::min(earliest, earliest_of(level, slot, block_start(level, slot)));
  }
  return earliest;
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

void timer_wheel::place_all(std::uint32_t list) {
  while (heads_[list] != none) {
    const id i = heads_[list];
    unlink(i);
    place(i);
  }
}

// Parts some of the next slot of level 3.
void timer_wheel::part_ahead(int most) {
  if (here(parting) + 1 == slots) return;
  const std::uint32_t list = list_of(parting, here(parting) + 1);
  for (; most > 0 && heads_[list] != none; --most) {
    const id i = heads_[list];
    unlink(i);
    place(i);
  }
}

// Goes on to the next block if that is the next one with a timer and begins by `target`: levels 0 to 2 are empty.
bool timer_wheel::enter_next_block(std::uint64_t target) {
  if (first_slot(ahead, 0) == slots || next_block() > target) return false;
  current_ = next_block();
  std::swap(row_[parted], row_[ahead]);
  for (int level = levels - 1; level >= parted; --level)
    if ((current_ & ((std::uint64_t{1} << (level * slot_bits)) - 1)) == 0) place_all(list_of(level, here(level)));
  return true;
}

void timer_wheel::step_to(std::uint64_t target, instant now) {
  while (current_ <= target) {
    if (const std::uint32_t slot = first_slot(0, here(0)); slot != slots) {
      const std::uint64_t tick = block_start(0, slot);
      if (tick > target) return;
      current_ = tick;
      fire(slot, now);
      if (tick == target) return;  // what is left there is not due yet
      continue;
    }
    int level = 1;
    std::uint32_t next = slots;
    for (; level < levels; ++level) {
      if (level == parting && first_slot(ahead, 0) != slots) break;
      if (here(level) + 1 < slots) next = first_slot(level, here(level) + 1);
      if (next != slots) break;
    }
    if (level == parting && next == slots) {
      if (!enter_next_block(target)) return;
      continue;
    }
    if (next == slots || block_start(level, next) > target) return;
    current_ = block_start(level, next);
    place_all(list_of(level, next));
    // A block of level 1 is a millisecond, and 65 536 of them are a slot of level 3.
    if (level < parting) part_ahead(64);
  }
}

}  // namespace lsrun::time
