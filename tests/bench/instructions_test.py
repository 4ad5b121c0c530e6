#!/usr/bin/env python3
"""Guard without a clock: user-space instructions per request of the real lsrun, by callgrind, against budget.json.

Each plan runs twice, each time until the responder has answered a fixed number of requests, however long that takes: the
difference of instructions by the difference of requests, so that start and end drop out. The worker's are counted, not the
main thread's, which come once a second; and since a second under valgrind holds fifty times fewer requests, lsrun's clock is
slower by as much, so that what the worker does once a second is no more of a request's cost than it really is. `--update`
writes what was measured, and a tenth more, as the new budget; names of plans: only these.
"""

import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys

import running

SLOWER = 50  # lsrun's clock
ENDS = (130, 6)  # lsrun's exit codes: interrupted; its times are not to be trusted, as may be under valgrind. Its counts are


@dataclasses.dataclass
class Plan:
    """What is run: a closed loop, and how many requests of it are answered in either run."""

    what: str
    over: dict = dataclasses.field(default_factory=dict)  # what differs from running.closed_loop
    head: str | None = None  # of the answers
    sessions: int = 100
    tls: bool = False
    requests: tuple = (6_000, 30_000)  # nearly all sessions are beyond the turns that have a row of their own


PLANS = {
    "plain": Plan("one address, no limits, heads that are alike"),
    "limited": Plan("100 addresses with limits that do not bind, and a report", running.LIMITED),
    "heads": Plan("as plain, but no two answers' heads are alike", head="varying"),
    # Of few sessions: a handshake costs as much as a thousand requests, and drops out. Most is OpenSSL's.
    "tls": Plan("as plain, but over TLS, 10 sessions", sessions=10, tls=True, requests=(1_000, 5_000)),
}
LENGTH = 600  # seconds: longer than any run takes
# Whose instructions are whose: inclusive cost of the shard's functions (but for those that call others of them, or are
# called by them) and of emptying an interval for its next use, and the metrics' own lines wherever they were inlined: the
# notes of what ended. Of the boundary, own cost of the functions that one side has for the other to call: the host's
# table, with its checks, and a scenario's step, classify and done. What was inlined into them from elsewhere is no
# boundary: the coroutines and pools of the SDK, the scenario's own source. (It takes debug information to tell; without
# it they count as boundary, and notes that were inlined do not count as metrics.)
METRICS = re.compile(r"lsrun::metrics::(shard::(?!take|impl::|fold\(|sessions)|interval::clear)")
METRICS_FILE = "core/metrics/"
METRICS_LABEL, BOUNDARY_LABEL = "recording of metrics", "the .so boundary"
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


@dataclasses.dataclass
class Cost:
    """Instructions of one request: of the worker, and what has a budget of its own; None without debug information."""

    per_request: float
    metrics: float | None
    boundary: float | None
    parts: dict  # by label, what each shared object's own code has of them besides

    def judged(self):
        return {name: n for name, n in (("per_request", self.per_request), ("metrics", self.metrics), ("boundary", self.boundary))
                if n is not None}


def run(plan, requests, **answering):
    """One run of lsrun on plan(url), its responder `answering` so: the instructions of all threads but the main one, and the
    shares of these, and is there debug information?"""
    with running.directory() as here:
        with running.Responder(answers=requests, **answering) as responder:
            command = ["valgrind", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={here}/profile"]
            child = running.lsrun(plan(responder.url), before=command, timeout=170, until=responder.answered,
                                  environment={"LD_PRELOAD": str(running.SLOW_CLOCK), "LSRUN_SLOW_CLOCK": str(SLOWER)})
        if child.code not in ENDS or responder.requests != requests:
            raise RuntimeError(f"lsrun under callgrind ended with exit code {child.code} after {responder.requests} of {requests} "
                               f"requests:\n{child.out}")
        _, *workers = sorted(here.glob("profile-*"))
        own = [lines(w, "no") for w in workers]
        shares = {
            METRICS_LABEL: sum(n for w in workers for n, name, _ in by_function(lines(w, "yes"), "yes") if METRICS.match(name))
                           + sum(n for rows in own for n, file, name, _ in rows
                                 if METRICS_FILE in file and "lsrun::metrics::" not in name.split("(")[0]),
            BOUNDARY_LABEL: sum(n for rows in own for n, file, name, _ in rows
                                if BOUNDARY.match(name) and not NO_BOUNDARY.search(file)),
        }
        for n, _, library in [f for rows in own for f in by_function(rows, "no")]:
            label = "own code of " + os.path.basename(library)
            shares[label] = shares.get(label, 0) + n
        debug = any(METRICS_FILE in file for rows in own for _, file, _, _ in rows)
        clock = shares.pop("own code of " + running.SLOW_CLOCK.name, 0)
        return sum(map(total, workers)) - clock, shares, debug


def measure(plan, requests=Plan.requests, **answering):
    """The Cost of a request of plan(url)."""
    (work_few, shares_few, _), (work_many, shares_many, debug) = (run(plan, n, **answering) for n in requests)
    more = requests[1] - requests[0]
    parts = {label: (n - shares_few.get(label, 0)) / more for label, n in shares_many.items()}
    if shares_many[METRICS_LABEL] == 0 or shares_many[BOUNDARY_LABEL] == 0:
        raise RuntimeError("no function of the metrics shard or of the .so boundary was found: their patterns here need its new names")
    metrics, boundary = parts.pop(METRICS_LABEL), parts.pop(BOUNDARY_LABEL)
    return Cost((work_many - work_few) / more, metrics if debug else None, boundary if debug else None, parts)


def measure_named(name):
    """The Cost of a request in one of PLANS."""
    it = PLANS[name]
    with running.certificate() if it.tls else contextlib.nullcontext() as pair:
        plan = lambda url: {**running.closed_loop(url, LENGTH, it.sessions, **it.over), **running.trusting(pair)}  # noqa: E731
        return measure(plan, it.requests, head=it.head, tls=pair)


def update(path, plan, cost):
    budgets = json.loads(path.read_text(encoding="utf-8"))
    budgets["instructions"].setdefault(plan, {"reason": "measured, and a tenth more"}).update(
        {name: round(n * 1.1) for name, n in cost.judged().items()})
    path.write_text(json.dumps(budgets, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: written")


def main():
    if shutil.which("valgrind") is None or shutil.which("callgrind_annotate") is None:
        running.skip("there is no valgrind; ./tools/install_deps.sh --tests installs it")
    if os.environ.get("LSRUN_BUILD_TYPE", "Release") not in ("Release", "RelWithDebInfo"):
        running.skip("the budget is that of an optimised build")
    words = sys.argv[1:]
    path, over = running.HERE / "budget.json", []
    for plan in [word for word in words if word in PLANS] or PLANS:
        cost = measure_named(plan)
        print(f"{plan} ({PLANS[plan].what}): {cost.per_request:.0f} instructions per request")
        for label, n in sorted(cost.parts.items(), key=lambda item: -item[1]):
            if n >= 1:
                print(f"  {n:8.0f}  {label}")
        if "--update" in words:
            update(path, plan, cost)
            continue
        allowed = running.budget("instructions")[plan]
        for name, n in cost.judged().items():
            print(f"  {n:8.0f}  {name}, budget {allowed[name]}")
            if n > allowed[name]:
                over.append(f"{plan}: {name} is {n:.0f}, its budget {allowed[name]} (tests/bench/budget.json: {allowed['reason']})")
        sys.stdout.flush()
    if over:
        sys.exit("\n".join(over))


if __name__ == "__main__":
    main()
