#!/usr/bin/env python3
"""What lsrun and other load generators say of the same stall: the table of docs/measurement.md.

usage: stall_peers.py [--only NAME,...] [--seconds 20] [--markdown]; LSRUN_BUILD is the build's folder.

lstarget answers after 1 ms, and once not for 1.4 s. Each tool is told to send 500 requests a second for 20 s, so 10 000, of
which 700 are due in the stall: one that is due t before its end waits t. 5 % wait longer than 400 ms and 1 % longer than
1200 ms; the target's log tells whether the stall was that long. Tools that are not installed are left out. 40 s a row at most.
"""

import argparse
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from support.places import LSRUN  # noqa: E402
from support.plan import toml  # noqa: E402
from support.target import Target  # noqa: E402
from support.truth import given, percentile, read_log  # noqa: E402

RATE, DELAY_MS, STALL = 500, 1, "1400ms@5s"
BODY = '{"message":"hi","session_id":"one"}'
JSON = "Content-Type: application/json"


class Setup:
    """One run: the target's `url`, a folder, and how much of what to send."""

    def __init__(self, url, where, connections, seconds):
        self.url, self.where, self.connections, self.seconds = url + "/sessions/chat", where, connections, seconds
        self.base = url

    def write(self, name, text):
        (self.where / name).write_text(text, encoding="utf-8")
        return self.where / name

    def call(self, *words, **more):
        done = subprocess.run(list(map(str, words)), cwd=self.where, capture_output=True, text=True, timeout=self.seconds + 20, **more)
        return done.stdout + done.stderr


