// Which client address a new session gets: the least loaded one, so that the spread stays even when sessions end in
// any order; round robin among equals. Pure; not thread-safe, one for each worker.
#pragma once

#include <cstdint>
#include <vector>

namespace lsrun::pool {

class lease {
 public:
  // Indices 0 to addresses - 1, at least one. Memory: 24 bytes an address; nothing is allocated afterwards.
  explicit lease(std::uint32_t addresses);

  // The address for one more session: of those with the fewest, the one that was given out longest ago. O(log n).
  std::uint32_t next();
  // A session of this address has ended. Without an open one on that address nothing happens. O(log n).
  void release(std::uint32_t address);
  // Sessions that an address has now.
  std::uint64_t sessions(std::uint32_t address) const { return slots_[address].sessions; }

 private:
  struct slot {
    std::uint64_t sessions = 0;
    std::uint64_t turn = 0;  // when it was last given out, in a count of all that were
    std::uint32_t at = 0;    // its place in order_
  };
  bool before(std::uint32_t a, std::uint32_t b) const;
  void place(std::uint32_t address, std::uint32_t at);
  void sink(std::uint32_t address);
  void rise(std::uint32_t address);

  std::vector<slot> slots_;
  std::vector<std::uint32_t> order_;  // a binary heap, the next one first
  std::uint64_t turns_ = 0;
};

}  // namespace lsrun::pool
