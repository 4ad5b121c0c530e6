# What the scripts beside this file share; sourced, never run.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1  # a clone in another folder finds what was compiled before

say() { printf '== %s\n' "$*" >&2; }
give_up() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# How many compilers may run at once: one a core, but each may take 1.5 GB of memory.
jobs_for_memory() {
  local cores by_memory
  cores=$(nproc)
  by_memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
  [ "$by_memory" -lt "$cores" ] && cores=$by_memory
  [ "$cores" -ge 1 ] || cores=1
  echo "${LSRUN_JOBS:-$cores}"
}

# configure DIRECTORY CMAKE_OPTIONS...: quiet unless it fails.
configure() {
  local directory=$1 log
  shift
  mkdir -p "$directory"
  log=$directory/configure.log
  cmake -G Ninja -S . -B "$directory" "$@" >"$log" 2>&1 || { cat "$log" >&2; give_up "configuring $directory failed"; }
}

# run_tests DIRECTORY CTEST_OPTIONS...: becomes ctest, a test more at a time than there are cores, since most of them wait for
# the most part; those that judge rates or times run alone.
run_tests() {
  local directory=$1 jobs
  shift
  jobs=$(($(nproc) + 1))
  [ "$jobs" -le 4 ] || jobs=4
  exec ctest --test-dir "$directory" --output-on-failure --no-tests=error -j "${LSRUN_JOBS:-$jobs}" "$@"
}
