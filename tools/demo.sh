#!/usr/bin/env bash
# Shows lsrun at work on a machine that may have nothing of it yet: installs what it needs, builds, and runs the heavy
# load of an hour in a minute against the target that comes with it. Nothing but this machine is touched.
#   demo.sh [LSRUN_OPTION...]   e.g. demo.sh --report csv
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tools/install_deps.sh
tools/build.sh
say "an hour of heavy load in a minute: configs/demo.toml"
bin=build/release
result=0
"$bin/lsrun" --config configs/demo.toml "$@" || result=$?
case $result in
  0) say "all thresholds held" ;;
  99) say "some thresholds were crossed: the report says which" ;;
  130) say "interrupted; the report covers what ran" ;;
  *) give_up "lsrun ended with exit code $result; what it means stands in README.md" ;;
esac
if [ -e results/latest ]; then
  report=$(readlink -f results/latest)
  if [ -e "$report/report.html" ]; then say "the report, to open in a browser: $report/report.html"; fi
  say "everything of this run: $report"
fi
exit $result
