"""Cells: what people and clocks do to a run: signals, a suspension, a clock that is set."""

import os
import re
import signal
import time

from faults import isolation
from faults.event import END, LONG, LONGEST_S, Event, outcomes, wait_for_requests, wait_for_second
from faults.matrix import same
from support.laws import same_counts
from support.places import BUILD, LSRUN
from support.plan import phases, small_plan
from support.run import write_config

def interrupted(number, delay="20ms", times=1, **over):
    """A run of 8 sessions that gets this signal so often after a second; ended, and what the target counted."""
    def run(case):
        target = case.target("--delay", delay)
        one = case.start_plan(small_plan(target.url, phases=LONG, reports={"write": ["json", "csv"]}, **over))
        wait_for_requests(case, target, 8)
        for _ in range(times):
            time.sleep(1)
            one.process.send_signal(number)
        return one.finish(LONGEST_S), target.stats()
    return run


def signalled(fault, name, outcome, run, within, cancelled):
    """`within`: seconds from the first signal to the end of all steps, from and to."""
    def cell(case, problems, self):
        ended, stats = run(case)
        requests = ended.report["totals"]["requests"]
        same(problems, "cancelled", requests["cancelled"], cancelled)
        if not within[0] - 0.1 <= ended.ending_s <= within[1]:
            problems.append(f"{ended.ending_s:.1f} s from the signal to the end")
        if not cancelled:
            problems.extend(same_counts(ended.report, stats))
        else:
            same(problems, "outcomes", set(outcomes(ended.report)), {"cancelled"})
        if not (ended.directory / "csv" / "operations.csv").exists():
            problems.append("a report is missing")
        return self.row(problems, ended, outcome, "", "equal", 130, "interrupted", f"interrupted by {name} after .*")
    return Event(fault, "lsrun", cell)


SIGNALS = [
    signalled("SIGINT", "SIGINT", "none", interrupted(signal.SIGINT), (0, 4), 0),
    signalled("SIGTERM", "SIGTERM", "none", interrupted(signal.SIGTERM), (0, 4), 0),
    signalled("SIGHUP", "SIGHUP", "none", interrupted(signal.SIGHUP), (0, 4), 0),
    signalled("SIGINT while answers take 30 s", "SIGINT", "cancelled after 5 s",
              interrupted(signal.SIGINT, delay="30s"), (5, 20), 8),
    signalled("SIGINT twice while answers take 30 s", "SIGINT", "cancelled at once",
              interrupted(signal.SIGINT, delay="30s", times=2), (0, 4.5), 8),
]


def stepped(fault, step_s, words):
    def cell(case, problems, self):
        shim = BUILD / "tests" / "clock_step.so"
        if not shim.exists():
            raise isolation.Forbidden(f"{shim} was not built")
        target, now = case.target("--delay", "5ms"), case.folder() / "now"
        plan = small_plan(target.url, phases=phases(("3s", 8, "step"), END))
        one = case.start_plan(plan, environment={
            "LD_PRELOAD": str(shim), "CLOCK_STEP": f"{step_s}@{now}",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
        wait_for_second(case, one)
        now.touch()
        ended = one.finish(LONGEST_S)
        report = ended.report
        if not 3 < report["run"]["duration_s"] < 15:
            problems.append(f"the run took {report['run']['duration_s']} s")
        if report["latency"]["response_time"]["max_ms"] > 10_000 or report["latency"]["lag"]["max_ms"] > 10_000:
            problems.append(f"times: {report['latency']}")
        problems.extend(same_counts(report, target.stats()))
        return self.row(problems, ended, "none", "", "equal", 0, "valid",
                        rf"the system's clock was set {words} by 3h[^,]*, \d+[^ ]* into the run: .*")
    return Event(fault, "lsrun", cell)


def hung_up(case, problems, self):
    """nohup ignores SIGHUP for what it starts, which then goes on."""
    target = case.target("--delay", "5ms")
    where = case.folder()
    plan = small_plan(target.url, phases=phases(("3s", 8, "step"), END))
    one = case.start(LSRUN, "--config", write_config(where, plan), "--no-color", where=where, results=where / "results",
                     command="nohup")
    wait_for_second(case, one)
    one.process.send_signal(signal.SIGHUP)
    ended = one.finish(LONGEST_S)
    problems += same_counts(ended.report, target.stats())
    return self.row(problems, ended, "none", "", "equal", 0, "valid")


def suspended(case, problems, self):
    """Longer than the target keeps idle connections. LSRUN_SUSPEND_S=30: for so many seconds instead of six."""
    length_s = int(os.environ.get("LSRUN_SUSPEND_S", "6"))
    target = case.target("--delay", "5ms", "--idle-timeout", "4s")
    one = case.start_plan(small_plan(target.url, phases=phases((f"{length_s + 3}s", 8, "step"), END)))
    wait_for_second(case, one)
    one.process.send_signal(signal.SIGSTOP)
    time.sleep(length_s)
    one.process.send_signal(signal.SIGCONT)
    ended = one.finish(LONGEST_S)
    problems += same_counts(ended.report, target.stats())
    still = re.search(r"suspended for ([\d.]+)s", ended.out.replace("\n", " "))
    if not still or not length_s - 1.5 <= float(still.group(1)) <= length_s + 5:  # it tells seconds that were missed whole
        problems.append(f"{length_s} s long, but {still and still.group(0)}")
    return self.row(problems, ended, "none; connections that closed meanwhile are replaced", "", "equal", 6,
                    "generator_limited", r"lsrun was suspended for \d+[^ ]*s at [^ ]+ of the run \(stopped by a signal, or "
                    r"with its machine\): nothing was sent or read meanwhile, and the times around it are not the target's")


CLOCKS = [stepped("the clock is set forward by three hours", 10_800, "forward"),
          stepped("the clock is set back by three hours", -10_800, "back")]


CELLS = [*SIGNALS, Event("SIGHUP under nohup", "lsrun", hung_up),
         Event("is stopped for some seconds (SIGSTOP, SIGCONT)", "lsrun", suspended), *CLOCKS]
