#!/usr/bin/env python3
"""What viewers of the live page cost the load: processor time of lsrun's main thread, which serves them, and the lag, without
viewers, with some that read, with some that do not, and with a Prometheus that scrapes every second.

    LSRUN_BUILD=$PWD/build/release tests/bench/dashboard_cost.py [SECONDS [REQUESTS_PER_S [VIEWERS]]]      prints a table
"""

import pathlib
import re
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from support.plan import phases, small_plan  # noqa: E402
from support.run import Lsrun, write_config  # noqa: E402
from support.target import Target  # noqa: E402


def cpu_s(pid):
    """Of the process's first thread, which is lsrun's main thread; to the nanosecond, where stat counts hundredths of a second."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9


class Viewer(threading.Thread):
    """Opens a path; reads all of it, or nothing; or asks again every second."""

    def __init__(self, port, path, reads=True, again=False):
        super().__init__(daemon=True)
        self.port, self.path, self.reads, self.again, self.bytes, self.over = port, path, reads, again, 0, False
        self.start()

    def run(self):
        while not self.over:
            with socket.create_connection(("127.0.0.1", self.port)) as one:
                one.settimeout(0.5)
                one.sendall(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                while not self.over:
                    if not self.reads:
                        time.sleep(0.1)
                        continue
                    try:
                        piece = one.recv(1 << 16)
                    except TimeoutError:
                        continue
                    if not piece:
                        break
                    self.bytes += len(piece)
            if not self.again:
                break
            time.sleep(1)


def measure(name, seconds, rate, viewers, **kind):
    target = Target("--limits", "none", "--delay", "1ms").start()
    plan = small_plan(target.url, phases=phases((f"{seconds + 2}s", 200, "step")), pool={"count": 20}, rate={"base": f"{rate}/s"},
                      sessions={"think_time": "none"})
    try:
        with tempfile.TemporaryDirectory() as where:
            path = write_config(where, plan)
            run = Lsrun(["--config", path, "-qq", "--dashboard", "127.0.0.1:0", "--prometheus", "127.0.0.1:0"], where, pathlib.Path(where) / "results")
            end = time.monotonic() + 20
            while not (found := re.search(r"shown at http://127\.0\.0\.1:(\d+)/", run.said())) and time.monotonic() < end:
                time.sleep(0.02)
            some = [Viewer(int(found[1]), **kind) for _ in range(viewers)]
            time.sleep(1.3)
            before, at = cpu_s(run.process.pid), time.monotonic()
            time.sleep(seconds - 1.5)
            used, span = cpu_s(run.process.pid) - before, time.monotonic() - at
            for one in some:
                one.over = True
            report = run.finish(seconds + 60).report
    finally:
        target.stop()
    lag = report["latency"]["lag"]
    return (name, viewers, 100 * used / span, sum(v.bytes for v in some) / max(1, len(some)) / span / 1e3, report["rates"]["requests_per_s"],
            lag["p50_ms"] * 1e3, lag["p99_ms"] * 1e3, report["verdict"]["validity"])


def main():
    seconds, rate, viewers = (int(a) for a in (sys.argv[1:] + [12, 5000, 20][len(sys.argv) - 1:]))
    kinds = [("nobody", 0, {"path": "/"}), ("viewers that read", viewers, {"path": "/api/v1/stream"}),
             ("viewers that do not read", viewers, {"path": "/api/v1/stream", "reads": False}),
             ("Prometheus, every second", 1, {"path": "/metrics", "again": True}), ("nobody", 0, {"path": "/"})]
    print("| who looks on | how many | main thread, % of a core | kB/s each | requests/s | lag p50, us | lag p99, us | verdict |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for name, count, kind in kinds:
        rows.append(measure(name, seconds, rate, count, **kind))
        print("| {} | {} | {:.3f} | {:.1f} | {:.0f} | {:.0f} | {:.0f} | {} |".format(*rows[-1]), flush=True)
    alone = (rows[0][2] + rows[-1][2]) / 2
    print(f"\na viewer that reads: {(rows[1][2] - alone) / max(1, viewers):.3f} % of a core; a scrape a second: {rows[3][2] - alone:.3f} %")


if __name__ == "__main__":
    main()
