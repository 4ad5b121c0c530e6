#!/usr/bin/env bash
# Installs what lsrun needs from Debian's packages, and only what is missing.
#   install_deps.sh           to build and run it
#   install_deps.sh --tests   to run its tests and style checks too; also HdrHistogram's own Python package, from the
#                             Python package index, into a virtual environment in ~/.cache/lsrun/hdrhistogram, and
#                             Debian's Prometheus, unpacked into ~/.cache/lsrun/prometheus
#   install_deps.sh --list    prints the packages' names
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=(g++ cmake ninja-build make ccache libboost1.81-dev libtomlplusplus-dev libspdlog-dev libcli11-dev libssl-dev zlib1g-dev)
test_packages=(python3 python3-venv python3-jsonschema python3-yaml cmark-gfm openssl procps tmux chromium clang clang-format-14 clang-tidy-14
  libclang-rt-14-dev valgrind strace libbenchmark-dev wrk default-jre-headless libhdrhistogram-java libxml2-utils groff-base mandoc
  zsh fish dpkg-dev file)
case "${1:-}" in
  "") ;;
  --tests) packages+=("${test_packages[@]}") ;;
  --list) printf '%s\n' "${packages[@]}" "${test_packages[@]}"; exit 0 ;;
  *) sed -n '2,7p' "$0"; exit 2 ;;
esac

as_root=()
# Where there is no apt: says what is not there, and goes on if all is.
check_by_hand() {
  local lacks=() header tool
  for tool in g++ cmake ninja; do command -v "$tool" >/dev/null || lacks+=("$tool"); done
  for header in boost/asio.hpp boost/beast.hpp boost/dll.hpp toml++/toml.h spdlog/spdlog.h CLI/CLI.hpp openssl/ssl.h zlib.h; do
    echo "#include <$header>" | ${CXX:-g++} -std=c++20 -E -x c++ - >/dev/null 2>&1 || lacks+=("$header")
  done
  [ ${#lacks[@]} -eq 0 ] && return
  give_up "this is not Debian or a system like it, so nothing can be installed from here. Lacking: ${lacks[*]}." \
    "Needed are GCC 12 or newer, CMake 3.22, Ninja, Boost 1.81, toml++ 3, spdlog 1.10, CLI11 2, OpenSSL 3 and zlib."
}
# HdrHistogram's Python package is none of Debian's. Without it one test is skipped and says so.
readers_of_histograms() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/lsrun/hdrhistogram
  "$folder/bin/python" -c 'import hdrh' 2>/dev/null && return
  mkdir -p "$(dirname "$folder")" && python3 -m venv "$folder" >/dev/null 2>&1 &&
    "$folder/bin/pip" install -q --retries 1 --timeout 20 --disable-pip-version-check hdrhistogram==0.10.3 >/dev/null 2>&1 ||
    say "HdrHistogram's Python package cannot be installed (no network?): the test that reads histograms by it is skipped"
}
# Debian's Prometheus with its promtool is unpacked and not installed: the package would start a service on this machine.
# Without it a test is skipped and says so.
reader_of_metrics() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/lsrun/prometheus work
  [ -x "$folder/usr/bin/prometheus" ] || { command -v prometheus && command -v promtool; } >/dev/null && return
  work=$(mktemp -d)
  chmod 755 "$work"
  { (cd "$work" && apt-get -q download prometheus) || ("${as_root[@]}" apt-get -q update && cd "$work" && apt-get -q download prometheus); } >/dev/null 2>&1 &&
    mkdir -p "$folder" && dpkg -x "$work"/prometheus_*.deb "$folder" ||
    say "Debian's Prometheus cannot be had (no network?): the test that has the metrics scraped is skipped"
  rm -rf "$work"
}
wants_tests=${1:-}
finish() {
  [ "$wants_tests" != --tests ] || { readers_of_histograms; reader_of_metrics; }
  exit 0
}

command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || { check_by_hand; finish; }

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || finish

if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || give_up "needs root to install, and there is no sudo. As root: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
say "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1; }
apt update || { tail -n 20 "$log" >&2; give_up "apt-get update failed: is the network there?"; }
apt install -y --no-install-recommends "${missing[@]}" || {
  tail -n 20 "$log" >&2
  give_up "apt-get could not install ${missing[*]}; they are packages of Debian 12"
}
finish
