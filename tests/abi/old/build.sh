#!/bin/sh
# Builds a plugin to be kept: the scenario of ../canary.c from this version of the boundary's header, as a small stripped
# binary. Run once a minor version, on x86-64, before the version is published; the binaries made so far are never built
# again, because what they prove is that they still load.  Usage: build.sh MAJOR_MINOR, e.g. build.sh 1_1
set -eu
cd "$(dirname "$0")"
name="echo_v${1:?say the version, e.g. 1_1}"
[ ! -e "$name.so" ] || { echo "$name.so is there already and is to stay as it is" >&2; exit 1; }
map=../../../plugin_api/plugin.map
gcc -std=c11 -Os -s -shared -fPIC -fvisibility=hidden -I../../../plugin_api/include "-DCANARY_NAME=\"$name\"" ../canary.c \
  -Wl,--version-script=$map,--build-id=none,-z,noseparate-code -o "$name.so"
ls -l "$name.so"
