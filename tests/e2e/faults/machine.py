"""Cells: what can go wrong around a run: the target's process, and the machine and the people that lsrun runs on and for."""

import os
import re
import signal
import socket
import sys
import time

from faults import isolation
from faults.matrix import FAILURES, PARLANT, SANITIZER, Row, end_of, same, words_of
from faults.proxy import Proxy
from support.laws import laws, same_counts
from support.places import BUILD, LSRUN, LSTARGET, free_port
from support.plan import merged, phases, small_plan
from support.run import write_config
from support.target import Target

LONGEST_S = 90  # for a busy machine
LONG = phases(("60s", 8, "step"))
QUIET = {"target": {"health": "none"}}
END = ("300ms", 0, "step")
GONE = (r"cannot connect: Connection refused \(ECONNREFUSED\)|the target closed the connection without an answer"
        r"|the connection broke before an answer: .*")


class Event:
    """A cell of this kind: `run(self, case, problems)` does it all and returns the row."""
    spoil = greet = farewell = None

    def __init__(self, fault, where, run):
        self.fault, self.where, self.run = fault, where, run

    def row(self, problems, ended, outcome, says, counts, code, validity, reasons=""):
        """Checks what all have in common; `says` and `reasons` are regular expressions, each for one text."""
        report = ended.report
        if SANITIZER.search(ended.err + ended.out):
            problems.append(f"a sanitizer speaks: {ended}")
        problems += laws(report)
        if (ended.code, report["verdict"]["validity"]) != (code, validity):
            problems.append(f"not {code}, {validity}: {ended}")
        said = words_of(report, FAILURES)
        if not all(re.fullmatch(says, one) for one in said) or bool(said) != bool(says):
            problems.append(f"the report says {said}, not {says!r}")
        given = "; ".join(report["verdict"]["reasons"])
        if not re.fullmatch(reasons, given):
            problems.append(f"the verdict's reasons are {given!r}, not {reasons!r}")
        return Row(self.fault, self.where, outcome, shown(reasons or says) or "none", end_of(report), counts)


def shown(pattern):
    """A regular expression as the table shows it: N for a number and ... for words that differ from run to run."""
    pattern = re.sub(r"\(;.*?\)\?", "", pattern).replace("|", "; or: ").replace(r"\d+", "N")
    pattern = re.sub(r"(\[\^?[^\]]*\][+*]|\.\*)+", "...", pattern)
    return re.sub(r"\\(.)", r"\1", pattern)


def event(fault, where):
    return lambda run: Event(fault, where, run)


def wait_for_second(case, one):
    """Until the run's first second is over."""
    case.wait_until("second", lambda: one.journal.count("\n") >= 2, LONGEST_S)


def wait_for_requests(case, target, number):
    def enough():
        stats = target.stats()
        return stats["requests"] + stats["in_flight"] >= number
    case.wait_until("request", enough, LONGEST_S)


def outcomes(report):
    return {o: n for o, n in report["totals"]["requests"].items() if n and o not in ("sent",)}


# ---- the target's process ----

@event("refuses connections at first, for a second", "the target")
def refusing(case, problems, self):
    target = case.target("--delay", "5ms")
    proxy = Proxy(target)
    proxy.port = free_port()
    case.addCleanup(proxy.stop)
    one = case.start_plan(small_plan(proxy.url, phases=phases(("4s", 8, "step"), END), retry={"attempts": 50}, **QUIET))
    wait_for_second(case, one)
    proxy.start()
    ended = one.finish(LONGEST_S)
    requests = ended.report["totals"]["requests"]
    same(problems, "sent against read and refused", requests["sent"], sum(proxy.read.values()) + requests["connect_error"])
    same(problems, "outcomes", set(outcomes(ended.report)), {"ok", "connect_error"})
    same(problems, "steps that failed", ended.report["totals"]["steps"]["failed"], 0)
    return self.row(problems, ended, "connect_error, tried again", r"cannot connect: Connection refused \(ECONNREFUSED\)",
                    "equal", 0, "valid")


