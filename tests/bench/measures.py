"""The measurements of bench.py: each takes `quick` and returns rows. The client has core 0, the responder the last core."""

import concurrent.futures
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


def ours(plan, core=CLIENT, server=SERVER, tls=None, alone=True):
    """One run of lsrun on plan(url): (child, responder, CPU microseconds per request)."""
    with running.Responder(server, tls) as responder:
        made = plan(responder.url)
        made["reports"] = {"write": ["json"]}
        child = running.lsrun(made, core)
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


def wrk(seconds, tls=None, close=False):
    """One run of wrk, 100 connections, one thread, a request like lsrun's: CPU microseconds per request, of these in user space."""
    if shutil.which("wrk") is None:
        raise Unfit("there is no wrk; ./tools/install_deps.sh --tests installs it")
    with running.directory() as here, running.Responder(SERVER, tls) as responder:
        (here / "post.lua").write_text(WRK_SCRIPT % (BODY, 'wrk.headers["Connection"] = "close"' if close else ""))
        child = running.run(["wrk", "-t1", "-c100", f"-d{seconds}s", "-s", here / "post.lua", responder.url + "/sessions/chat"], CLIENT)
    if "Socket errors" in child.out or "Non-2xx" in child.out:
        raise Unfit("wrk had errors: " + " ".join(re.findall(r"(?:Socket errors|Non-2xx).*", child.out)))
    return judged(child, responder, "wrk"), child.user_s / responder.requests * 1e6


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def paired(what, quick, target, plan, wrk_options):
    """lsrun and wrk in turns, so that what else the machine does meets both; the ratio is taken within each pair."""
    seconds, pairs = (2, 3) if quick else (4, 5)

    def one_of_ours():
        child, responder, cost = ours(lambda url: plan(url, seconds), tls=wrk_options.get("tls"))
        return cost, child.user_s / responder.requests * 1e6

    costs, in_user_space = [], []
    for number in range(pairs):
        sides = [one_of_ours, lambda: wrk(seconds, **wrk_options)]
        got = [None, None]
        for side in ((0, 1), (1, 0))[number % 2]:
            got[side] = sides[side]()
        costs.append([cost for cost, _ in got])
        in_user_space.append([user for _, user in got])
    ratios = [a / b for a, b in costs]
    median = statistics.median(ratios)
    middle = lambda pairs, side: statistics.median(pair[side] for pair in pairs)  # noqa: E731
    text = (f"{spread(ratios)} x wrk's; {middle(costs, 0):.2f} us ({middle(in_user_space, 0):.2f} in user space) and "
            f"{middle(costs, 1):.2f} us ({middle(in_user_space, 1):.2f}), {pairs} pairs")
    return Row(what, text, f"<= {target} x wrk's" if target else "", median <= target if target else None,
               {"value": median, "ratios": ratios, "pairs_us": costs, "pairs_user_us": in_user_space})


def cpu(quick):
    """CPU per request beside wrk's, closed loop, 100 connections"""
    return [paired("CPU per request, closed loop", quick, 0.85, running.closed_loop, {})]


def close(quick):
    """CPU per request beside wrk's with a new connection for each"""
    plan = lambda url, seconds: running.closed_loop(url, seconds, target={"keep_alive": False})  # noqa: E731
    return [paired("CPU per request, keep-alive off", quick, None, plan, {"close": True})]


def tls(quick):
    """CPU per request beside wrk's over TLS"""
    with running.directory() as here:
        pair = [here / "certificate.pem", here / "key.pem"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", pair[0], "-keyout", pair[1]],
                       check=True, capture_output=True)
        plan = lambda url, seconds: {**running.closed_loop(url, seconds), "target.tls": {"ca": str(pair[0])}}  # noqa: E731
        return [paired("CPU per request, TLS", quick, None, plan, {"tls": pair})]


def instructions(quick):
    """user-space instructions per request, by callgrind"""
    if shutil.which("valgrind") is None:
        raise Unfit("there is no valgrind; ./tools/install_deps.sh --tests installs it")
    few, many = map(instructions_test.measure, instructions_test.LENGTHS)
    more = many[0] - few[0]
    part = {label: (n - few[3].get(label, 0)) / more for label, n in many[3].items()}
    whole, recording, boundary = (many[2] - few[2]) / more, part["recording of metrics"], part["the .so boundary"]
    return [at_most("instructions per request", whole, f"{whole:.0f}", "<= 4 000", 4000, parts=part),
            at_most("  of these metrics", recording, f"{recording:.0f}", "<= 200", 200),
            at_most("  of these the .so boundary", boundary, f"{boundary:.0f}", "<= 100", 100)]


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


