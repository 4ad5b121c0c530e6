// A plan's arithmetic before any request is sent: what the limits allow, what the phases ask for, and whether the one
// fits the other. Pure; what is not known before a run (the target's answer time) counts as 0, so that demands are
// upper bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/distribution.hpp"
#include "load/phases.hpp"

namespace lsrun::load {

struct budget {           // a limit of one client address on one operation, as configured
  std::string operation;  // "default" stands for all that are not named
  double per_second = 0;
};

// What the arithmetic looks at, in the plan's own time (before a time scale).
struct figures {
  std::uint32_t addresses = 1;
  double headroom = 0;                 // share of each limit left unused
  std::vector<budget> budgets;         // limits that are on; an operation without one falls to "default"
  std::vector<std::string> unlimited;  // operations whose limit is "none": they do not fall to "default"
  std::optional<double> base;          // turns/s over the pool
  std::vector<phase> phases;
  std::uint64_t max_sessions = 0;
  double arrivals = 0;  // sessions/s of the open model; 0: closed
  distribution think, turns;
  std::optional<time::span> expire_after;
  std::optional<std::uint32_t> connections_per_address;
  double time_scale = 1;
  std::optional<double> created_at_least;  // threshold on sessions_created_per_s, in the run's time
  bool no_refusals = false;                // a threshold wants a rate_limit_ratio of 0
};

struct budget_line {
  std::string operation;
  double per_address = 0;  // permits/s, headroom taken off
  double pool = 0;         // over all addresses
};

struct phase_line {
  std::string name;
  time::span duration = 0;
  std::uint64_t from = 0, to = 0;  // sessions alive at its start and end
  double mean_alive = 0;           // sessions alive on average
  double create = 0;               // sessions to create: growth, and replacement of those that took all their turns
  std::optional<double> create_permits;  // in this phase; none: unlimited
  double close = 0;                      // sessions to close
  std::optional<double> turns_wanted;    // turns/s that think times ask for; none: as fast as answers come
  std::optional<double> turns_allowed;   // turns/s that base and chat limit allow; none: unlimited
  std::optional<double> turns_expected;  // turns/s, the lesser; none if neither bounds it
  time::span throttle = 0;               // mean wait of a turn for its permit; 0: none is expected
};

struct finding {
  std::string phase;   // "" for the whole plan
  bool misfit;         // true: the plan cannot do what it says; false: worth knowing
  std::string text;    // the numbers
  std::string advice;  // what to change; may be empty
};

struct estimate {
  std::vector<budget_line> budgets;
  std::vector<phase_line> phases;
  double sessions_created = 0;
  std::optional<double> turns;          // none: not bounded by the plan
  std::optional<double> requests;       // creations, and turns as one request each; polls and closes come on top
  double sessions_closed = 0;           // of those created; a scenario may send a request for each, or none
  std::optional<double> created_per_s;  // over the time in which sessions are created; none: at once
  std::uint64_t peak_sessions = 0;
  std::uint64_t peak_connections = 0;  // at most
  std::vector<finding> findings;
  bool fits() const;
};

// Permits/s over the pool for one operation; none: unlimited.
std::optional<double> permits_per_second(const figures&, const std::string& operation);

// Operations looked at by name: create_session and chat. The model is Little's law with evenly spread sessions:
// wanted = mean alive / mean think time; replacement = turns per second / mean turns of a session.
estimate estimate_of(const figures&);

}  // namespace lsrun::load
