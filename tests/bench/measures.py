"""The measurements of bench.py: each takes `quick` and returns rows. The client has core 0, the responder the last core."""

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import re
import shutil
import statistics
import subprocess
import textwrap
import time
import tomllib

import instructions_test
import running
from support.places import CONFIGS

CLIENT, SERVER = 0, (os.cpu_count() or 2) - 1
TWO_CORES = f"0-{min(1, SERVER)}"  # for two workers; the responder has one of them, where there is no third
SATURATED = 0.95  # of the time the responder used its core, or waited for it: it had no pause


class Unfit(Exception):
    """A measurement that would say nothing: errors on one side, or the responder was the bottleneck."""


@dataclasses.dataclass
class Row:
    what: str
    text: str
    target: str = ""
    reached: bool | None = None
    figures: dict = dataclasses.field(default_factory=dict)


def at_most(what, value, text, target, most, **figures):
    return Row(what, text, target, value <= most, {"value": value, **figures})


def last_words(child):
    return " ".join(child.out.split())[-200:]


def check_rested(responder, who):
    """Unfit if the responder never rested: it was the bottleneck, or had to wait for its core like one."""
    used, waited = responder.load
    if used + waited > SATURATED:
        raise Unfit(f"the responder was saturated by {who}: it used {used:.0%} of its core and waited for it {waited:.0%} of the time")


def judged(child, responder, who, alone=True):
    """CPU per request in microseconds; Unfit if the run says nothing. `alone`: the responder had its core to itself."""
    if child.code != 0:
        raise Unfit(f"{who} ended with exit code {child.code}: {last_words(child)}")
    if responder.requests == 0:
        raise Unfit(f"no request of {who} reached the responder")
    if alone:
        check_rested(responder, who)
    return child.cpu_s / responder.requests * 1e6


def ours(plan, core=CLIENT, server=SERVER, tls=None, alone=True, **rest):
    """One run of lsrun on plan(url): (child, responder, CPU microseconds per request)."""
    with running.Responder(server, tls, seconds=900) as responder:
        made = plan(responder.url)
        made["reports"] = {"write": ["json"]}
        child = running.lsrun(made, core, **rest)
    cost = judged(child, responder, "lsrun", alone)
    requests = child.report["totals"]["requests"]
    if bad := {k: n for k, n in requests.items() if k not in ("sent", "ok") and n}:
        raise Unfit(f"lsrun had errors: {bad}; {child.report['failures'][:2]}")
    return child, responder, cost


BODY = ('{"message":"What does the warranty of my order cover, and for how long?","customer_id":"customer-bench-1-17",'
        '"session_id":"bench-1-17","session_title":"load test","tenant_id":"","chatbot_id":"","timeout":60}')
WRK_SCRIPT = """
wrk.method = "POST"
wrk.body = [[%s]]
wrk.headers["Content-Type"] = "application/json"
%s
"""


