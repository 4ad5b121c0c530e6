"""Growth: what a request costs, and a report's writing, as a run gets bigger."""

import re
import statistics

import measures
import running
from memory import thinking


def thinking_cost(sessions, addresses, ramp, rate_wanted=20_000, hold=5, **target):
    """CPU microseconds per request while `sessions` think so that `rate_wanted` wake up a second."""
    think = f"exponential({sessions / rate_wanted * 1000:.0f}ms)"  # as many wake up in the first second as in any
    child = measures.ours(thinking(sessions, addresses, ramp, hold, think, **target))[0]
    spans = [t for t in child.report["timeline"] if t["phase"] == "hold" and t["span_s"] > 0.5][1:]
    requests = sum(t["requests"]["ok"] for t in spans)
    reached = requests / sum(t["span_s"] for t in spans)
    if not 0.75 < reached / rate_wanted < 1.25:
        raise measures.Unfit(f"of {sessions} sessions {reached:.0f} woke up a second, not {rate_wanted}")
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
    return [measures.Row(f"wake-up with {many} thinking", f"{measures.spread(ratios)} x that with 10 000", "within 20 %",
                         statistics.median(ratios) <= 1.2, {"ratios": ratios, "pairs_us": pairs})]


def curves(quick):
    """growth: CPU per request against sessions, addresses and connections, at the same load"""
    rows = []

    def point(what, measure):
        try:
            cost = measure()
            rows.append(measures.Row(what, f"{cost:.2f} us", figures={"value": cost}))
        except measures.Unfit as why:
            rows.append(measures.Row(what, f"refused: {why}"))

    for n in (1_000, 10_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000):
        point(f"{n} sessions, 100 addresses, 20 000/s", lambda n=n: thinking_cost(n, 100, max(2, n // 50_000)))
    for n in (10, 1_000) if quick else (10, 100, 1_000, 10_000):
        point(f"100 000 sessions, {n} addresses, 5 000/s, a kept connection each", lambda n=n: thinking_cost(100_000, n, 15, 5_000))
    for n in (10, 1_000) if quick else (10, 100, 1_000, 10_000, 65_000):
        # Each request has a new connection: 65 000 addresses could not keep one each within the limit of open files.
        point(f"100 000 sessions, {n} addresses, 5 000/s, no keep-alive",
              lambda n=n: thinking_cost(100_000, n, 15, 5_000, keep_alive=False))
    # What grows with wrk's connections, too, is the kernel's. wrk has one source address: 19 000 would leave it few ports.
    # With fewer than 30 the responder is next to being the bottleneck.
    for n in (30, 1_000) if quick else (30, 100, 1_000, 10_000, 19_000):
        source = {"count": -(-n // 1_000), "from": ["127.64.0.0/12"], "mode": "bind"}
        seconds = 4 if n < 10_000 else 8
        point(f"closed loop, {n} connections", lambda: measures.ours(lambda url: running.closed_loop(url, seconds, n, pool=source))[2])
        if n <= 10_000:
            point("  wrk with as many", lambda: measures.wrk(seconds, connections=n)[0])
    return rows


def report(quick):
    """growth: time and bytes of the HTML report of four hours against sessions and addresses"""
    rows = []
    by_sessions = [(n, 1_000) for n in ((1_000, 1_000_000) if quick else (1_000, 10_000, 100_000, 1_000_000))]
    by_addresses = [(1_000_000, n) for n in ((10, 65_000) if quick else (10, 100, 10_000, 65_000))]
    for sessions, addresses in by_sessions + by_addresses:
        with running.directory() as here:
            document = running.run([running.BUILD / "tests" / "large_report", here / "document.json", sessions, addresses],
                                   measures.CLIENT)
            page = running.run([running.BUILD / "tests" / "write_report", running.BUILD / "plugins" / "html.so", here / "document.json", here],
                               measures.CLIENT)
            if document.code != 0 or page.code != 0:
                raise measures.Unfit(measures.last_words(document if document.code else page))
            made = float(re.search(r"document: (\S+) s", document.out)[1])
            size = (here / "report.html").stat().st_size
        largest = addresses == 65_000
        rows.append(measures.Row(f"report of {sessions} sessions, {addresses} addresses",
                                 f"{size / 1e6:.2f} MB; {made + page.cpu_s:.2f} s of CPU, of these {made:.2f} s for the document",
                                 "<= 2 MB, <= 2 s" if largest else "", size <= 2e6 and made + page.cpu_s <= 2 if largest else None,
                                 {"bytes": size, "document_s": made, "page_s": page.cpu_s}))
    return rows


ALL = {m.__name__: m for m in (wakeup, curves, report)}
