#!/usr/bin/env python3
"""Guard without a clock: no request allocates in the real lsrun once it is warm, in a closed loop and in an open one.

A counting malloc keeps which calls of the workers allocate in each of some seconds of a run, between its beginning and its
end. What comes once a second, with a range of times that was not seen before or with a text longer than any before is told by the
functions in the chain of calls and has a budget for each second, far less than there are requests in it. Of the other chains one
that is seen in every second is a request's, and there may be none; one that is not is something that grew for the first time as
the machine did something else, and has a budget, too. `--sites` prints all chains.
"""

import collections
import os
import re
import subprocess
import sys

import running

WARM, LOOKED, LENGTH = 5, 4, 10  # seconds: until it is looked at, for how long, of the run
ONCE = "what was not seen in every second"
PLANS = {"closed loop": {}, "open loop, 5 000/s": {"rate": {"base": "5000/s"}}}


def measure(over):
    """[([allocations of each second], [function, ...])] of the workers in those that were looked at, and the run's requests."""
    with running.directory() as here:
        environment = {"LD_PRELOAD": str(running.PRELOAD), "LSRUN_ALLOCATION_SITES": str(here / "sites"),
                       "LSRUN_ALLOCATION_SITES_AFTER": str(WARM), "LSRUN_ALLOCATION_SITES_FOR": str(LOOKED)}
        with running.Responder() as responder:
            child = running.lsrun(running.closed_loop(responder.url, LENGTH, **over), environment=environment, timeout=120)
        if child.code != 0:
            sys.exit(f"lsrun with the counting malloc ended with exit code {child.code}:\n{child.out}")
        chains = [line.split() for line in (here / "sites").read_text().splitlines()]
    names = functions({frame for _, *frames in chains for frame in frames})
    return [([int(one) for one in counts.split(",")], [name for frame in frames for name in names[frame]])
            for counts, *frames in chains], responder.requests


def functions(frames):
    """{"module+offset": [functions, the innermost of those that were inlined first]}."""
    of = collections.defaultdict(list)
    for frame in frames:
        module, offset = frame.rsplit("+", 1)
        of[module].append((frame, hex(int(offset, 16) - 1)))
    found = {}
    for module, places in of.items():
        out = subprocess.run(["addr2line", "-Cfiae", module, *(offset for _, offset in places)], capture_output=True, text=True).stdout
        for (frame, _), block in zip(places, re.split(r"^0x[0-9a-f]+\n", out, flags=re.M)[1:]):
            found[frame] = block.splitlines()[::2]
    return collections.defaultdict(list, found)


def main():
    budgets = running.budget("allocations")["per_second"]
    seldom = {name: re.compile(one["functions"]) for name, one in budgets.items() if name != ONCE}
    over = []
    for plan, differs in PLANS.items():
        chains, requests = measure(differs)
        if requests < 1000 * LENGTH / 2:
            sys.exit(f"{plan}: {requests} requests in {LENGTH} s: the machine is too busy to judge")
        counts = collections.Counter()
        for seconds, names in chains:
            other = "requests" if all(seconds) else ONCE
            kind = next((kind for kind, pattern in seldom.items() if any(map(pattern.search, names))), other)
            counts[kind] += sum(seconds)
            if sum(seconds) > 0 and (kind == other or "--sites" in sys.argv[1:]):
                print(f"{seconds} allocations by second, counted as {kind}:\n" + "\n".join(f"    {name[:150]}" for name in names[:10]))
        print(f"{plan}, {requests} requests in {LENGTH} s: {counts['requests']} allocations of requests in {LOOKED} s; a second: "
              + (", ".join(f"{counts[kind] / LOOKED:.1f} of {kind}" for kind in budgets)))
        if not any(counts.values()):
            over.append(f"{plan}: nothing was counted, not even what comes once a second: the count itself is broken")
        if counts["requests"] > 0:
            over.append(f"{plan}: requests allocate; the chains of calls are above")
        over += [f"{plan}: {counts[kind] / LOOKED:.1f} allocations of {kind} a second, its budget is {budgets[kind]['most']}"
                 for kind in budgets if counts[kind] > LOOKED * budgets[kind]["most"]]
    if over:
        sys.exit("\n".join(over))


if __name__ == "__main__":
    main()