def wrk(seconds, tls=None, close=False, connections=100, before=()):
    """One run of wrk with one thread, `before` in front of its command line, a request like lsrun's: CPU microseconds per
    request, of these in user space, and the responder."""
    if shutil.which("wrk") is None:
        raise Unfit("there is no wrk; ./tools/install_deps.sh --tests installs it")
    with running.directory() as here, running.Responder(SERVER, tls) as responder:
        (here / "post.lua").write_text(WRK_SCRIPT % (BODY, 'wrk.headers["Connection"] = "close"' if close else ""))
        child = running.run([*before, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", here / "post.lua",
                             responder.url + "/sessions/chat"], CLIENT, timeout=seconds + 30)
    if "Socket errors" in child.out or "Non-2xx" in child.out:
        raise Unfit("wrk had errors: " + " ".join(re.findall(r"(?:Socket errors|Non-2xx).*", child.out)))
    return judged(child, responder, "wrk"), child.user_s / responder.requests * 1e6, responder


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def paired(what, quick, target, plan, wrk_options):
    """lsrun and wrk in turns, so that what else the machine does meets both; the ratio is taken within each pair."""
    seconds, pairs = (2, 3) if quick else (4, 5)

    def one_of_ours():
        child, responder, cost = ours(lambda url: plan(url, seconds), tls=wrk_options.get("tls"))
        return cost, child.user_s / responder.requests * 1e6, responder

    runs = []
    for number in range(pairs):
        sides = [one_of_ours, lambda: wrk(seconds, **wrk_options)]
        got = [None, None]
        for side in ((0, 1), (1, 0))[number % 2]:
            got[side] = sides[side]()
        runs.append(got)
    of_each = lambda figure: [[figure(*side) for side in pair] for pair in runs]  # noqa: E731
    costs, in_user_space = of_each(lambda cost, user, _: cost), of_each(lambda cost, user, _: user)
    rates = of_each(lambda cost, user, responder: responder.requests / responder.wall_s)
    ratios = [a / b for a, b in costs]
    median = statistics.median(ratios)
    middle = lambda pairs, side: statistics.median(pair[side] for pair in pairs)  # noqa: E731
    text = (f"{spread(ratios)} x wrk's; {middle(costs, 0):.2f} us ({middle(in_user_space, 0):.2f} in user space), {middle(rates, 0):.0f}/s, and "
            f"{middle(costs, 1):.2f} us ({middle(in_user_space, 1):.2f}), {middle(rates, 1):.0f}/s; {pairs} pairs")
    row = Row(what, text, f"<= {target} x wrk's" if target else "", median <= target if target else None,
              {"value": median, "ratios": ratios, "pairs_us": costs, "pairs_user_us": in_user_space, "pairs_per_s": rates})
    if not (wrk_options.get("tls") and wrk_options.get("close")):
        return [row]
    resumed = of_each(lambda cost, user, responder: responder.resumed / responder.connections)
    return [row, Row("  of the handshakes resumed", f"{middle(resumed, 0):.1%}, and {middle(resumed, 1):.1%} of wrk's", figures={"pairs": resumed})]


def cpu(quick):
    """CPU per request beside wrk's, closed loop, 100 connections"""
    return paired("CPU per request, closed loop", quick, 0.85, running.closed_loop, {})


def close(quick):
    """CPU per request beside wrk's with a new connection for each"""
    plan = lambda url, seconds: running.closed_loop(url, seconds, target={"keep_alive": False})  # noqa: E731
    return paired("CPU per request, keep-alive off", quick, None, plan, {"close": True})


def paired_tls(what, quick, wrk_options, sessions=100, **target):
    with running.certificate() as pair:
        plan = lambda url, seconds: {**running.closed_loop(url, seconds, sessions, target=target),  # noqa: E731
                                     **running.trusting(pair)}
        return paired(what, quick, None, plan, {**wrk_options, "tls": pair})


def tls(quick):
    """CPU per request beside wrk's over TLS"""
    return paired_tls("CPU per request, TLS", quick, {})


def tls_close(quick):
    """CPU per request beside wrk's over TLS with a new connection for each, and how many handshakes were resumed"""
    # A handshake costs the responder more than its client: only with one at a time is it not the bottleneck.
    return paired_tls("CPU per request, TLS, keep-alive off", quick, {"close": True, "connections": 1}, 1, keep_alive=False)


def system_calls(quick):
    """system calls per request, lsrun's and wrk's, by strace: closed loop, 100 connections, also over TLS and a new one for each"""
    if shutil.which("strace") is None:
        raise Unfit("there is no strace; ./tools/install_deps.sh --tests installs it")
    seconds = 2 if quick else 4

    def counted(who, here, tls=None, close=False):
        before = ["strace", "-f", "-c", "-o", here / who]
        if who == "wrk":
            return wrk(seconds, tls, close, before=before)[2]
        plan = lambda url: {**running.closed_loop(url, seconds, target={"keep_alive": not close}), **running.trusting(tls)}  # noqa: E731
        return ours(plan, tls=tls, before=before)[1]

    rows = []
    with running.directory() as here, running.certificate() as pair:
        for what, way in (("", {}), (" over TLS", {"tls": pair}), (" with a connection of its own", {"close": True})):
            for who in ("lsrun", "wrk"):
                responder = counted(who, here, **way)
                # % time, seconds, usecs/call, calls, errors if any, name
                lines = [line.split() for line in (here / who).read_text().splitlines()]
                each = {words[-1]: int(words[3]) / responder.requests for words in lines if len(words) > 4 and words[3].isdigit()}
                whole = each.pop("total")
                most = ", ".join(f"{n:.2f} {name}" for name, n in sorted(each.items(), key=lambda one: -one[1]) if n >= 0.05)
                rows.append(Row(f"system calls per request{what}, {who}", f"{whole:.2f}: {most}", figures={"value": whole, "each": each}))
    return rows


