// Moving-window limits a client address and operation, as the real servers count: a request that is let through takes a
// place for one window, a refused one takes none. Pure: time is a parameter. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/result.hpp"
#include "time/clock.hpp"
#include "words.hpp"

namespace lstarget {

// At most `count` requests in any half-open window of this length.
struct limit {
  std::uint64_t count = 0;
  lsrun::time::span window = 0;  // ns; 0: no limit
  bool operator==(const limit&) const = default;
};

// One limit an operation. Each address has its own count for each.
using limit_table = std::array<limit, operation_count>;

// "none", "production" (the limits of both real servers, in minutes), or
// "chat=30/min,create_session=10/min,default=100/min": operations that are not named there have the default's count
// each, or no limit without it.
lsrun::model::result<limit_table> parse_limits(std::string_view text);
// Windows `factor` times as short, at least 1 ns. `factor` is above 0.
limit_table scaled(limit_table, double factor);

class limiter {
 public:
  explicit limiter(const limit_table&);

  struct verdict {
    bool allowed = true;
    operation refused_by = operation::other;  // the first budget without a place
    lsrun::time::instant free_at = 0;         // when that budget has a place again; lsrun::time::never if it never has
  };
  // May a request from `address` be let through now? If each of these budgets has a place, each loses one. Calls come
  // in the order of time.
  verdict ask(std::string_view address, std::initializer_list<operation> budgets, lsrun::time::instant now);

  bool limits_anything() const { return longest_ > 0; }
  // Addresses and operations that are remembered: those let through within the longest window.
  std::size_t remembered() const { return entries_.size(); }

 private:
  struct entry {
    std::deque<lsrun::time::instant> hits;  // oldest first, all within the window when last looked at
    std::list<const std::string*>::iterator place;
  };
  entry* find(const std::string& key, const limit&, lsrun::time::instant now);
  void hit(const std::string& key, lsrun::time::instant now);
  void forget(lsrun::time::instant now);

  limit_table limits_;
  lsrun::time::span longest_ = 0;
  std::unordered_map<std::string, entry> entries_;
  std::list<const std::string*> by_last_hit_;  // keys of entries_, the longest ago first
};

}  // namespace lstarget