def ms(text):
    """"1.25s", "38.40ms", "812us", "1m2s" in milliseconds."""
    return sum(float(n) * {"us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]
               for n, unit in re.findall(r"([\d.]+)(us|µs|ms|s|m)(?![a-z])", text))


def lsrun(run, sessions, bound="none"):
    plan = {"name": "stall", "target": {"url": run.base, "health": "none", "connections_per_address": bound},
            "scenario": {"plugin": "chat_sync"}, "pool": {"count": 1, "from": ["127.64.0.0/16"]},
            "limits": {"create_session": "none", "chat": "none", "default": "none"}, "rate": {"base": f"{RATE}/s"},
            "sessions": {"max": sessions, "think_time": "none"}, "reports": {"write": ["json"]},
            "phases": [{"name": "load", "duration": f"{run.seconds}s", "sessions": sessions, "ramp": "step"}]}
    run.call(LSRUN, "--config", run.write("plan.toml", toml(plan)), "-o", run.where / "results", "--no-color")
    report = json.loads(next((run.where / "results").glob("*-*/report.json")).read_text(encoding="utf-8"))
    times, verdict = report["latency"]["response_time"], report["verdict"]
    note = "; ".join(re.split(r": ", reason)[0] for reason in verdict["reasons"]) or "valid"
    note = note if note == "valid" else "not valid: " + note
    return times["p95_ms"], times["p99_ms"], note


def lsrun_enough(run):
    return lsrun(run, 1000)


def lsrun_bound(run):
    return lsrun(run, 1000, run.connections)


def lsrun_few(run):
    return lsrun(run, run.connections)


def wrk(run):
    # A closed loop: what is left of connections / rate after the answer's time is waited, which a script may ask for.
    pause = run.connections * 1000 // RATE - DELAY_MS
    script = run.write("post.lua", f"""wrk.method, wrk.body = "POST", [[{BODY}]]
wrk.headers["Content-Type"] = "application/json"
function delay() return {pause} end
function done(summary, latency, requests)
  print(string.format("P95 %.3f P99 %.3f", latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end""")
    out = run.call("wrk", "-t1", f"-c{run.connections}", f"-d{run.seconds}s", "--timeout", "5s", "-s", script, run.url)
    p95, p99 = map(float, re.search(r"P95 ([\d.]+) P99 ([\d.]+)", out).groups())
    return p95, p99, "corrects its own histogram, and does not say so"


def vegeta(run, *words):
    targets = run.write("targets", f"POST {run.url}\n{JSON}\n@{run.write('body.json', BODY)}\n")
    run.call("vegeta", "attack", f"-rate={RATE}/1s", f"-duration={run.seconds}s", f"-connections={run.connections}", *words,
             f"-targets={targets}", "-output", run.where / "out.bin")
    report = json.loads(run.call("vegeta", "report", "-type=json", run.where / "out.bin"))
    sent = report["requests"]
    return report["latencies"]["95th"] / 1e6, report["latencies"]["99th"] / 1e6, f"{sent} sent"


def vegeta_bound(run):
    return vegeta(run, f"-max-workers={run.connections}", f"-workers={run.connections}")


def vegeta_free(run):
    return vegeta(run, f"-max-connections={run.connections}")


def oha(run, *words):
    out = run.call("oha", "--no-tui", "--output-format", "json", "-z", f"{run.seconds}s", "-q", RATE, "-c", run.connections, "-m", "POST",
                   "-H", JSON, "-d", BODY, *words, run.url)
    found = json.loads(out[out.index("{"):])["latencyPercentiles"]
    return found["p95"] * 1e3, found["p99"] * 1e3, ""


def oha_corrected(run):
    return oha(run, "--latency-correction")


def h2load(run):
    run.call("h2load", "--h1", "-t1", "-c", run.connections, "-D", run.seconds, "--rps", RATE // run.connections, "-H", JSON,
             "-d", run.write("body.json", BODY), "--log-file", run.where / "log.tsv", run.url)
    with open(run.where / "log.tsv", newline="", encoding="utf-8") as file:
        times = [int(row[2]) / 1e3 for row in csv.reader(file, delimiter="\t")]
    return percentile(times, 95), percentile(times, 99), "percentiles from its log: it prints none"


def k6(run, most):
    script = run.write("script.js", f"""import http from 'k6/http';
export const options = {{ summaryTrendStats: ['p(95)', 'p(99)'], scenarios: {{ load: {{ executor: 'constant-arrival-rate', rate: {RATE},
  timeUnit: '1s', duration: '{run.seconds}s', preAllocatedVUs: {most}, maxVUs: {most} }} }} }};
export default function () {{ http.post('{run.url}', '{BODY}', {{ headers: {{ 'Content-Type': 'application/json' }} }}); }}
export function handleSummary(data) {{
  const t = data.metrics.http_req_duration.values, d = data.metrics.dropped_iterations;
  return {{ stdout: `P95 ${{t['p(95)']}} P99 ${{t['p(99)']}} DROPPED ${{d ? d.values.count : 0}}` }}; }}
""")
    out = run.call("k6", "run", "--quiet", "--no-usage-report", script)
    p95, p99, dropped = re.search(r"P95 ([\d.]+) P99 ([\d.]+) DROPPED (\d+)", out).groups()
    return float(p95), float(p99), f"says that it dropped {dropped} iterations" if int(dropped) else ""


def k6_bound(run):
    return k6(run, run.connections)


def k6_free(run):
    return k6(run, 1000)


def locust(run):
    script = run.write("locustfile.py", f"""from locust import FastHttpUser, constant_throughput, task


class Customer(FastHttpUser):
    wait_time = constant_throughput({RATE / run.connections})

    @task
    def post(self):
        self.client.post("/sessions/chat", data={BODY!r}, headers={{"Content-Type": "application/json"}})
""")
    run.call("locust", "-f", script, "--headless", "-u", run.connections, "-r", run.connections, "-t", f"{run.seconds}s",
             "--host", run.base, "--csv", run.where / "out", "--only-summary")
    with open(run.where / "out_stats.csv", newline="", encoding="utf-8") as file:
        row = next(r for r in csv.DictReader(file) if r["Name"] == "Aggregated")
    return float(row["95%"]), float(row["99%"]), f"{row['Request Count']} sent"


# Row, program, what runs it, connections.
ROWS = [("lsrun, 1000 sessions", LSRUN, lsrun_enough, 20),
        ("lsrun, 1000 sessions over 20 connections", LSRUN, lsrun_bound, 20),
        ("lsrun, 20 sessions", LSRUN, lsrun_few, 20),
        ("wrk 4, 20 connections", "wrk", wrk, 20),
        ("vegeta, 20 workers", "vegeta", vegeta_bound, 20),
        ("vegeta, as many workers as it likes, 20 connections", "vegeta", vegeta_free, 20),
        ("oha, 20 connections", "oha", oha, 20),
        ("oha --latency-correction, 20 connections", "oha", oha_corrected, 20),
        ("h2load, 20 clients", "h2load", h2load, 20),
        ("k6, 20 VUs", "k6", k6_bound, 20),
        ("k6, 1000 VUs", "k6", k6_free, 20),
        ("Locust, 20 users", "locust", locust, 20),
        ("lsrun, 100 sessions", LSRUN, lsrun_few, 100),
        ("wrk 4, 100 connections", "wrk", wrk, 100),
        ("vegeta, 100 workers", "vegeta", vegeta_bound, 100),
        ("oha, 100 connections", "oha", oha, 100),
        ("h2load, 100 clients", "h2load", h2load, 100),
        ("k6, 100 VUs", "k6", k6_bound, 100),
        ("Locust, 100 users", "locust", locust, 100)]


def measured(how, connections, seconds):
    """What the tool said, how many requests the target had, and how long its longest reply took by its own log, ms."""
    with tempfile.TemporaryDirectory(prefix="lsrun-stall-") as folder:
        where = pathlib.Path(folder)
        target = Target("--limits", "none", "--delay", f"{DELAY_MS}ms", "--stall", STALL, "--log", where / "log.csv").start()
        try:
            said = how(Setup(target.url, where, connections, seconds))
            target.stats()
            times = given(read_log(where / "log.csv"))
            return said, len(times), max(times) * 1e3
        finally:
            target.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="rows whose program's name is among these, with commas between")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--markdown", action="store_true", help="the table of the docs")
    chosen = parser.parse_args()
    wanted = set(filter(None, chosen.only.split(",")))
    n = RATE * chosen.seconds
    truth = [1400 - (1 - q) * n / RATE * 1000 for q in (0.95, 0.99)]
    line = "| {:52} | {:>8} | {:>8} | {:>9} | {} |" if chosen.markdown else "{:52} {:>8} {:>8} {:>9}   {}"
    print(line.format("", "p95 ms", "p99 ms", "requests", "what it says beside it"))
    if chosen.markdown:
        print("|---|---|---|---|---|")
    print(line.format("the truth", f"{truth[0]:.0f}", f"{truth[1]:.0f}", n, ""))
    for name, program, how, connections in ROWS:
        if wanted and pathlib.Path(program).name not in wanted or shutil.which(program) is None:
            continue
        (p95, p99, note), requests, longest = measured(how, connections, chosen.seconds)
        if not 1300 < longest < 1500:
            note = f"NOT COMPARABLE: the target's longest reply took {longest:.0f} ms; " + note
        print(line.format(name, f"{p95:.0f}", f"{p99:.0f}", requests, note), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