def instructions(quick):
    """user-space instructions per request, by callgrind"""
    if shutil.which("valgrind") is None:
        raise Unfit("there is no valgrind; ./tools/install_deps.sh --tests installs it")
    rows = []
    for name, plan in instructions_test.PLANS.items():
        cost = instructions_test.measure_named(name)
        what, text = f"instructions per request: {plan.what}", f"{cost.per_request:.0f}"
        if plan.tls:  # who wants what of OpenSSL's? Only the guard's budget holds
            rows.append(Row(what, text, figures={"value": cost.per_request, "parts": cost.parts}))
            continue
        rows.append(at_most(what, cost.per_request, text, "<= 4 000", 4000, parts=cost.parts))
        if cost.metrics is not None:
            rows += [at_most("  of these metrics", cost.metrics, f"{cost.metrics:.0f}", "<= 200", 200),
                     at_most("  of these the .so boundary", cost.boundary, f"{cost.boundary:.0f}", "<= 100", 100)]
    return rows


def open_loop(rate, seconds, spin=False):
    return lambda url: running.closed_loop(url, seconds, rate={"base": f"{rate}/s"}, run={"spin": spin, "lag_limit": "100ms"})


def lag(quick):
    """how late requests go out at 10 000 a second, open loop, as it is and with run.spin"""
    rows = []
    for spin, p50, p99 in ((False, 35, 100), (True, None, 20)):
        runs = [ours(open_loop(10_000, 2 if quick else 4, spin))[0].report["latency"]["lag"] for _ in range(1 if quick else 3)]
        mid, high = (statistics.median(r[key] * 1000 for r in runs) for key in ("p50_ms", "p99_ms"))
        rows.append(Row("lag at 10 000/s" + (", run.spin" if spin else ""), f"p50 {mid:.0f} us, p99 {high:.0f} us",
                        f"{f'p50 <= {p50}, ' if p50 else ''}p99 <= {p99} us", (p50 is None or mid <= p50) and high <= p99,
                        {"p50_us": mid, "p99_us": high, "runs": runs}))
    return rows


def rate(quick):
    """100 000 requests a second, open loop, on one core, and what the runs' own verdict on themselves is"""
    # Of 4 000 sessions at 103 000 a second one is free again 39 ms after its turn: only a later answer misses a turn. They
    # share 200 connections, so that a stall of the machine is not followed by thousands of new ones. Limits as by default.
    plan = lambda url: running.closed_loop(url, 4, 4_000, rate={"base": "103000/s"},  # noqa: E731
                                           target={"connections_per_address": 200},
                                           run={"lag_limit": "100ms", "cpu_limit": "95%", "missed_limit": "1%"})
    rows = []
    for number in range(1, 2 if quick else 4):
        with running.Responder(SERVER) as responder:
            made = {**plan(responder.url), "reports": {"write": ["json"]}}
            child = running.lsrun(made, CLIENT)
        if child.report is None:
            raise Unfit(f"lsrun ended with exit code {child.code}: {last_words(child)}")
        check_rested(responder, "lsrun")
        cost = child.cpu_s / responder.requests * 1e6
        verdict, reached = child.report["verdict"], child.report["rates"]["requests_per_s"]
        missed, latency = child.report["totals"]["missed_turns"], child.report["latency"]
        busy = statistics.median(t["generator"]["cpu"] for t in child.report["timeline"] if "generator" in t and t["span_s"] > 0.5)
        text = (f"{reached:.0f}/s, {verdict['validity']}, {missed} missed turns, {cost:.2f} us, {busy:.0%} of the core; lag p50 "
                f"{latency['lag']['p50_ms'] * 1000:.0f} us, p99 {latency['lag']['p99_ms']:.2f} ms; pauses "
                f"of up to {child.report['generator'].get('wake_pause_us', 0)} us")
        rows.append(Row(f"open loop, one core, 103 000/s wanted, run {number}", text, ">= 100 000/s, valid",
                        verdict["validity"] == "valid" and reached >= 100_000,
                        {"value": reached, "validity": verdict["validity"], "missed_turns": missed, "us": cost, "cpu": busy,
                         "generator": child.report["generator"],
                         "latency": latency, "reasons": verdict["reasons"]}))
        rows += [Row("  not valid, because" if number == 0 else "", line)
                 for reason in verdict["reasons"] for number, line in enumerate(textwrap.wrap(reason, 110))]
    return rows


