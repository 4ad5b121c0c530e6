#!/usr/bin/env bash
# The end-to-end tests that hold lsrun's figures against its target's own count, in every way of reading an answer: by the
# fast path, by the parser alone, byte by byte, and each of them through TLS. An hour and a half; ctest runs a part of it.
#   every_way.sh [TOPIC...]     of tests/e2e/TOPIC_test.py; none: all that count
# Of those that also judge times, the counts must hold in every way; a test that cannot judge its times byte by byte says
# so. Left out are `reading`, which goes through the ways by itself, `package`, which runs the same programs from another
# place, and `parlant`, whose server is not ours to switch.
# BUILD: the build directory (build/release). JOBS: how many at a time (1); what judges times or rates runs alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LSRUN_BUILD=${BUILD:-$PWD/build/release} PYTHONDONTWRITEBYTECODE=1
alone=" plan truth limits verdicts target_metrics " # as in tests/e2e/CMakeLists.txt
topics=("$@")
[ ${#topics[@]} -gt 0 ] || topics=(sessions transport signals machine workers plugins faulty_plugins no_load histograms
  hostile_text traces kill prometheus dashboard terminal target_verdicts faults plan truth limits verdicts target_metrics)

# one TOPIC fast|parser|bytes plain|tls
one() {
  local name="$1, $2, $3" said
  said=$(mktemp)
  if LSRUN_READ=${2#fast} LSRUN_TEST_TLS=$([ "$3" = plain ] || echo 1) timeout 900 python3 "tests/e2e/$1_test.py" >"$said" 2>&1; then
    echo "ok      $name: $(grep -E '^Ran ' "$said") $(tail -n 1 "$said")"
  else
    echo "FAILED  $name"
    cat "$said"
    rm -f "$said"
    return 1
  fi
  rm -f "$said"
}
export -f one

# in_every_way JOBS TOPIC...
in_every_way() {
  local jobs=$1 topic read
  shift
  for topic in "$@"; do
    for read in fast parser bytes; do printf '%s\n' "$topic $read plain" "$topic $read tls"; done
  done | xargs -r -P "$jobs" -L 1 bash -c 'one "$@"' every_way
}
together=() by_itself=() failed=0
for topic in "${topics[@]}"; do
  if [[ $alone = *" $topic "* ]]; then by_itself+=("$topic"); else together+=("$topic"); fi
done
in_every_way "${JOBS:-1}" "${together[@]}" || failed=1
in_every_way 1 "${by_itself[@]}" || failed=1
exit $failed
