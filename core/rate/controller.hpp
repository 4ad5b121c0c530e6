// The rate controller of one worker: budgets of each client address, the least interval between requests that draw on
// them, and the multiplier that follows the target's refusals. Pure: time is a parameter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "time/clock.hpp"

namespace lsrun::rate {

// A limit of the target, as one client address meets it.
struct budget {
  std::string name;
  double per_second = 0;  // requests a second, headroom already taken off
};

struct adaptation {
  double lower_above = 0.10, lower_by = 0.8;  // a window's refused share over this: multiplier times that
  double raise_below = 0.01, raise_by = 1.1;  // under this: times that
  double least = 0.1, most = 1.0;             // bounds of the multiplier
};

struct adjustment {
  std::uint32_t address = 0, operation = 0;
  double window_ratio = 0, from = 1, to = 1;
};

// A moving window that lets `count` requests through in any `window` is never crossed by requests that keep at least
// window / count apart: count + 1 of them span one whole window. Headroom widens the interval by 1 / (1 - headroom), so
// that the span exceeds the window by headroom * window, which is how much the way to the target may jitter.
class controller {
 public:
  static constexpr std::uint32_t most_operations = 64;

  controller(std::uint32_t addresses, std::vector<budget> budgets, const adaptation&);

  // Says on which budgets an operation draws (indices into the constructor's list; none: it is not limited). An
  // operation that was never defined draws on nothing.
  void define(std::uint32_t operation, const std::vector<std::uint32_t>& budgets);

  // The earliest instant at which this address may send a request of this operation:
  // for every budget, last request + 1 / (per_second * multiplier()); and not before a refusal's wait is over.
  time::instant earliest(std::uint32_t address, std::uint32_t operation) const {
    const pace& p = cell(address, operation);
    const auto& drawn = draws_[column_[operation]];
    return drawn.empty() ? p.held_until : earliest_of(p, address, drawn);
  }
  // A request is sent: its budgets are drawn on.
  void charge(std::uint32_t address, std::uint32_t operation, time::instant at) {
    for (const std::uint32_t b : draws_[column_[operation]]) last_[std::size_t{address} * budgets_.size() + b] = at;
  }
  // The target asked this address to wait: nothing of this operation before `until`.
  void hold(std::uint32_t address, std::uint32_t operation, time::instant until);
  // A request ended; counted in the window that the multiplier is chosen from.
  void count(std::uint32_t address, std::uint32_t operation, bool refused) {
    pace& p = cell(address, operation);
    ++p.requests;
    if (refused) ++p.refused;
  }

  // Ends the window: every multiplier follows its own window's refused share. Without a request it stays as it is.
  std::vector<adjustment> adapt();
  // A factor of all rates beside what adaptation does, 1 at the start; above 0. The bounds of the multiplier do not
  // hold for it: what the user asks for may exceed the target's limits.
  void set_manual(double factor) { manual_ = factor; }
  double manual() const { return manual_; }

  double multiplier(std::uint32_t address, std::uint32_t operation) const {
    return cell(address, operation).multiplier * manual_;
  }
  // Of multiplier() over addresses and defined operations; the manual factor if none is defined.
  double mean_multiplier() const;

 private:
  struct pace {             // one address and operation
    double multiplier = 1;  // adaptation's part of it
    time::instant held_until = 0;
    std::uint32_t requests = 0, refused = 0;  // of this window
  };
  const pace& cell(std::uint32_t address, std::uint32_t operation) const {
    return paces_[std::size_t{address} * operations_ + column_[operation]];
  }
  pace& cell(std::uint32_t address, std::uint32_t operation) {
    return paces_[std::size_t{address} * operations_ + column_[operation]];
  }
  time::instant earliest_of(const pace&, std::uint32_t address, const std::vector<std::uint32_t>& drawn) const;
  void widen();

  std::uint32_t addresses_;
  std::uint32_t operations_ = 1;  // columns of paces_; column 0 serves all undefined operations
  std::vector<budget> budgets_;
  std::vector<time::span> intervals_;  // by budget, at multiplier 1
  adaptation rule_;
  double manual_ = 1;
  std::vector<std::vector<std::uint32_t>> draws_;  // by column: budgets
  std::vector<std::uint32_t> names_;               // by column: operation id
  std::vector<std::uint32_t> column_;              // by operation id
  std::vector<pace> paces_;                        // addresses x columns
  std::vector<time::instant> last_;                // addresses x budgets
};

}  // namespace lsrun::rate
