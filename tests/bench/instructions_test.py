#!/usr/bin/env python3
"""Guard without a clock: user-space instructions per request of the real lsrun, by callgrind, against budget.json.

The same run at two lengths; the difference of instructions by the difference of requests (the responder's count), so that
start and end drop out. A worker's instructions are told apart from the main thread's: those come once a second, and under
valgrind a second holds far fewer requests. `--update` writes what was measured, and a tenth more, as the new budget.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import running

LENGTHS = (2, 4)  # seconds
NOT_VALID = 6  # lsrun's exit code: its times are not to be trusted, as may be under valgrind; its counts are
# Whose instructions are whose: inclusive cost of the shard's functions (but for those that call others of them, or are
# called by them) and of emptying an interval for its next use, and the metrics' own lines wherever they were inlined: the
# notes of what ended. Of the boundary, own cost of the functions that one side has for the other to call: the host's
# table, with its checks, and a scenario's step, classify and done. What was inlined into them from elsewhere is no
# boundary: the coroutines and pools of the SDK, the scenario's own source. (It takes debug information to tell; without
# it they count as boundary, and notes that were inlined do not count as metrics.)
METRICS = re.compile(r"lsrun::metrics::(shard::(?!take|impl::|fold\(|sessions)|interval::clear)")
METRICS_FILE = "core/metrics/"
BOUNDARY = re.compile(r"lsrun::plugin::|lsrun::detail::exchange_base::(done|classify)|lsrun::detail_scenario<.*>::step\(")
NO_BOUNDARY = re.compile(r"/lsrun/(task|runtime|client|text_buffer)\.hpp$|/coroutine$|/plugins/scenarios/")
LINE = re.compile(r"\s*([\d,]+)\s+\(\s*[\d.]+%\)\s+(\S*?):(.*?)(?: \[([^\]]*/[^\]]*|\?+)\])?$")


def total(profile):
    return int(re.search(r"^(?:totals|summary): (\d+)", profile.read_text(errors="replace"), re.M)[1])


def lines(profile, inclusive):
    """[(instructions, file, function, object or None)] of one thread's profile. With debug information a function has a
    line for each source file that was inlined into it, and only the first of them names its object."""
    out = subprocess.run(["callgrind_annotate", f"--inclusive={inclusive}", "--threshold=100", "--auto=no", str(profile)],
                         check=True, capture_output=True, text=True, errors="replace").stdout
    found = [LINE.match(line) for line in out.splitlines()]
    return [(int(m[1].replace(",", "")), m[2], m[3], m[4]) for m in found if m]


def by_function(rows, inclusive):
    """The same as [(instructions, function, object)], each function once."""
    cost, of = {}, {}
    for n, _, name, library in rows:
        cost[name] = max(n, cost.get(name, 0)) if inclusive == "yes" else n + cost.get(name, 0)
        of[name] = of.get(name) or library
    return [(n, name, of[name] or "?") for name, n in cost.items()]


def measure(seconds):
    """One run: its requests, the instructions of the main thread and of all others, and the shares of the others."""
    with running.directory() as here:
        with running.Responder() as responder:
            command = ["valgrind", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={here}/profile"]
            child = running.lsrun(running.closed_loop(responder.url, seconds), before=command, timeout=60)
        if child.code not in (0, NOT_VALID):
            sys.exit(f"lsrun under callgrind ended with exit code {child.code}:\n{child.out}")
        main, *workers = sorted(here.glob("profile-*"))
        own = [lines(w, "no") for w in workers]
        shares = {
            "recording of metrics": sum(n for w in workers for n, name, _ in by_function(lines(w, "yes"), "yes")
                                        if METRICS.match(name))
                                    + sum(n for rows in own for n, file, name, _ in rows
                                          if METRICS_FILE in file and "lsrun::metrics::" not in name.split("(")[0]),
            "the .so boundary": sum(n for rows in own for n, file, name, _ in rows
                                    if BOUNDARY.match(name) and not NO_BOUNDARY.search(file)),
        }
        for n, _, library in [f for rows in own for f in by_function(rows, "no")]:
            label = "own code of " + os.path.basename(library)
            shares[label] = shares.get(label, 0) + n
        return responder.requests, total(main), sum(map(total, workers)), shares


def main():
    if shutil.which("valgrind") is None or shutil.which("callgrind_annotate") is None:
        running.skip("there is no valgrind; ./tools/install_deps.sh --tests installs it")
    if os.environ.get("LSRUN_BUILD_TYPE", "Release") not in ("Release", "RelWithDebInfo"):
        running.skip("the budget is that of an optimised build")
    (few, main_few, work_few, shares_few), (many, main_many, work_many, shares_many) = map(measure, LENGTHS)
    more = many - few
    if more < 1000:
        sys.exit(f"the longer run made only {more} more requests than the shorter: the machine is too busy to judge")
    per_request = (work_many - work_few) / more
    per_second = (main_many - main_few) / (LENGTHS[1] - LENGTHS[0])
    print(f"{per_request:.0f} instructions per request ({few} and {many} requests), of these:")
    for label, n in sorted(shares_many.items(), key=lambda item: -item[1]):
        if (share := (n - shares_few.get(label, 0)) / more) >= 1:
            print(f"  {share:8.0f}  {label}")
    if shares_many["recording of metrics"] == 0 or shares_many["the .so boundary"] == 0:
        sys.exit("no function of the metrics shard or of the .so boundary was found: their patterns here need its new names")
    print(f"{per_second / 1e6:.1f} million per second in the main thread (merging, journal, console); not judged: it varies")

    path = running.HERE / "budget.json"
    if "--update" in sys.argv[1:]:
        budgets = json.loads(path.read_text(encoding="utf-8"))
        budgets["instructions"]["per_request"] = round(per_request * 1.1)
        path.write_text(json.dumps(budgets, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path}: written")
        return
    allowed = running.budget("instructions")
    if per_request > allowed["per_request"]:
        sys.exit(f"the budget is {allowed['per_request']} (tests/bench/budget.json: {allowed['reason']})")
    print(f"within the budget of {allowed['per_request']} per request")


if __name__ == "__main__":
    main()
