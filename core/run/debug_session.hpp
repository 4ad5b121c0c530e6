// One session, every request and answer printed: for writing a config or a scenario.
#pragma once

#include "run/run.hpp"

namespace lsrun::run {

// Opens one session from the pool's first address, takes at most three turns without think time, closes it, and prints
// each request and answer to standard output, secrets masked, bodies cut at 4 KiB. Limits and retries apply as in a
// run. No directory, no reports. Returns exit_passed if every step ended well. Ends after 5 minutes at most.
int debug_session(config::plan);

}  // namespace lsrun::run
