#!/usr/bin/env python3
"""What lsrun costs, measured beside wrk on this machine and printed as one table. tools/bench.sh builds and calls it.

    bench.py [--quick] [--json FILE] [NAME...]     measurements by name; none: all; `bench.py --list` says what each is

Only ratios of one run mean anything on another machine: times differ, instructions and bytes hardly do.
"""

import argparse
import json
import os
import pathlib
import platform
import sys
import time

import growth
import measures
import memory
import peers
import peers_held
import peers_schedule
from running import BUILD

ALL = {**measures.ALL, **memory.ALL, **growth.ALL, "peers": peers.peers, "held": peers_held.held, "schedule": peers_schedule.schedule}
KNOWN = {**ALL, **memory.BY_NAME}


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": cpu, "cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1), "kernel": platform.release(),
            "build": str(BUILD), "load_before": round(os.getloadavg()[0], 2), "utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def print_table(rows):
    table = [("what", "measured", "target", "")] + [
        (r.what, r.text, r.target, {True: "ok", False: "NOT REACHED", None: ""}[r.reached]) for r in rows]
    widths = [max(len(line[i]) for line in table) for i in range(3)]
    for number, line in enumerate(table):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)) + "  " + line[3])
        if number == 0:
            print("  ".join("-" * width for width in widths))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="shorter runs, fewer of them")
    parser.add_argument("--json", type=pathlib.Path, help="the figures also as JSON")
    parser.add_argument("--list", action="store_true", help="what can be measured")
    asked = parser.parse_args()
    if asked.list:
        for name, measure in KNOWN.items():
            print(f"{name:14} {(measure.__doc__ or '').splitlines()[0]}")
        return 0
    if unknown := [n for n in asked.names if n not in KNOWN]:
        parser.error(f"no measurement is called {', '.join(unknown)}; there are {', '.join(KNOWN)}")
    about = machine()
    print(f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB, Linux {about['kernel']}, "
          f"load before {about['load_before']}")
    if about["load_before"] > 0.3:
        print("this machine is busy with something else: times are worse than they could be, ratios wider")
    if about["cores"] < 2:
        sys.exit("one core is for the client and one for the responder: this machine has one alone")
    rows, begun = [], time.monotonic()
    for name in asked.names or ALL:
        print(f"== {time.monotonic() - begun:4.0f} s  {name}: {(KNOWN[name].__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        try:
            rows += KNOWN[name](asked.quick)
        except (measures.Unfit, RuntimeError, OSError, KeyError) as why:  # what was measured before is still told
            rows.append(measures.Row(name, f"refused: {why!r}" if isinstance(why, KeyError) else f"refused: {why}"))
    print(f"== {time.monotonic() - begun:4.0f} s  all told", file=sys.stderr, flush=True)
    print_table(rows)
    if asked.json:
        figures = [{"what": r.what, "measured": r.text, "target": r.target, "reached": r.reached, **r.figures} for r in rows]
        asked.json.write_text(json.dumps({"machine": about, "quick": asked.quick, "rows": figures}, indent=2) + "\n", encoding="utf-8")
        print(f"written: {asked.json}", file=sys.stderr)
    return 1 if any(r.text.startswith("refused") for r in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
