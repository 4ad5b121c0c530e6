// The sessions of one worker: a row of a few dozen bytes each, reused when a session ends, with the plugin's own state
// beside it. Pure storage; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "session/state.hpp"
#include "time/clock.hpp"

namespace lsrun::session {

inline constexpr std::uint32_t no_place = 0xffffffff;

struct row {
  std::uint64_t number = 0;       // unique in the run
  time::instant due = 0;          // when its next turn is wanted
  time::instant last_active = 0;  // end of its last step
  std::uint32_t address = 0;
  std::uint32_t turn = 0;                // turns taken, the one under way included
  std::uint32_t turns = 0;               // turns it means to take; 0: no end of its own
  std::uint32_t ready_place = no_place;  // in its address's list of ready sessions; of a free row: the next free one
  std::uint32_t timer = no_place;        // of its think time
  std::uint32_t messages = 0;            // how many it has sent
  std::uint16_t tenant = 0;
  std::uint8_t scenario = 0;
  session::state state = session::state::unused;
  bool leaving = false;  // the plan wants it gone: close when its step is over
  bool expiring = false;
};
static_assert(sizeof(row) <= 64, "a session is a few dozen bytes");

class table {
 public:
  // `state_size`, `state_align`: the largest plugin state of the run's scenarios.
  table(std::size_t state_size, std::size_t state_align);

  std::uint32_t take();           // a fresh row; allocates a block of 1024 rows when none is free
  void give_back(std::uint32_t);  // its plugin state has been destructed
  row& operator[](std::uint32_t i) { return blocks_[i / block_rows]->rows[i % block_rows]; }
  void* state(std::uint32_t i) { return blocks_[i / block_rows]->first_state + (i % block_rows) * stride_; }
  std::uint32_t rows() const { return static_cast<std::uint32_t>(blocks_.size() * block_rows); }  // used and unused
  std::uint64_t used() const { return used_; }
  std::size_t bytes() const;  // held, plugin states included

 private:
  void put_aside(std::uint32_t);
  static constexpr std::uint32_t block_rows = 1024;
  struct block {
    row rows[block_rows];
    std::unique_ptr<std::byte[]> states;
    std::byte* first_state = nullptr;  // the first aligned one
  };
  std::size_t stride_, align_;
  std::vector<std::unique_ptr<block>> blocks_;
  std::uint32_t free_ = no_place;  // the row freed last, first of a list through ready_place
  std::uint64_t used_ = 0;
};

}  // namespace lsrun::session
