#!/usr/bin/env bash
# Runs the unit and end-to-end tests with AddressSanitizer and UndefinedBehaviorSanitizer, in build/asan. Arguments go to
# ctest.
#   sanitize.sh             all but what is labelled `parlant`, `slow`, `style`, `ways` or `unsanitized`
#   sanitize.sh -R pool     those whose name matches
#   LSRUN_SANITIZE=thread sanitize.sh -R e2e    with another sanitizer, in build/thread; of that one only the programs and
#                           plugins are built, which is what has several threads
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kind=${LSRUN_SANITIZE:-address,undefined}
directory=build/${kind%%,*}
[ "$directory" = build/address ] && directory=build/asan
[ $# -gt 0 ] || set -- -LE 'parlant|slow|style|ways|unsanitized'

tools/install_deps.sh --tests
# -O1: at -O0 the tests take three times as long, and coroutines need the tail calls of optimised code.
configure "$directory" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DCMAKE_C_FLAGS_DEBUG="-O1 -g1" \
  -DLSRUN_TESTS=ON -DLSRUN_SANITIZE="$kind"
jobs=$(jobs_for_memory)
say "building in $directory, $jobs at a time"
targets=()
[ "$kind" != thread ] || targets=(lsrun lstarget plugins/all tests/plugins/all clock_step)
ninja -C "$directory" -j "$jobs" "${targets[@]}" >"$directory/build.log" 2>&1 || {
  grep -v '^\[[0-9]*/[0-9]*\] [BL]' "$directory/build.log" | tail -n 100 >&2
  give_up "the build failed; all of its output: $directory/build.log"
}
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export LSRUN_SANITIZED=$kind
run_tests "$directory" --timeout 300 "$@"
