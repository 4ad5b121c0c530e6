// Keeps the live view's state up to date from each second's snapshot. Bounded memory. Pure but for its own state.
#pragma once

#include "live/state.hpp"
#include "metrics/snapshot.hpp"

namespace lsrun::live {

class course {
 public:
  course(std::string name, std::string target, std::vector<phase_span> phases, double planned_s, std::size_t addresses);

  void add(const metrics::snapshot&);
  // A warning, or what a key did, at the run time of the last snapshot. Kinds of failure are noticed by add() itself.
  void note(std::string text, bool by_hand = false, const std::string& kind = "");

  live::state& shown() { return state_; }

 private:
  void add_heat(const metrics::interval&);
  void add_failures(const metrics::snapshot&);

  live::state state_;
};

}  // namespace lsrun::live