@event("does not accept: its queue of connections is full", "the target")
def deaf(case, problems, self):
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    case.addCleanup(listener.close)
    for _ in range(4):
        filler = socket.socket()
        case.addCleanup(filler.close)
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    plan = small_plan(f"http://127.0.0.1:{listener.getsockname()[1]}", phases=phases(("1500ms", 8, "step"), END),
                      retry={"attempts": 2}, target={"health": "none", "connect_timeout": "500ms"})
    ended = case.run_plan(plan, timeout=LONGEST_S)
    same(problems, "outcomes", set(outcomes(ended.report)), {"connect_error"})
    same(problems, "sessions opened", ended.report["totals"]["sessions"]["opened"], 0)
    return self.row(problems, ended, "connect_error, tried again", "connect timed out after 500ms",
                    "the target sees none", 0, "valid")


@event("is gone for good", "the target")
def gone(case, problems, self):
    target = case.target("--delay", "5ms")
    one = case.start_plan(small_plan(target.url, phases=LONG))
    wait_for_requests(case, target, 20)
    target.kill()
    ended = one.finish(LONGEST_S)
    if not {"ok", "connect_error"} <= set(outcomes(ended.report)) <= {"ok", "connect_error", "protocol_error", "cancelled"}:
        problems.append(f"outcomes: {outcomes(ended.report)}")
    return self.row(problems, ended, "connect_error", GONE, "gone with the process", 5, "target_lost",
                    r"no request was answered in the last 10 s in which any ended")


@event("is killed, and started again after a second", "the target")
def killed(case, problems, self):
    target = case.target("--delay", "5ms")
    one = case.start_plan(small_plan(target.url, phases=phases(("4s", 8, "step"), END)))
    wait_for_requests(case, target, 20)
    target.kill()
    time.sleep(1)
    target.start()
    ended = one.finish(LONGEST_S)
    seen = outcomes(ended.report)
    if not {"ok", "connect_error"} <= set(seen) <= {"ok", "connect_error", "protocol_error"}:
        problems.append(f"outcomes: {seen}")
    if seen["ok"] <= target.stats()["requests"]:
        problems.append("the first process answered nothing?")
    return self.row(problems, ended, "connect_error; protocol_error of requests under way",
                    GONE, "of the second process alone", 0, "valid")


@event("a launched target's process dies", "the target")
def died(case, problems, self):
    port = free_port()
    pid_file = case.folder() / "pid"
    launch = f"echo $$ >'{pid_file}'; exec '{LSTARGET}' --listen 127.0.0.1:{port} --delay 5ms"
    one = case.start_plan(small_plan(f"http://127.0.0.1:{port}", target={"launch": launch}, phases=LONG))
    wait_for_second(case, one)
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    ended = one.finish(LONGEST_S)
    return self.row(problems, ended, "connect_error, cancelled", GONE, "gone with the process", 5, "target_lost",
                    r"the target's process ended \(killed by signal 9 \(Killed\)\)")


def spare_the_sanitizer():
    """UBSan looks at an object's type through a pipe of its own, and takes a want of open files for a broken object."""
    if "undefined" in os.environ.get("LSRUN_SANITIZED", ""):
        raise isolation.Forbidden("UBSan itself needs open files")


@event("runs out of open files", "the target")
def target_out_of_files(case, problems, self):
    spare_the_sanitizer()
    target = Target("--delay", "50ms", "--agent-id", "agent", "--poll-every", "10ms")
    target.start(sys.executable, "-c", isolation.LIMITED, "24")
    case.addCleanup(target.stop)
    ended = case.run_plan(small_plan(target.url, **merged(PARLANT, {"target": {"request_timeout": "1500ms"}}),
                                     phases=phases(("2s", 60, "step"), END)), timeout=LONGEST_S)
    seen, stats = outcomes(ended.report), target.stats()
    if not {"ok", "timeout"} <= set(seen) <= {"ok", "timeout", "empty_poll"}:
        problems.append(f"outcomes: {seen}")
    if seen["ok"] > stats["outcomes"]["ok"] or stats["requests"] > ended.report["totals"]["requests"]["sent"]:
        problems.append(f"the target counted {stats['outcomes']}, lsrun {seen}")
    return self.row(problems, ended, "timeout", r"no answer within 1\.5s", "the target answers some too late", 0, "valid")