def workers(quick):
    """CPU per request with two workers beside one worker's, in a closed loop and with 10 000/s each, and beside two processes"""
    seconds, pairs = (2, 3) if quick else (4, 5)
    shared = SERVER < 2
    two_cores = f"0-{min(1, SERVER)}"

    def plan(threads, addresses):
        return lambda url: running.closed_loop(url, seconds, 50 * addresses, pool={"count": addresses, "from": ["127.64.0.0/16"]},
                                               run={"threads": threads, "lag_limit": "none"})

    def two_processes():
        with running.Responder(SERVER) as responder, concurrent.futures.ThreadPoolExecutor() as both:
            children = list(both.map(lambda _: running.lsrun(plan(1, 1)(responder.url), two_cores), range(2)))
        for child in children:
            judged(child, responder, "lsrun", alone=not shared)
        return sum(child.cpu_s for child in children) / responder.requests * 1e6

    def paced(threads):  # so slow that a responder on one of the two cores has time to spare
        one = lambda url: running.closed_loop(url, seconds, 50 * threads, pool={"count": threads, "from": ["127.64.0.0/16"]},  # noqa: E731
                                              rate={"base": f"{10_000 * threads}/s"}, run={"threads": threads, "lag_limit": "none"})
        return ours(one, two_cores, alone=not shared)[2]

    to_one, to_paced, to_processes = [], [], []
    for _ in range(pairs):
        two = ours(plan(2, 2), two_cores, alone=not shared)[2]
        to_one.append(two / ours(plan(1, 2), two_cores, alone=not shared)[2])
        to_paced.append(paced(2) / paced(1))
        to_processes.append(two / two_processes())
    return [Row("two workers' CPU per request", f"{spread(to_one)} x one worker's" + (", the responder on one of their cores" if shared else ""),
                "<= 1.1 x (3 cores)", None if shared else statistics.median(to_one) <= 1.1, {"ratios": to_one}),
            Row("  with 10 000/s for each worker", f"{spread(to_paced)} x one worker's", "<= 1.1 x", statistics.median(to_paced) <= 1.1,
                {"ratios": to_paced}),
            Row("  beside two processes, which share nothing", f"{spread(to_processes)} x theirs", "<= 1.1 x",
                statistics.median(to_processes) <= 1.1, {"ratios": to_processes})]


def thinking(sessions, addresses, ramp, hold, think, mode="forwarded", **target):
    """Sessions that open within `ramp` seconds and then think; at most one connection an address."""
    def plan(url):
        made = running.closed_loop(url, ramp, sessions, target={"connections_per_address": 1, **target},
                                   pool={"count": addresses, "from": ["127.64.0.0/12"], "mode": mode})
        made["sessions"].update(think_time=think, expire_after="none", cleanup_every="none")
        made["phases"] = [{"name": "opening", "duration": f"{ramp}s", "sessions": sessions, "ramp": "linear"},
                          {"name": "hold", "duration": f"{hold}s", "ramp": "hold"}]
        return made
    return plan


