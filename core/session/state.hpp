// A session's life: opening -> active <-> in_turn -> closing -> closed; or failed, lost, expired. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/outcome.hpp"

namespace lsrun::session {

enum class state : std::uint8_t {
  unused,   // a free row of the table
  opening,  // its open step is under way
  active,   // between two turns: thinking, or ready and waiting for a permit
  in_turn,  // a turn step is under way
  closing,  // its close step is under way
};
inline constexpr std::array<std::string_view, 5> state_names{"unused", "opening", "active", "in_turn", "closing"};

// Why a session is over; each counts in one place of the report.
enum class end : std::uint8_t {
  none,            // it lives
  failed_to_open,  // its open step failed
  closed,          // it took its turns, or the plan wants fewer sessions
  expired,         // idle for longer than expire_after
  lost,            // the target no longer knows it, or the plugin gave it up
};

// What to do with a session when one of its steps has ended.
enum class next : std::uint8_t {
  think,   // active again
  close,   // the close step comes next (or, for a scenario without one, the end)
  finish,  // the session is over, for the reason in `why`
};
struct decision {
  next what = next::think;
  end why = end::none;
};

struct step_end {
  model::step step{};
  model::outcome outcome{};
  bool lost = false;  // LSRUN_SESSION_LOST
  bool done = false;  // LSRUN_SESSION_DONE
};

// `turns_left`: false when it has taken all the turns it meant to. `expiring`: its close step was begun by expiry.
constexpr decision after_step(const step_end& e, bool turns_left, bool expiring) {
  switch (e.step) {
    case model::step::open:
      if (!model::well(e.outcome)) return {next::finish, end::failed_to_open};
      break;
    case model::step::turn:
      if (e.outcome == model::outcome::plugin_fault) return {next::finish, end::lost};
      break;
    case model::step::close:  // however it ended: what the target kept of it is the target's matter
      return {next::finish, e.lost ? end::lost : expiring ? end::expired : end::closed};
  }
  if (e.lost) return {next::finish, end::lost};
  if (e.done || !turns_left) return {next::close, end::none};
  return {next::think, end::none};
}

}  // namespace lsrun::session
