#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs all tests. Arguments go to ctest.
#   test.sh                 all but what is labelled `slow`
#   test.sh -L slow         that
#   test.sh -R metrics      those whose name matches
#   test.sh -LE parlant     all but those with a label
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tools/install_deps.sh --tests
tools/build.sh --tests
[ $# -gt 0 ] || set -- -LE slow
say "running the tests"
run_tests build/release "$@"
