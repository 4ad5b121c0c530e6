// Which session goes when the plan wants fewer. Pure: what a row of the table holds is asked for.
#pragma once

#include <cstdint>

#include "load/stream.hpp"
#include "session/table.hpp"

namespace lsrun::session {

class leaver {
 public:
  enum class kind : std::uint8_t {
    none,           // no session in this row, or one that goes already
    in_step,        // one with a step under way
    between_turns,  // one that can go at once
  };

  // `stream` of the run's seed decides.
  explicit leaver(load::stream stream) : picks_(stream) {}

  // A row at random, of 32 looked at one between two turns if there is such a one, of 64 any. Where those find none,
  // few are left of many: then the next one from where the last such search ended. Searches together pass a row once,
  // rather than each of them all that are gone. no_place: there is none. `look(i)`: the kind of row i, of `rows`.
  template <class Look>
  std::uint32_t choose(std::uint32_t rows, Look look) {
    std::uint32_t chosen = no_place;
    for (int tries = 0; rows != 0 && tries < 64; ++tries) {
      if (tries >= 32 && chosen != no_place) return chosen;
      const auto i = static_cast<std::uint32_t>(picks_[picked_++] % rows);
      const kind found = look(i);
      if (found != kind::none) chosen = i;
      if (found == kind::between_turns) return chosen;
    }
    for (std::uint32_t passed = 0; chosen == no_place && passed < rows; ++passed) {
      if (next_ >= rows) next_ = 0;
      if (look(next_) != kind::none) chosen = next_;
      ++next_;
    }
    return chosen;
  }

 private:
  load::stream picks_;
  std::uint64_t picked_ = 0;
  std::uint32_t next_ = 0;  // row, of the next search
};

}  // namespace lsrun::session
