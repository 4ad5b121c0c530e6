#!/usr/bin/env bash
# Lets libFuzzer look for bytes that a reader of outside bytes does not bear, for longer than the tests do; needs clang.
#   fuzz.sh              60 s for each of the targets of tests/fuzz
#   fuzz.sh 600          10 min for each
#   fuzz.sh 600 config   10 min for this one
# What it learns stays in build/fuzz-found/NAME for the next run. An input that breaks a target is left in the same
# place; once mended, it belongs into tests/fuzz/corpus/NAME under a name that says what it is.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:-60}
[[ $seconds =~ ^[0-9]+$ ]] || { sed -n '2,7p' "$0"; exit 2; }
[ $# -gt 0 ] && shift
build=${LSRUN_BUILD:-build/release}
[ -f "$build/build.ninja" ] || { tools/install_deps.sh --tests; configure "$build" -DLSRUN_TESTS=ON; }
ninja -C "$build" -j "$(jobs_for_memory)" fuzzers >&2
[ $# -gt 0 ] || set -- answer sse shape series messages config journal report plugin
for name in "$@"; do
  [ -x "$build/tests/fuzz/${name}_fuzzer" ] || give_up "there is no fuzz target \`$name\`"
  found=build/fuzz-found/$name
  mkdir -p "$found"
  say "$name for $seconds s"
  "$build/tests/fuzz/${name}_fuzzer" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2000 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found" "tests/fuzz/corpus/$name" 2>"$found.log" || {
    tail -n 60 "$found.log" >&2
    give_up "$name does not bear an input; the whole of what was said: $found.log"
  }
  grep -E '^stat::(number_of_executed_units|new_units_added|peak_rss_mb)' "$found.log" | sed "s/^stat::/   /"
done