def memory(quick):
    """bytes per idle session, 1 000 000 of them over 1 000 addresses"""
    many, few = 200_000 if quick else 1_000_000, 10_000
    peak, opened = {}, {}
    for sessions in (few, many):
        child = ours(thinking(sessions, 1_000, max(2, sessions // 50_000), 2, "constant(1h)"))[0]
        peak[sessions], opened[sessions] = child.peak_bytes, child.report["totals"]["sessions"]["opened"]
    if opened[many] < 0.99 * many:
        raise Unfit(f"only {opened[many]} of {many} sessions were opened in time")
    each = (peak[many] - peak[few]) / (opened[many] - opened[few])
    return [at_most(f"bytes per idle session, {many} of them", each, f"{each:.0f} B", "<= 160 B", 160, peaks=peak),
            at_most("  peak memory of that run", peak[many], f"{peak[many] / 2**20:.0f} MiB", "<= 300 MiB", 300 << 20)]


def held_bytes(child):
    return max(t["generator"]["rss_bytes"] for t in child.report["timeline"] if t["phase"] == "hold" and "generator" in t)


def idle(quick):
    """bytes per idle keep-alive connection, 19 000 of them"""
    count = 5_000 if quick else 19_000
    held = {}
    # One session and one connection an address: the difference is the connections'. Each has a source address of its own:
    # once one address has used half of its local ports, Linux searches thousands of them for each new connection.
    for keep in (False, True):
        child = ours(thinking(count, count, 4, 3, "constant(1h)", "bind", keep_alive=keep))[0]
        held[keep] = held_bytes(child)
    each = (held[True] - held[False]) / count
    return [at_most(f"bytes per idle connection, {count} of them", each, f"{each:.0f} B", "<= 400 B", 400, held=held)]


def length(quick):
    """memory after ten times the run's length"""
    short, long = (1, 10) if quick else (3, 30)
    peaks = [ours(lambda url, s=s: running.closed_loop(url, s))[0].peak_bytes for s in (short, long)]
    grown = peaks[1] - peaks[0]
    return [at_most(f"memory after {long} s against {short} s", grown, f"{grown / 2**20:+.2f} MiB", "within 2 MiB", 2 << 20, peaks=peaks)]


def thinking_cost(sessions, addresses, ramp, rate_wanted=20_000, hold=5, **target):
    """CPU microseconds per request while `sessions` think so that `rate_wanted` wake up a second."""
    think = f"exponential({sessions / rate_wanted * 1000:.0f}ms)"  # as many wake up in the first second as in any
    child = ours(thinking(sessions, addresses, ramp, hold, think, **target))[0]
    spans = [t for t in child.report["timeline"] if t["phase"] == "hold" and t["span_s"] > 0.5][1:]
    requests = sum(t["requests"]["ok"] for t in spans)
    reached = requests / sum(t["span_s"] for t in spans)
    if not 0.75 < reached / rate_wanted < 1.25:
        raise Unfit(f"of {sessions} sessions {reached:.0f} woke up a second, not {rate_wanted}")
    return sum(t["generator"]["cpu"] * t["span_s"] for t in spans) / requests * 1e6


def wakeup(quick):
    """what a session's wake-up costs with 1 000 000 thinking, beside 10 000"""
    many = 200_000 if quick else 1_000_000
    ratios, pairs = [], []
    for _ in range(1 if quick else 3):
        few_cost = thinking_cost(10_000, 100, 2)
        many_cost = thinking_cost(many, 100, max(2, many // 50_000))
        pairs.append((few_cost, many_cost))
        ratios.append(many_cost / few_cost)
    return [Row(f"wake-up with {many} thinking", f"{spread(ratios)} x that with 10 000", "within 20 %", statistics.median(ratios) <= 1.2,
                {"ratios": ratios, "pairs_us": pairs})]


def start(quick):
    """from process start to the first request, the heavy load's config"""
    config = tomllib.loads((CONFIGS / "heavy_load.toml").read_text(encoding="utf-8"))
    config["phases"] = [{"name": "startup", "duration": "1s", "sessions": 20, "ramp": "step"}]  # the first is wanted at once
    config["reports"], config["thresholds"] = {"write": []}, {}
    config["sessions"]["max"] = 1000
    took, used = [], []
    # lsrun reads /proc/net/tcp to find its target's process; what other runs left there (TIME_WAIT, 60 s) is not its own.
    for _ in range(65):
        if sum(1 for _ in open("/proc/net/tcp")) < 300:
            break
        time.sleep(1)
    for _ in range(3 if quick else 9):
        with running.Responder(SERVER) as responder:
            config["target"] = {"url": responder.url, "health": "none"}
            child = running.lsrun(config, CLIENT)
        if child.code != 0:
            raise Unfit(f"lsrun ended with exit code {child.code}: {last_words(child)}")
        took.append((responder.first_s - child.begun) * 1000)
        used.append(child.cpu_s * 1000)
    return [at_most("start to first request", statistics.median(took), f"{spread(took, 0)} ms", "<= 50 ms", 50, runs=took),
            Row("  CPU of that run of a second", f"{spread(used, 0)} ms", figures={"runs": used})]


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


def curves(quick):
    """growth: CPU per request against sessions, addresses and connections, at the same load"""
    rows = []

    def point(what, measure):
        try:
            cost = measure()
            rows.append(Row(what, f"{cost:.2f} us", figures={"value": cost}))
        except Unfit as why:
            rows.append(Row(what, f"refused: {why}"))

    for n in (1_000, 10_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000):
        point(f"{n} sessions, 100 addresses, 20 000/s", lambda n=n: thinking_cost(n, 100, max(2, n // 50_000)))
    for n in (10, 1_000) if quick else (10, 100, 1_000, 10_000, 65_000):
        # Each request has a new connection: 65 000 addresses could not keep one each within the limit of open files.
        point(f"100 000 sessions, {n} addresses, 5 000/s, no keep-alive",
              lambda n=n: thinking_cost(100_000, n, 15, 5_000, keep_alive=False))
    for n in (10, 1_000) if quick else (10, 100, 1_000, 10_000, 19_000):
        source = {"count": -(-n // 1_000), "from": ["127.64.0.0/12"], "mode": "bind"}
        point(f"closed loop, {n} connections", lambda n=n, s=source: ours(lambda url: running.closed_loop(url, 4, n, pool=s))[2])
    two_cores = f"0-{min(1, SERVER)}"  # and the responder has one of them, where there is no third
    for n in (1, 2):
        plan = lambda url, n=n: running.closed_loop(url, 4, 100, pool={"count": 2, "from": ["127.64.0.0/16"]},  # noqa: E731
                                                    run={"threads": n})
        point(f"closed loop, {n} workers on two cores", lambda p=plan: ours(p, two_cores, alone=SERVER >= 2)[2])
    return rows


def report(quick):
    """growth: time and bytes of the HTML report of four hours against sessions and addresses"""
    rows = []
    by_sessions = [(n, 1_000) for n in ((1_000, 1_000_000) if quick else (1_000, 10_000, 100_000, 1_000_000))]
    by_addresses = [(1_000_000, n) for n in ((10, 65_000) if quick else (10, 100, 10_000, 65_000))]
    for sessions, addresses in by_sessions + by_addresses:
        with running.directory() as here:
            document = running.run([running.BUILD / "tests" / "large_report", here / "document.json", sessions, addresses], CLIENT)
            page = running.run([running.BUILD / "tests" / "write_report", running.BUILD / "plugins" / "html.so", here / "document.json", here],
                               CLIENT)
            if document.code != 0 or page.code != 0:
                raise Unfit(last_words(document if document.code else page))
            made = float(re.search(r"document: (\S+) s", document.out)[1])
            size = (here / "report.html").stat().st_size
        largest = addresses == 65_000
        rows.append(Row(f"report of {sessions} sessions, {addresses} addresses", f"{size / 1e6:.2f} MB; {made + page.cpu_s:.2f} s of CPU, of these "
                        f"{made:.2f} s for the document", "<= 2 MB, <= 2 s" if largest else "",
                        size <= 2e6 and made + page.cpu_s <= 2 if largest else None,
                        {"bytes": size, "document_s": made, "page_s": page.cpu_s}))
    return rows


def parts(quick):
    """the parts by themselves, with Google Benchmark"""
    program = running.BUILD / "tests" / "bench_parts"
    if not program.exists():
        raise Unfit("bench_parts is not built; ./tools/install_deps.sh --tests installs libbenchmark-dev")
    with running.directory() as here:
        child = running.run([program, f"--benchmark_min_time={0.05 if quick else 0.5}", f"--benchmark_out={here}/parts.json"], CLIENT)
        if child.code != 0 or (found := json.loads((here / "parts.json").read_text())["benchmarks"]) == []:
            raise Unfit(last_words(child))
    rows = []
    for one in found:
        if one.get("error_occurred"):
            raise Unfit(f"{one['name']}: {one['error_message']}")
        spent = one["per_timer"] * 1e9 if "per_timer" in one else one["cpu_time"]
        rows.append(Row("part: " + one["name"].replace("_", " ").replace("/", ", of "), f"{spent:.1f} ns", figures={"value": spent}))
    return rows


ALL = {m.__name__: m for m in (start, rehearsal, cpu, instructions, lag, rate, tls, workers, memory, idle, length, wakeup, parts, close,
                                curves, report)}
