#!/usr/bin/env python3
"""Which part of the project may include what: each module of core only the modules that its CMakeLists.txt names, each
library only its one owner. Run by ctest; a wrong include is named with file, line and the rule that it breaks.

    include_dag.py [ROOT]      check the project
    include_dag.py --tree      print the modules with what each may include
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
MODULE = re.compile(r"lsrun_module\(\s*(\w+)([^)]*)\)")
LINKS = re.compile(r"target_link_libraries\(\s*(lsrun_\w+)([^)]*)\)")
LIBRARY = re.compile(r"add_library\(\s*(lsrun_\w+)")

# A library's headers -> where they may be included. A path that ends in / is a folder.
OWNERS = {
    "boost/beast": ["core/boost/", "core/transport/", "core/web/", "core/run/resolve.cpp", "tools/lstarget/"],
    "boost/asio": ["core/boost/", "core/live/", "core/run/", "core/transport/", "core/web/", "tools/"],
    "boost/dll": ["core/plugin/"],
    "boost/json": ["core/boost/", "core/dashboard/", "core/metrics/", "core/report/", "core/plugin/", "core/config/", "core/run/",
                   "plugins/", "tools/"],
    "toml++": ["core/config/"],
    "spdlog": ["core/log/"],
    "fmt": ["core/log/"],
    "CLI": ["tools/"],
    "openssl": ["core/transport/", "core/run/", "tools/lstarget/"],
    "zlib.h": ["core/metrics/"],
}
# Modules that decide and do not act: the standard library alone, and these.
PURE = {"model": [], "time": [], "rate": [], "load": [], "session": [],
        "pool": ["sys/socket.h", "netinet/in.h", "arpa/inet.h", "unistd.h"]}
# What of POSIX time's clock.hpp needs lies in the C library's <ctime>.
STANDARD = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits clocale
cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib
cstring ctime cuchar cwchar cwctype deque exception execution filesystem forward_list fstream functional future
initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new
numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
span sstream stack stdexcept stop_token streambuf string string_view strstream syncstream system_error thread tuple
type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
assert.h ctype.h errno.h limits.h math.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h
""".split())


def modules(root):
    """module -> modules that its CMake files name, itself included; a folder's further libraries count as its own."""
    named, folder_of = {}, {}
    for cmake in sorted(root.glob("core/*/*")):
        if cmake.name != "CMakeLists.txt" and cmake.suffix != ".cmake":
            continue
        folder = cmake.parent.name
        text = re.sub(r"#.*", "", cmake.read_text())
        own = {f"lsrun_{m.group(1)}" for m in MODULE.finditer(text)} | set(LIBRARY.findall(text))
        for library in own:
            folder_of[library] = folder
        found = set()
        for pattern in (MODULE, LINKS):
            for m in pattern.finditer(text):
                found |= set(re.findall(r"lsrun_\w+", m.group(2)))
        named.setdefault(folder, set()).update(found)
    return {folder: {folder_of[n] for n in names if n in folder_of} | {folder} for folder, names in named.items()}


def reachable(allowed):
    """What each module may include: what it names, and what those name in turn."""
    closed = {m: set(names) for m, names in allowed.items()}
    changed = True
    while changed:
        changed = False
        for m, names in closed.items():
            more = set().union(*(closed[n] for n in names if n in closed)) - names
            if more:
                names |= more
                changed = True
    return closed


def owner_of(header):
    return next((p for p in OWNERS if header == p or header.startswith(p + "/") or header.startswith(p + ".")), None)


def fault(path, quoted, header, closed):
    """Why the file at `path` (relative, with /) may not include `header`; None if it may."""
    top, _, rest = path.partition("/")
    prefix = owner_of(header)
    if prefix and not any(path.startswith(o) if o.endswith("/") else path == o for o in OWNERS[prefix]) \
            and top in ("core", "plugins", "plugin_api", "tools"):
        return f"{prefix} belongs to {', '.join(OWNERS[prefix])}"
    if top == "plugin_api":
        if not (header in STANDARD or header == "emmintrin.h" or header.startswith("lsrun/")):  # SSE2, of the compiler
            return "the SDK may include the standard library and lsrun/ alone"
    elif top == "plugins":
        module = header.split("/")[0]
        if "/" in header and module in closed and quoted:
            return "plugins are built against the public SDK alone, never against core"
    elif top == "core":
        return fault_in_core(rest.split("/")[0], quoted, header, closed)
    return None


def fault_in_core(module, quoted, header, closed):
    if quoted and "/" in header:
        wanted = header.split("/")[0]
        if wanted not in closed:
            return f"there is no module {wanted} in core"
        if wanted not in closed.get(module, {module}):
            return f"core/{module}/CMakeLists.txt does not name lsrun_{wanted}"
    if module in PURE and not quoted and header not in STANDARD and header not in PURE[module]:
        return f"{module} is pure: the standard library alone"
    return None


def cycle(allowed):
    """Two modules that name each other, directly or not; None if there are none."""
    closed = reachable({m: names - {m} for m, names in allowed.items()})
    return next((m for m, names in sorted(closed.items()) if m in names), None)


def check(root):
    allowed = modules(root)
    closed = reachable(allowed)
    faults, files = [], 0
    looped = cycle(allowed)
    if looped:
        faults.append(f"core/{looped}: its modules depend on each other in a circle")
    for top in ("core", "plugins", "plugin_api", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".h", ".c") or "vendor" in path.parts:
                continue
            files += 1
            text = path.read_text(errors="replace")
            for m in INCLUDE.finditer(text):
                relative = path.relative_to(root).as_posix()
                why = fault(relative, m.group(1) == '"', m.group(2), closed)
                if why:
                    line = text.count("\n", 0, m.start(2)) + 1
                    faults.append(f"{relative}:{line}: includes {m.group(2)}: {why}")
    return faults, files, closed


def main(arguments):
    root = pathlib.Path(__file__).resolve().parents[2]
    tree = "--tree" in arguments
    for a in arguments:
        if not a.startswith("-"):
            root = pathlib.Path(a)
    faults, files, closed = check(root)
    if tree:
        for module, names in sorted(closed.items(), key=lambda item: (len(item[1]), item[0])):
            print(f"{module}: {' '.join(sorted(names - {module})) or '-'}")
    print("\n".join(faults + [f"{files} files, {len(faults)} wrong includes"]))
    return 1 if faults or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
