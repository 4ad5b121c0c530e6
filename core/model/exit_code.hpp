// How the process ends: what scripts and CI jobs go by.
#pragma once

namespace lsrun::model {

enum exit_code : int {
  exit_passed = 0,              // all thresholds hold
  exit_usage = 2,               // a wrong command line or config; nothing was sent
  exit_plugin_refused = 3,      // a plugin is missing, unfit or refused to start; nothing was sent
  exit_target_unreachable = 4,  // the target did not answer at the start
  exit_target_lost = 5,         // the target went away during the run
  exit_not_valid = 6,           // lsrun itself was the limit: the figures say nothing of the target
  exit_internal = 70,           // counts do not add up, or another error of lsrun's own
  exit_crossed = 99,            // some threshold does not hold
  exit_interrupted = 130,       // ended by a signal; reports are still written
};

}  // namespace lsrun::model