# ---- lsrun's machine ----

def limited(case, script, limit, plan, **named):
    where = case.folder()
    return case.lsrun("-c", script, limit, LSRUN, "--config", write_config(where, plan), "--no-color", where=where,
                      results=where / "results", command=sys.executable, timeout=LONGEST_S, **named)


@event("the limit of open files is reached", "lsrun")
def out_of_files(case, problems, self):
    spare_the_sanitizer()
    target = case.target("--delay", "300ms")
    plan = small_plan(target.url, phases=phases(("1500ms", 120, "step"), END))
    ended = limited(case, isolation.LIMITED, 64, plan)
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


@event("the disk is full after a second", "lsrun")
def disk_full(case, problems, self):
    target = case.target("--delay", "5ms")

    def run():
        where = case.folder()
        isolation.own_disk(where / "results", "256k")
        plan = small_plan(target.url, phases=phases(("3s", 8, "step"), END))
        one = case.start("--config", write_config(where, plan), "--no-color", where=where, results=where / "results")
        wait_for_second(case, one)
        fill(where / "results" / "filler")
        return one.finish(LONGEST_S)

    ended = isolation.in_own_thread(run)
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
        where = case.folder()
        isolation.own_disk(where / "results", "1m")
        plan = small_plan(target.url, phases=phases(("4s", 8, "step"), END))
        one = case.start("--config", write_config(where, plan), "--no-color", where=where, results=where / "results")
        wait_for_second(case, one)
        fill(where / "results" / "filler")
        case.wait_until("word of the full disk", lambda: "the journal ends" in one.said(), LONGEST_S)
        (where / "results" / "filler").unlink()
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
    ended = limited(case, isolation.SHORT_FILES, 24 << 10, small_plan(target.url, phases=phases(("3s", 8, "step"), END)))
    said = r"error: report `json`: .*cannot write .*report\.json: File too large"
    if (ended.code != 70 or not ended.out.endswith("exit 70\n") or SANITIZER.search(ended.err)
            or not re.search(said, ended.err)):
        problems.append(str(ended))
    check_summary(problems, ended, target)
    return Row(self.fault, self.where, "none", shown(said), "70, valid", "equal")


# ---- people and clocks ----

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
        after = re.search(r"after (?:(\d+)m )?([\d.]+)s", ended.report["verdict"]["reasons"][0])
        took = ended.report["run"]["duration_s"] - int(after.group(1) or 0) * 60 - float(after.group(2))
        if not within[0] - 0.1 <= took <= within[1]:
            problems.append(f"{took:.1f} s from the signal to the end")
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
              interrupted(signal.SIGINT, delay="30s", times=2), (1, 4.5), 8),
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
    return self.row(problems, ended, "none; connections that closed meanwhile are replaced", "", "equal", 6,
                    "generator_limited", r"lsrun was suspended for \d+[^ ]*s at [^ ]+ of the run \(stopped by a signal, or "
                    r"with its machine\): nothing was sent or read meanwhile, and the times around it are not the target's")


CLOCKS = [stepped("the clock is set forward by three hours", 10_800, "forward"),
          stepped("the clock is set back by three hours", -10_800, "back")]

CELLS = [refusing, deaf, gone, killed, died, target_out_of_files, out_of_files, out_of_ports, disk_full, disk_full_for_a_while,
         files_too_long, *SIGNALS,
         Event("SIGHUP under nohup", "lsrun", hung_up),
         Event("is stopped for some seconds (SIGSTOP, SIGCONT)", "lsrun", suspended), *CLOCKS]
