#!/usr/bin/env bash
# A minimal Debian 12 in a directory, to try in it what a new machine would do. Needs root and mmdebstrap; nothing outside the
# directory is changed, and nothing stays mounted.
#   clean_root.sh make DIR                       from this machine's own package sources, if it has those of Debian 12
#   clean_root.sh run DIR [NAME=VALUE...] COMMAND...   runs a command there, by root or by CLEAN_ROOT_USER, in CLEAN_ROOT_DIR
set -euo pipefail
give_up() { printf 'clean_root.sh: %s\n' "$*" >&2; exit 1; }

make_root() {
  local root=$1 file sources=() options=()
  command -v mmdebstrap >/dev/null || give_up "there is no mmdebstrap; apt-get install mmdebstrap"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
    if [ -s "$file" ] && grep -q bookworm "$file"; then sources+=("$file"); fi
  done
  for file in /etc/apt/apt.conf.d/*; do
    if grep -q Check-Valid-Until "$file" 2>/dev/null; then options+=(--aptopt="$file"); fi
  done
  options+=(--mode=root --variant=minbase --include=ca-certificates --dpkgopt=force-unsafe-io)  # a root that is thrown away
  unshare --mount --propagation private mmdebstrap --quiet "${options[@]}" bookworm "$root" "${sources[@]}"
  for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do cp -L "$file" "$root$file" 2>/dev/null || true; done
}

# In a mount namespace of its own: what is mounted for the command is gone with it.
run_in_root() {
  local root=$1
  shift
  exec unshare --mount --propagation private bash -c '
    set -e
    root=$1; shift
    for one in proc sys dev; do mount --rbind "/$one" "$root/$one"; done
    home=/root
    [ "$CLEAN_ROOT_USER" = root ] || home=$(chroot "$root" getent passwd "$CLEAN_ROOT_USER" | cut -d: -f6)
    exec env -i HOME="$home" TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      chroot --userspec="$CLEAN_ROOT_USER" "$root" /bin/sh -c '\''cd "$1"; shift; exec env "$@"'\'' sh "$CLEAN_ROOT_DIR" "$@"' \
    bash "$root" "$@"
}

export CLEAN_ROOT_USER=${CLEAN_ROOT_USER:-root} CLEAN_ROOT_DIR=${CLEAN_ROOT_DIR:-/}
[ "$(id -u)" -eq 0 ] || give_up "needs root"
case "${1:-}" in
  make) [ $# -eq 2 ] || give_up "make wants one directory"; make_root "$2" ;;
  run) [ $# -ge 3 ] || give_up "run wants a directory and a command"; shift; run_in_root "$@" ;;
  *) sed -n '2,5p' "$0"; exit 2 ;;
esac
