"""What the benchmarks and the guards share: the responder, plans for lsrun, and what a child process used."""

import contextlib
import json
import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from support.places import BUILD, LSRUN  # noqa: E402
from support.plan import toml  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
RESPONDER = BUILD / "tests" / "responder"
PRELOAD = BUILD / "tests" / "count_allocations.so"
SLOW_CLOCK = BUILD / "tests" / "slow_clock.so"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def budget(name):
    """One entry of budget.json: a dictionary with the budget and why it is what it is."""
    return json.loads((HERE / "budget.json").read_text(encoding="utf-8"))[name]


def cores(words):
    """{0} of 0, {0, 1} of "0-1"."""
    first, _, last = str(words).partition("-")
    return set(range(int(first), int(last or first) + 1))


def waits(pid):
    """Seconds that a process of one thread was ready to run and had no core to do so; 0 where the kernel does not tell."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


class Responder:
    """The responder as a process, in a `with`; afterwards `.requests`, `.connections`, `.cpu_s`, `.first_s` (when the first
    request came, by the monotonic clock), `.wall_s` (from then to the last) and `.resumed` (connections with an earlier one's
    TLS session) are its own count, and `.waited_s` is how long it waited for its core. With `times` that file has when each
    request came; with `spend_us` each costs it so much more; `head` "varying": no two answers' heads are alike; it answers
    all requests, or so many as `answers` says: then `answered()` is true."""

    def __init__(self, core=None, tls=None, seconds=600, times=None, spend_us=None, head=None, answers=None):
        self.core = core
        options = {"--times": times, "--spend": spend_us, "--head": head, "--answers": answers}
        given = [word for pair in options.items() if pair[1] for word in pair]
        self.command = [str(word) for word in (RESPONDER, 0, seconds, *(tls or ()), *given)]
        self.scheme = "https" if tls else "http"

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        if words[:1] != ["READY"]:
            self.process.wait(5)
            raise RuntimeError(f"{' '.join(self.command)} did not get ready")
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, cores(self.core))
        self.port = int(words[1])
        self.waits_before = waits(self.process.pid)
        return self

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answered(self):
        """Has it said that it has answered as many as it was to answer?"""
        ready, _, _ = select.select([self.process.stdout], [], [], 0)
        return bool(ready) and self.process.stdout.readline().startswith("ANSWERED")

    @property
    def load(self):
        """Shares of the time from the first request to the last: that it used its core, and that it waited for it."""
        wall = max(self.wall_s, 1e-9)
        return self.cpu_s / wall, self.waited_s / wall

    def __exit__(self, *_):
        self.waited_s = waits(self.process.pid) - self.waits_before
        self.process.terminate()
        out, _ = self.process.communicate(timeout=10)
        found = re.search(r"requests (\d+) connections (\d+) cpu_s (\S+) first_s (\S+) wall_s (\S+) resumed (\d+)", out)
        if found is None:
            raise RuntimeError("the responder did not say what it did")
        self.requests, self.connections, self.resumed = int(found[1]), int(found[2]), int(found[6])
        self.cpu_s, self.first_s, self.wall_s = map(float, found.groups()[2:5])


def closed_loop(url, seconds, sessions=100, **over):
    """100 sessions at one address, each taking its next turn at once, nothing limited; metrics as in any run."""
    plan = {
        "name": "bench",
        "target": {"url": url, "health": "none"},
        "scenario": {"plugin": "chat_sync"},
        "pool": {"count": 1, "from": ["127.64.0.0/16"]},
        "limits": {"create_session": "none", "chat": "none", "default": "none"},
        "rate": {"base": "none"},
        "sessions": {"max": sessions, "think_time": "none"},
        "phases": [{"name": "load", "duration": f"{seconds * 1000:.0f}ms", "sessions": sessions, "ramp": "step"}],
        "reports": {"write": []},
        "run": {"lag_limit": "none", "cpu_limit": "none", "missed_limit": "none"},
    }
    for table, values in over.items():
        plan[table] = {**plan.get(table, {}), **values} if isinstance(values, dict) else values
    return plan


# As users run it: many client addresses, each with the limits that its rate is kept to (they never bind here), and a report.
LIMITED = {
    "pool": {"count": 100, "from": ["127.64.0.0/16"]},
    "limits": {"create_session": "6000000/min", "chat": "6000000/min", "default": "6000000/min"},
    "reports": {"write": ["json"]},
}


class Child:
    """What one process did: `code`, `out`, `cpu_s` (user and system), `user_s` of it, `begun` (monotonic clock), `wall_s`,
    `peak_bytes`, `memory` (when, and bytes, its children's too, ten times a second); an lsrun's `report` if it wrote one."""

    report = None

    def __init__(self, code, out, usage, begun, wall, watch):
        self.code, self.out, self.begun, self.wall_s = code, out, begun, wall
        self.cpu_s, self.user_s = usage.ru_utime + usage.ru_stime, usage.ru_utime
        self.peak_bytes, self.memory = watch.peak_bytes(usage), watch.seen


def resident(pid, most=False):
    """Bytes of memory that a process and its children have now, or the `most` that it ever had; 0: it is over."""
    with contextlib.suppress(OSError):
        found = re.search(rf"{'VmHWM' if most else 'VmRSS'}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())
        if found and most:
            return int(found[1]) * 1024
        if found:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            return int(found[1]) * 1024 + sum(map(resident, children))
    return 0


class Watch:
    """Looks at a process's memory ten times a second, in a `with` while it runs."""

    def __init__(self, pid):
        self.floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.pid, self.peak, self.seen, self.over = pid, 0, [], threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.over.wait(0.1):
            self.peak = max(self.peak, resident(self.pid, most=True))
            self.seen.append((time.monotonic(), resident(self.pid)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def peak_bytes(self, usage):
        """By what the system says at its end, which is exact, but begins with the memory of the process that started it, ours:
        of one that stayed below, what was seen."""
        exact = usage.ru_maxrss * 1024
        return exact if exact > self.floor else self.peak


def pending(pid, number):
    """Has a process not taken a signal yet?"""
    with contextlib.suppress(OSError):
        return int(re.search(r"ShdPnd:\s+(\S+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1], 16) >> (number - 1) & 1
    return False


def interrupt(process, over, when):
    """SIGINT to a process as soon as `when()` says so, unless it is over before; and again, so that it waits for nothing."""
    while not over.wait(0.01):
        if when():
            for _ in range(2):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGINT)  # the object's send_signal() could take the end from who waits for it
                while pending(process.pid, signal.SIGINT) and not over.wait(0.01):
                    pass
            return


def run(command, core=None, timeout=120, environment=None, cwd=None, until=None):
    """Runs a command to its end, its words kept. Killed after `timeout` seconds. Interrupted as soon as `until()` is true."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        everywhere = os.sched_getaffinity(0)
        if core is not None:
            os.sched_setaffinity(0, cores(core))  # the child inherits it; taskset would cost it its start
        try:
            begun = time.monotonic()
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, cwd=cwd, env={**os.environ, **(environment or {})})
        finally:
            os.sched_setaffinity(0, everywhere)
        watchdog = threading.Timer(timeout, process.kill)
        watchdog.start()
        try:
            with Watch(process.pid) as watch:
                if until:
                    threading.Thread(target=interrupt, args=(process, watch.over, until), daemon=True).start()
                _, status, usage = os.wait4(process.pid, 0)
        finally:
            watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begun
        output.seek(0)
        return Child(process.returncode, output.read(), usage, begun, wall, watch)


@contextlib.contextmanager
def directory():
    with tempfile.TemporaryDirectory(prefix="lsrun-bench-") as path:
        yield pathlib.Path(path)


@contextlib.contextmanager
def certificate():
    """The files of a certificate for the responder and of its key."""
    with directory() as here:
        pair = [here / "certificate.pem", here / "key.pem"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", pair[0], "-keyout", pair[1]],
                       check=True, capture_output=True)
        yield pair


def trusting(pair):
    """What a plan needs for a responder with this certificate and key, if there is one."""
    return {"target.tls": {"ca": str(pair[0])}} if pair else {}


def lsrun(plan, core=None, before=(), words=(), **rest):
    """Runs lsrun on a plan, `before` in front of its command line and `words` at its end. Raises if it failed; exit codes 0 and 99 are ends of a run."""
    with directory() as here:
        (here / "plan.toml").write_text(toml(plan), encoding="utf-8")
        child = run([*before, LSRUN, "--config", here / "plan.toml", "-o", here / "results", *words], core, cwd=here, **rest)
        reports = list((here / "results").glob("*/report.json"))
        if reports:
            child.report = json.loads(reports[0].read_text(encoding="utf-8"))
    return child
