#!/usr/bin/env bash
# Builds lsrun, lstarget and the plugins in build/release; what is there already is used again.
#   build.sh [--tests] [TARGET...]   --tests: the tests too
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tests=OFF
if [ "${1:-}" = --tests ]; then tests=ON; shift; fi
case "${1:-}" in -*) sed -n '2,3p' "$0"; exit 2 ;; esac

for tool in cmake ninja g++; do
  command -v "$tool" >/dev/null || give_up "there is no $tool; ./tools/install_deps.sh installs what is needed"
done
# Warnings are errors where we work (tools/sanitize.sh, CI), not where a newer compiler knows new ones.
configure build/release -DCMAKE_BUILD_TYPE=Release -DLSRUN_TESTS=$tests -DLSRUN_WERROR=OFF
jobs=$(jobs_for_memory)
say "building in build/release, $jobs at a time"
started=$SECONDS
# Ninja's own lines are for a terminal; in a log only what goes wrong is of use.
if [ -t 1 ]; then
  ninja -C build/release -j "$jobs" "$@"
else
  ninja -C build/release -j "$jobs" "$@" >build/release/build.log 2>&1 || {
    grep -v '^\[[0-9]*/[0-9]*\] [BL]' build/release/build.log | tail -n 100 >&2
    give_up "the build failed; all of its output: build/release/build.log"
  }
fi
say "built in $((SECONDS - started)) s"
