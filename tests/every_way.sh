#!/usr/bin/env bash
# The end-to-end tests that hold lsrun's figures against its target's own count, in every way of reading an answer: by the
# fast path, by the parser alone, byte by byte, and each of them through TLS. About 40 minutes; ctest runs a part of it.
#   every_way.sh [TOPIC...]     of tests/e2e/TOPIC_test.py; none: all that count, but for those that also judge times
#                               (plan, truth, verdicts), which a byte at a time would change
# BUILD: the build directory (build/release).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LSRUN_BUILD=${BUILD:-$PWD/build/release} PYTHONDONTWRITEBYTECODE=1
topics=("$@")
[ ${#topics[@]} -gt 0 ] || topics=(sessions transport limits signals machine workers plugins faulty_plugins no_load
  histograms hostile_text)
failed=0
for topic in "${topics[@]}"; do
  for read in fast parser bytes; do
    for tls in "" 1; do
      name="$topic, ${read}${tls:+, TLS}"
      if LSRUN_READ=${read#fast} LSRUN_TEST_TLS=$tls timeout 300 python3 "tests/e2e/${topic}_test.py" >"/tmp/every_way.$$" 2>&1; then
        echo "ok      $name"
      else
        echo "FAILED  $name"
        cat "/tmp/every_way.$$"
        failed=1
      fi
      rm -f "/tmp/every_way.$$"
    done
  done
done
exit $failed
