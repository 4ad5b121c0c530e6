#!/usr/bin/env bash
# Tries lsrun's Debian package as a new machine would: makes it from build/release, or $LSRUN_BUILD (tools/build.sh first),
# installs it by apt in a clean Debian 12 and works with it there. Needs root and mmdebstrap.
#   try_package.sh [--sdk]     --sdk: also builds a plugin there with what the package brings, which installs a compiler
. "$(dirname "${BASH_SOURCE[0]}")/../../common.sh"

build=${LSRUN_BUILD:-build/release}
clean_root=tools/integrations/clean_root.sh
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
in_root() { "$clean_root" run "$work/root" "$@"; }
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; give_up "this failed: $*"; }; }
apt_install() { quietly in_root DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"; }

say "making the package"
quietly cpack --config "$build/CPackConfig.cmake" -B "$work/package"
package=$(basename "$work"/package/*.deb)
say "$package, $(stat -c %s "$work/package/$package") bytes: $(dpkg-deb -f "$work/package/$package" Depends)"

say "a clean Debian 12"
"$clean_root" make "$work/root"
cp "$work/package/$package" "$work/root/tmp/"
in_root apt-get -q update >/dev/null
apt_install "/tmp/$package"

say "what is installed"
in_root lsrun --version
in_root lsrun --list
in_root lsrun plugins >/dev/null
in_root ls /usr/share/man/man1/lsrun.1.gz /usr/share/doc/lsrun/copyright /usr/include/lsrun/scenario.hpp >/dev/null
in_root useradd --create-home somebody

say "the demo, a minute of it in ten seconds, by somebody who is not root"
CLEAN_ROOT_USER=somebody CLEAN_ROOT_DIR=/home/somebody in_root lsrun demo --duration 10m --no-color
test -s "$work"/root/home/somebody/results/latest/report.html || give_up "the demo left no report"

if [ "${1:-}" = --sdk ]; then
  say "a plugin, built with the package's SDK"
  apt_install g++ cmake ninja-build
  in_root lsrun new scenario my_chat /tmp/my_chat >/dev/null
  in_root cmake -G Ninja -S /tmp/my_chat -B /tmp/my_chat/build >/dev/null
  in_root cmake --build /tmp/my_chat/build >/dev/null
  in_root LSRUN_PLUGIN_PATH=/tmp/my_chat/build lsrun plugins my_chat
fi

say "and it goes without a trace"
quietly in_root apt-get -q purge -y lsrun
left=$(find "$work/root/usr" -path '*lsrun*' ! -path '*/share/doc/*' -print)
[ -z "$left" ] || give_up "left behind: $left"
say "the package holds"
