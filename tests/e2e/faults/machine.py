"""Cells: what the machine that lsrun runs on may be short of."""

import re
import sys
import time

from faults import isolation
from faults.event import END, LONGEST_S, event, outcomes, shown, wait_for_second
from faults.matrix import SANITIZER, Row, same
from support.laws import same_counts
from support.places import LSRUN
from support.plan import phases, small_plan
from support.run import write_config
from support.target import Target

def limited(case, script, limits, plan):
    where = case.folder()
    return case.lsrun("-c", script, *limits, LSRUN, "--config", write_config(where, plan), "--no-color", where=where,
                      results=where / "results", command=sys.executable, timeout=LONGEST_S)


@event("the limit of open files is reached", "lsrun")
def out_of_files(case, problems, self):
    target = case.target("--delay", "300ms")
    plan = small_plan(target.url, phases=phases(("1500ms", 120, "step"), END))
    ended = limited(case, isolation.LIMITED, (64, 64), plan)
    requests = ended.report["totals"]["requests"]
    same(problems, "sent against the target's count and those unsent", requests["sent"],
         target.stats()["requests"] + requests["connect_error"])
    same(problems, "outcomes", set(outcomes(ended.report)), {"ok", "connect_error"})
    return self.row(problems, ended, "connect_error, tried again", r"no socket: Too many open files \(EMFILE\)", "equal", 6,
                    "generator_limited", r"\d+ connections could not be opened: no open files left \(raise `ulimit -n`\)")


@event("no local port is left", "lsrun")
def out_of_ports(case, problems, self):
    def run():
        isolation.own_network(61_000, 61_019)
        target = Target("--delay", "300ms")
        target.port = 8800
        target.start()
        try:
            ended = case.run_plan(small_plan(target.url, phases=phases(("1500ms", 60, "step"), END)), timeout=LONGEST_S)
            deadline = time.monotonic() + 20
            while True:
                try:
                    return ended, target.stats()
                except OSError:  # its own connection needs a port too: those of the run are free again a second later
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.3)
        finally:
            target.stop()

    ended, stats = isolation.in_own_thread(run)
    requests = ended.report["totals"]["requests"]
    same(problems, "sent against the target's count and those unsent", requests["sent"],
         stats["requests"] + requests["connect_error"])
    same(problems, "outcomes", set(outcomes(ended.report)), {"ok", "connect_error"})
    return self.row(problems, ended, "connect_error, tried again",
                    r"cannot connect: Cannot assign requested address \(EADDRNOTAVAIL\)", "equal", 6, "generator_limited",
                    r"\d+ connections could not be opened: no local ports left \(more addresses with mode \"bind\"\)")


def on_a_full_disk(case, target, size, length):
    """A run whose results go to a disk of its own, which is filled up after a second: the run, and what filled the disk."""
    where = case.folder()
    isolation.own_disk(where / "results", size)
    plan = small_plan(target.url, phases=phases((length, 8, "step"), END))
    one = case.start("--config", write_config(where, plan), "--no-color", where=where, results=where / "results")
    wait_for_second(case, one)
    filler = where / "results" / "filler"
    fill(filler)
    return one, filler


@event("the disk is full after a second", "lsrun")
def disk_full(case, problems, self):
    target = case.target("--delay", "5ms")

    ended = isolation.in_own_thread(lambda: on_a_full_disk(case, target, "256k", "3s")[0].finish(LONGEST_S))
    said = [r"journal\.jsonl: the journal ends here: No space left on device; the run goes on",
            r"error: report `json`: .*cannot write .*report\.json: No space left on device"]
    problems += [f"not said: {one}; {ended}" for one in said if len(re.findall(one, ended.err)) != 1]
    if ended.code != 70 or not ended.out.endswith("exit 70\n") or SANITIZER.search(ended.err):
        problems.append(str(ended))
    check_summary(problems, ended, target)
    return Row(self.fault, self.where, "none", shown("; ".join(said)), "70, valid", "equal")


def check_summary(problems, ended, target):
    """Where no report could be written: the summary's count of requests, on the terminal."""
    sent = int(re.search(r"requests +([\d ]+\d)   ", ended.out).group(1).replace(" ", ""))
    same(problems, "requests of the summary against the target's", sent, target.stats()["requests"])


def fill(path):
    """Takes all that is left of a disk."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


@event("the disk is full for a second", "lsrun")
def disk_full_for_a_while(case, problems, self):
    target = case.target("--delay", "5ms")

    def run():
        one, filler = on_a_full_disk(case, target, "1m", "4s")
        case.wait_until("word of the full disk", lambda: "the journal ends" in one.said(), LONGEST_S)
        filler.unlink()
        ended = one.finish(LONGEST_S)
        return ended, self.row(problems, ended, "none", "", "equal", 0, "valid",
                               r"[^;]*journal\.jsonl: the journal ends here: No space left on device"
                               r"(; .*histograms\.hlog: the histograms end here: No space left on device)?")

    ended, row = isolation.in_own_thread(run)
    problems += same_counts(ended.report, target.stats())
    return row


@event("no file may be longer than 24 KiB", "lsrun")
def files_too_long(case, problems, self):
    target = case.target("--delay", "5ms")
    ended = limited(case, isolation.SHORT_FILES, (24 << 10,), small_plan(target.url, phases=phases(("3s", 8, "step"), END)))
    said = r"error: report `json`: .*cannot write .*report\.json: File too large"
    if (ended.code != 70 or not ended.out.endswith("exit 70\n") or SANITIZER.search(ended.err)
            or not re.search(said, ended.err)):
        problems.append(str(ended))
    check_summary(problems, ended, target)
    return Row(self.fault, self.where, "none", shown(said), "70, valid", "equal")


CELLS = [out_of_files, out_of_ports, disk_full, disk_full_for_a_while, files_too_long]
