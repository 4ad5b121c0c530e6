#!/bin/sh
# setup.sh [DIR]: install the pinned Parlant into a virtual environment of its own, once, and print the directory.
# A real server to test against must not be fetched anew by every run: 65 s and 1.1 GB the first time, 0.1 s later.
#
# DIR is ${XDG_CACHE_HOME:-~/.cache}/lsrun/parlant unless given; the interpreter is $PYTHON (python3, 3.11 or newer).
# Exit: 0 ready; 77 it cannot be installed here (one line on stderr says why, a caller skips); 1 it should have worked.
set -u
version=3.3.2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/lsrun/parlant}
python=${PYTHON:-python3}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

cannot() { # reason: the machine lacks something, which is no fault of the project
    echo "setup.sh: Parlant $version cannot be installed: $1" >&2
    exit 77
}

# What the environment was made of; another answer means that it must be made anew.
recipe() { "$python" -c 'import sys; print(sys.executable, sys.version)' && cat "$here/constraints.txt"; }
wanted=$(recipe 2>/dev/null | cksum)
ready() { [ -x "$dir/bin/python" ] && [ "$(cat "$dir/recipe.cksum" 2>/dev/null)" = "$wanted" ]; }

command -v "$python" >/dev/null || cannot "there is no $python; install Python 3.11 or newer, or set PYTHON"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || cannot "$python is older than 3.11; set PYTHON"
"$python" -c 'import venv, ensurepip' 2>/dev/null || cannot "$python has no venv module; install python3-venv"

mkdir -p "$dir" || cannot "$dir cannot be made"
exec 9>"$dir.lock" # two runs at once: the second waits for the first one's result
command -v flock >/dev/null && flock 9
if ! ready; then
    free_kib=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
    [ "$free_kib" -gt 1600000 ] || cannot "$dir has less than 1.6 GB free"
    rm -rf "$dir" && "$python" -m venv "$dir" >&2 || exit 1
    "$dir/bin/pip" download -q --no-deps --retries 1 --timeout 20 -d "$dir/probe" "parlant==$version" >&2 ||
        cannot "the Python package index cannot be reached, or does not have it"
    echo "setup.sh: installing Parlant $version into $dir, once (about a minute)" >&2
    "$dir/bin/pip" install -q -c "$here/constraints.txt" "$dir"/probe/parlant-* >&2 || exit 1
    rm -rf "$dir/probe"
    "$dir/bin/python" -c "from importlib.metadata import version as v; import sys; sys.exit(v('parlant') != '$version')" || exit 1
    echo "$wanted" >"$dir/recipe.cksum"
fi
echo "$dir"
