#!/usr/bin/env python3
"""Guard without a clock: calls of malloc per request of the real lsrun after warm-up, against budget.json.

The same run at two lengths under a counting malloc; the difference of calls by the difference of requests (the responder's
count). The worker's calls are the budget's; the main thread's come once a second, whatever the load. `--sites` prints which
calls allocate, by the number of allocations per request.
"""

import collections
import os
import re
import subprocess
import sys

import running

LENGTHS = (1, 4)  # seconds


def measure(seconds, sites=None):
    with running.directory() as here:
        environment = {"LD_PRELOAD": str(running.PRELOAD), "LSRUN_ALLOCATIONS": str(here / "count")}
        if sites:
            environment["LSRUN_ALLOCATION_SITES"] = str(sites)
        with running.Responder() as responder:
            child = running.lsrun(running.closed_loop(responder.url, seconds), environment=environment, timeout=60)
        if child.code != 0:
            sys.exit(f"lsrun with the counting malloc ended with exit code {child.code}:\n{child.out}")
        counted = re.match(r"main (\d+) others (\d+)", (here / "count").read_text())
        return responder.requests, int(counted[1]), int(counted[2])


def print_sites():
    """The chains of calls that allocate from the third second on, most frequent first."""
    with running.directory() as here:
        measure(5, here / "sites")
        chains = collections.Counter()
        for line in (here / "sites").read_text().splitlines():
            count, *frames = line.split()
            chains[tuple(frames[:8])] += int(count)
    for frames, count in chains.most_common(12):
        print(f"{count} allocations:")
        for frame in frames:
            module, offset = frame.rsplit("+", 1)
            words = subprocess.run(["addr2line", "-Cfe", module, hex(int(offset, 16) - 1)], capture_output=True, text=True).stdout
            print(f"    {os.path.basename(module)}: {words.splitlines()[0] if words else offset}"[:170])


def main():
    if "--sites" in sys.argv[1:]:
        print_sites()
        return
    (few, main_few, work_few), (many, main_many, work_many) = map(measure, LENGTHS)
    more = many - few
    if more < 1000:
        sys.exit(f"the longer run made only {more} more requests than the shorter: the machine is too busy to judge")
    per_request = (work_many - work_few) / more
    print(f"{per_request:.4f} allocations per request ({few} and {many} requests); "
          f"{(main_many - main_few) / (LENGTHS[1] - LENGTHS[0]):.0f} a second in the main thread")
    allowed = running.budget("allocations")
    if per_request > allowed["per_request"]:
        sys.exit(f"the budget is {allowed['per_request']} (tests/bench/budget.json: {allowed['reason']}); "
                 "allocations_test.py --sites prints where they come from")
    print(f"within the budget of {allowed['per_request']}")


if __name__ == "__main__":
    main()