def worker_instructions(threads):
    """User-space instructions of all worker threads per request, by callgrind."""
    return instructions_test.measure(lambda url: two_addresses(url, instructions_test.LENGTH, threads)).per_request


def two_addresses(url, seconds, threads):
    """A closed loop of 100 sessions, as many at each of two addresses, so that two workers have the same to do."""
    return running.closed_loop(url, seconds, 100, pool={"count": 2, "from": ["127.64.0.0/16"]}, run={"threads": threads, "lag_limit": "none"})


def workers(quick):
    """what two workers cost for each request: beside two processes, which share nothing, and one worker, also in instructions"""
    if os.sched_getscheduler(0) != os.SCHED_OTHER:
        raise Unfit("three programs that always have something to do, on two cores and under a real-time policy, hold each other up for "
                    "ever; start the benchmark with `nice` instead of `chrt`")
    seconds, pairs = (2, 3) if quick else (4, 11)
    shared = SERVER < 2
    one_address = lambda url: running.closed_loop(url, seconds, 50, run={"lag_limit": "none"})  # noqa: E731

    def two_processes():
        with running.Responder(SERVER) as responder, concurrent.futures.ThreadPoolExecutor() as both:
            children = list(both.map(lambda _: running.lsrun(one_address(responder.url), TWO_CORES), range(2)))
        for child in children:
            judged(child, responder, "lsrun", alone=not shared)
        return sum(child.cpu_s for child in children) / responder.requests * 1e6

    def threads(count):
        return ours(lambda url: two_addresses(url, seconds, count), TWO_CORES, alone=not shared)[2]

    to_processes, to_one = [], []
    for number in range(pairs):
        if number % 2 == 0:
            two, processes = threads(2), two_processes()
        else:
            processes, two = two_processes(), threads(2)
        to_processes.append(two / processes)
        if number < 5:
            to_one.append(two / threads(1))
    rows = [Row("two workers' CPU per request", f"{spread(to_processes)} x that of two processes, which share nothing; {pairs} pairs", "<= 1.1 x",
                statistics.median(to_processes) <= 1.1, {"ratios": to_processes})]
    if shutil.which("valgrind"):
        one, two = worker_instructions(1), worker_instructions(2)
        rows.append(at_most("  their instructions", two / one, f"{two / one:.3f} x one worker's: {two:.0f} and {one:.0f}", "<= 1.1 x", 1.1,
                            instructions=[one, two]))
    rows.append(Row("  beside one worker", f"{spread(to_one)} x its CPU" + (", the responder on one of their cores" if shared else ""),
                    "" if shared else "<= 1.1 x", None if shared else statistics.median(to_one) <= 1.1, {"ratios": to_one}))
    return rows


