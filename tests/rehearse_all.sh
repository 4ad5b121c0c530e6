#!/usr/bin/env bash
# All named tests, sixty times as fast as they are meant, each against a bundled target of its own with the plan's limits
# and the same time scale. Prints a table; exit status 1 if any of them does not end with 0. About nine minutes.
#   rehearse_all.sh [NAME...]     these only
# BUILD: the build directory (build/release); SCALE: the time scale (60).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${BUILD:-build/release}
scale=${SCALE:-60}
for program in lsrun lstarget; do
  [ -x "$build/$program" ] || { echo "there is no $build/$program; ./tools/build.sh builds it" >&2; exit 1; }
done
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(startup_load light_load medium_load heavy_load stress_test endurance_test burst_test)

results=$(mktemp -d "${TMPDIR:-/tmp}/lsrun-rehearsal-XXXXXX")
target=
stop_target() {
  [ -z "$target" ] || { kill "$target" 2>/dev/null && wait "$target" || true; }
  target=
}
trap stop_target EXIT

# Starts a target on a free port; its URL is in `url` then.
start_target() {
  rm -f "$results/target.out"  # its words are the last target's
  "$build/lstarget" --listen 127.0.0.1:0 --limits production --time-scale "$scale" --seed 1 \
    --delay "lognormal(200ms,0.5)" >"$results/target.out" 2>&1 &
  target=$!
  for _ in $(seq 100); do
    url=$(sed -n 's/^READY url=\([^ ]*\).*/\1/p' "$results/target.out" 2>/dev/null || true)
    [ -z "$url" ] || return 0
    sleep 0.1
  done
  cat "$results/target.out" >&2
  return 1
}

# One row of the table from a report.
row() {
  python3 - "$1" "$2" "$3" <<'PYTHON'
import json, sys
name, code, path = sys.argv[1:]
try:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
except OSError:
    print(f"{name:16} {code:>4}   no report")
    sys.exit()
t, r = report["totals"], report["ratios"]
percent = lambda ratio: f"{100 * ratio:7.2f} %"
print(f"{name:16} {code:>4} {t['sessions']['opened']:>9} {t['requests']['sent']:>9} {percent(r['rate_limit_ratio'])} "
      f"{percent(r['success_ratio'])}")
for threshold in report["thresholds"]:
    if not threshold["holds"]:
        print(f"    crossed: {threshold['expression']} was {threshold.get('observed_text', 'not measured')}")
for reason in report["verdict"]["reasons"]:
    print(f"    {reason}")
PYTHON
}

printf '%-16s %4s %9s %9s %9s %9s\n' name exit sessions requests '429s' success
failed=0
for name in "${names[@]}"; do
  start_target
  code=0
  "$build/lsrun" "$name" -s "$url" -o "$results/$name" --time-scale "$scale" --quiet --no-color \
    >"$results/$name.out" 2>"$results/$name.err" || code=$?
  stop_target
  row "$name" "$code" "$results/$name/latest/report.json"
  if [ "$code" -ne 0 ]; then failed=1; sed 's/^/    /' "$results/$name.err"; fi
done
if [ "$failed" -eq 0 ]; then rm -rf "$results"; else echo "reports and output: $results" >&2; fi
exit "$failed"
