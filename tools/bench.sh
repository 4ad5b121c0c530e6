#!/usr/bin/env bash
# Builds Release, then measures what lsrun costs, beside wrk on this machine, and prints a table.
#   bench.sh [--quick] [NAME...]   measurements by name (bench.sh --list); none: all, in less than half
#                                an hour, the other load generators that it knows included
# The figures also go to build/release/bench.json. Best on a machine that does nothing else. With LSRUN_BUILD=DIRECTORY
# that build is measured as it is.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v python3 >/dev/null || give_up "there is no python3; ./tools/install_deps.sh --tests installs what is needed"
if [ -z "${LSRUN_BUILD:-}" ]; then
  export LSRUN_BUILD=$PWD/build/release
  # -g1: so that the count of instructions can tell whose source was inlined where.
  configure build/release -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-g1 -DLSRUN_BENCH=ON
  # --tests: large_report and write_report, of `bench.sh report`, are programs of the tests; of these only what is named is built.
  tools/build.sh --tests bench_programs
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 tests/bench/bench.py --json "$LSRUN_BUILD/bench.json" "$@"