def start(quick):
    """from process start to the first request, the heavy load's config, without and with its health check before"""
    config = tomllib.loads((CONFIGS / "heavy_load.toml").read_text(encoding="utf-8"))
    config["phases"] = [{"name": "startup", "duration": "1s", "sessions": 20, "ramp": "step"}]  # the first is wanted at once
    config["reports"], config["thresholds"] = {"write": []}, {}
    config["sessions"]["max"] = 1000
    rows = []
    # lsrun reads /proc/net/tcp to find its target's process; what other runs left there (TIME_WAIT, 60 s) is not its own.
    for _ in range(65):
        if sum(1 for _ in open("/proc/net/tcp")) < 300:
            break
        time.sleep(1)
    for health in ("none", "/health"):
        took, used = [], []
        for _ in range(3 if quick else 9):
            with running.Responder(SERVER) as responder:
                config["target"] = {"url": responder.url, "health": health}
                child = running.lsrun(config, CLIENT)
            if child.code != 0:
                raise Unfit(f"lsrun ended with exit code {child.code}: {last_words(child)}")
            took.append((responder.first_s - child.begun) * 1000)  # a health check is none of the responder's requests
            used.append(child.cpu_s * 1000)
        rows += [at_most("start to first request" + (", health check first" if health != "none" else ""), statistics.median(took),
                         f"{spread(took, 0)} ms", "<= 50 ms", 50, runs=took),
                 Row("  CPU of that run of a second", f"{spread(used, 0)} ms", figures={"runs": used})]
    return rows


def rehearsal(quick):
    """what a whole rehearsal of the heavy load costs: 1000 sessions, the plan's hour in a minute"""
    scale = 240 if quick else 60
    config = tomllib.loads((CONFIGS / "heavy_load.toml").read_text(encoding="utf-8"))
    config["reports"] = {"write": ["json"]}
    with running.Responder(SERVER) as responder:
        config["target"] = {"url": responder.url, "health": "none"}
        child = running.lsrun(config, CLIENT, words=("--time-scale", scale), timeout=200)
    if child.code not in (0, 99):
        raise Unfit(f"lsrun ended with exit code {child.code}: {last_words(child)}")
    sent = child.report["totals"]["requests"]["sent"]
    return [Row(f"heavy_load --time-scale {scale}, whole", f"{child.cpu_s:.2f} s of CPU in {child.wall_s:.0f} s, {sent} requests, "
                f"at most {child.peak_bytes / 2**20:.0f} MiB", figures={"value": child.cpu_s, "requests": sent})]


def parts(quick):
    """the parts by themselves, with Google Benchmark"""
    program = running.BUILD / "tests" / "bench_parts"
    if not program.exists():
        raise Unfit("bench_parts is not built; ./tools/install_deps.sh --tests installs libbenchmark-dev")

    def found(core, *options):
        with running.directory() as here:
            child = running.run([program, f"--benchmark_min_time={0.05 if quick else 0.5}", f"--benchmark_out={here}/parts.json", *options], core)
            if child.code != 0 or (rows := json.loads((here / "parts.json").read_text())["benchmarks"]) == []:
                raise Unfit(last_words(child))
        if bad := [one for one in rows if one.get("error_occurred")]:
            raise Unfit(f"{bad[0]['name']}: {bad[0]['error_message']}")
        return rows

    rows = []
    for one in found(CLIENT, "--benchmark_filter=-threads:"):
        spent = one["per_timer"] * 1e9 if "per_timer" in one else one["cpu_time"]
        name, _, kind = one["name"].replace("_", " ").partition("/")
        rows.append(Row("part: " + name + (f", of {kind}" if kind.isdigit() else f", {kind}" if kind else ""), f"{spent:.1f} ns",
                        figures={"value": spent}))
    # One thread and two, each on a core and with what is its own: CPU time for one of its goes, the medians of some.
    threads = {one["run_name"]: one["cpu_time"] for one in found(TWO_CORES, "--benchmark_filter=threads:", "--benchmark_repetitions=9",
               "--benchmark_report_aggregates_only=true") if one.get("aggregate_name") == "median"}
    for name, two in threads.items():
        if name.endswith("threads:2"):
            what, one = name.partition("/")[0].replace("_", " "), threads[name[:-1] + "1"]
            rows.append(at_most(f"part: {what}, two threads", two / one, f"{two:.1f} ns, {two / one:.2f} x one thread's", "<= 1.1 x", 1.1, ns=two))
    return rows


ALL = {m.__name__: m for m in (start, rehearsal, cpu, system_calls, instructions, lag, rate, tls, tls_close, close, workers, parts)}
