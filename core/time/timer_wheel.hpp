// A hierarchical timing wheel (Varghese and Lauck 1987): a worker's timers, however many, at constant cost each.
// Pure: time comes in by advance(). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "time/clock.hpp"

namespace lsrun::time {

class timer_wheel {
 public:
  class client {
   public:
    // A timer came due. It is gone by now; schedule() and cancel() of others may be called.
    virtual void on_timer(std::uint64_t cookie, instant now) = 0;

   protected:
    ~client() = default;
  };
  using id = std::uint32_t;
  static constexpr id none = 0xffffffff;

  explicit timer_wheel(instant now = 0);

  // Calls client.on_timer(cookie) in the first advance() at or after `due`, never earlier. A `due` in the past fires in
  // the next advance(), not in the one under way. Allocates only when more timers than ever before are set.
  id schedule(instant due, client&, std::uint64_t cookie);
  // Forgets a timer that has not fired. `none` is ignored.
  void cancel(id);
  // Not later than the earliest timer; never when there is none. Exact when that timer is near.
  instant next_due() const;
  // Fires all that is due at `now`, in order of ticks (4.096 us); within a tick the latest set comes first.
  void advance(instant now);
  // The tick that the last advance() came to: at most 4.096 us before its `now`.
  instant advanced_to() const { return static_cast<instant>(current_ << tick_bits); }
  std::size_t size() const { return size_; }
  // Bytes held, for the accounting of memory per session.
  std::size_t bytes() const { return chunks_.size() * chunk * sizeof(node) + sizeof(*this); }

 private:
  static constexpr int tick_bits = 12, slot_bits = 8, levels = 6;
  static constexpr std::uint32_t slots = 1u << slot_bits;
  // The next slot of level `parting` is parted among slots of level `parted` before its time: the row `ahead`.
  static constexpr int parted = 2, parting = 3, ahead = levels;
  static constexpr std::uint32_t firing = (levels + 1) * slots;  // the list that advance() works off
  static constexpr std::uint32_t later = firing + 1;       // set by callbacks for an instant that has passed already
  static constexpr std::uint32_t head_mark = 0x80000000u;  // in prev: the node is first in the list of this slot

  struct node {
    instant due;
    client* owner;
    std::uint64_t cookie;
    id next, prev;
  };
  static_assert(sizeof(node) == 32, "a timer for each of a million sessions");
  static constexpr id chunk = 1024;  // nodes allocated at once: never moved, so that no growth holds up what is due

  static std::uint64_t tick_of(instant t) { return t < 0 ? 0 : static_cast<std::uint64_t>(t) >> tick_bits; }
  node& at(id i) { return chunks_[i / chunk][i % chunk]; }
  const node& at(id i) const { return chunks_[i / chunk][i % chunk]; }
  void place(id);
  void step_to(std::uint64_t target, instant now);
  void link(id, std::uint32_t list);
  void unlink(id);
  void fire(std::uint32_t slot, instant now);
  std::uint32_t first_slot(int level, std::uint32_t from) const;  // `slots` if there is none
  std::uint64_t block_start(int level, std::uint32_t slot) const;
  std::uint32_t here(int level) const {
    return static_cast<std::uint32_t>((current_ >> (level * slot_bits)) & (slots - 1));
  }
  std::uint32_t list_of(int level, std::uint32_t slot) const {
    return row_[static_cast<std::size_t>(level)] * slots + slot;
  }
  std::uint64_t next_block() const { return ((current_ >> (parting * slot_bits)) + 1) << (parting * slot_bits); }
  instant earliest_of(int level, std::uint32_t slot, std::uint64_t start) const;
  bool enter_next_block(std::uint64_t target);
  void place_all(std::uint32_t list);
  void part_ahead(int most);

  std::uint64_t current_ = 0;      // tick
  instant advancing_ = INT64_MIN;  // the advance() under way
  std::vector<std::unique_ptr<node[]>> chunks_;
  id made_ = 0;  // nodes that were ever used
  id free_ = none;
  std::size_t size_ = 0;
  std::array<std::uint32_t, levels + 1> row_{0, 1, 2, 3, 4, 5, 6};  // of heads_, by level; the last is that of `ahead`
  std::array<id, (levels + 1) * slots + 2> heads_;
  std::array<std::uint64_t, (levels + 1) * slots / 64> used_{};  // a bit for each list that is not empty
};

}  // namespace lsrun::time
