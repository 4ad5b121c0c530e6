#!/usr/bin/env bash
# Checks the sources' style.
#   lint.sh                   clang-format over all sources, clang-tidy over those that differ from the last commit
#   lint.sh FILE...           clang-format over all sources, clang-tidy over the files given
#   lint.sh --format          clang-format alone
#   lint.sh --fix             formats all sources in place
#   lint.sh --all [SECONDS]   clang-tidy over core and plugins; with SECONDS it stops beginning new files after that time
#                             and says how many it left out
# clang-tidy needs a configured build: build/release, or $LSRUN_BUILD.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

format=clang-format-14
tidy=clang-tidy-14
build=${LSRUN_BUILD:-build/release}
command -v $format >/dev/null || give_up "there is no $format; ./tools/install_deps.sh --tests installs it"

# Ours, known to git or new (without git: all); never what others wrote, nor what is there to be wrong.
sources() {
  if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files -co --exclude-standard -- '*.cpp' '*.hpp' '*.h' '*.c'
  else
    find core plugin_api plugins tests tools -name '*.[ch]pp' -o -name '*.[ch]'
  fi | grep -v '/vendor/' | while read -r file; do if [ -e "$file" ]; then echo "$file"; fi; done
}

check_format() {
  sources | xargs -r $format --dry-run --Werror || give_up "some files are not formatted; tools/lint.sh --fix does it"
  say "format: $(sources | wc -l) files are as .clang-format has it"
}

# tidy_files FILES_FROM_STDIN [SECONDS]
tidy_files() {
  local limit=${1:-} jobs known failed=0 list
  command -v $tidy >/dev/null || give_up "there is no $tidy; ./tools/install_deps.sh --tests installs it"
  [ -e "$build/compile_commands.json" ] || give_up "$build is not configured; ./tools/build.sh --tests does it"
  jobs=$(jobs_for_memory)
  list=$(mktemp -d)
  trap 'rm -rf "$list"' EXIT
  grep -E '\.(cpp|c)$' | while read -r file; do
    if grep -qF "\"file\": \"$PWD/$file\"" "$build/compile_commands.json"; then echo "$file"; fi
  done >"$list/files"
  known=$(wc -l <"$list/files")
  export deadline=$((SECONDS_AT_START + ${limit:-1000000})) build tidy list
  # GCC's own options are none of clang's; its warnings are the compiler's business.
  xargs -r -a "$list/files" -P "$jobs" -n 1 bash -c '
    if [ "$(date +%s)" -ge "$deadline" ]; then echo "$1" >>"$list/left"; exit 0; fi
    $tidy --quiet -p "$build" --extra-arg=-Wno-everything "$1" >"$list/$(echo "$1" | tr / _).out" 2>/dev/null ||
      { echo "error: clang-tidy does not pass $1"; cat "$list/$(echo "$1" | tr / _).out"; } |
        tee -a "$list/failed"' _ || failed=1
  if [ $failed = 0 ] && [ ! -e "$list/failed" ]; then
    if [ -e "$list/left" ]; then say "clang-tidy: $(wc -l <"$list/left") of $known files were left out for want of time"; fi
    say "clang-tidy: $known files, no finding"
  else
    give_up "clang-tidy has findings"
  fi
}

SECONDS_AT_START=$(date +%s)
case "${1:-}" in
  --format) check_format ;;
  --fix) sources | xargs -r $format -i ;;
  --all)
    check_format
    # The largest files are those that include the heavy headers: they come last, so that a limit in time costs least.
    sources | grep -E '^(core|plugins)/.*\.cpp$' | while read -r file; do
      printf '%s %s\n' "$(grep -cE '#include <(boost/(asio|beast)|toml|spdlog)' "$file" || true)" "$file"
    done | sort -n | cut -d' ' -f2 | tidy_files "${2:-}" ;;
  --*) sed -n '2,10p' "$0"; exit 2 ;;
  "")
    check_format
    { git diff --name-only HEAD; git ls-files -o --exclude-standard; } | tidy_files ;;
  *)
    check_format
    printf '%s\n' "$@" | sed "s|^$PWD/||" | tidy_files ;;
esac
