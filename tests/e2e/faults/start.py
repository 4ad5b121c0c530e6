"""Cells: a target whose health page is ill, at the start (nothing is sent then) and while the run goes on."""

import re

from faults import kinds
from faults.kinds import raw, with_body
from faults.event import END, LONGEST_S, Event
from faults.matrix import SANITIZER, Row, same
from faults.proxy import Proxy
from support.laws import same_counts
from support.places import free_port
from support.plan import phases, small_plan


def ill(fault, says, spoil):
    """The question for health at the start is answered so: exit code 4, and not a request."""
    def cell(case, problems, self):
        proxy = Proxy(case.target("--delay", "5ms"))
        proxy.port = free_port()
        case.addCleanup(proxy.stop)
        if spoil is not None:
            proxy.health = spoil
            proxy.start()
        ended = case.run_plan(small_plan(proxy.url), timeout=LONGEST_S)
        wanted = f"the target does not answer: GET {re.escape(proxy.url)}/health: {says}; start it, or check" \
            if not says.startswith("the target's") else says
        if not re.search(wanted, ended.err):
            problems.append(f"not said: {wanted}; {ended}")
        if ended.code != 4 or "Nothing was sent." not in ended.err or SANITIZER.search(ended.err):
            problems.append(str(ended))
        same(problems, "requests", sum(proxy.read.values()), 0)
        if any(ended.results.iterdir() if ended.results.exists() else ()):
            problems.append("something was left behind")
        return Row(self.fault, "at the start", "none", says.replace("\\", ""), "4, nothing was sent", "equal")
    return Event(fault, "at the start", cell)


def later(fault, spoil):
    """The first question is answered well, those of the run so: a figure of its own, and nothing else changes."""
    def cell(case, problems, self):
        target = case.target("--delay", "5ms")
        proxy = Proxy(target).start()
        proxy.health, proxy.healthy = spoil, 1
        case.addCleanup(proxy.stop)
        ended = case.run_plan(small_plan(proxy.url, phases=phases(("4s", 8, "step"), END)), timeout=LONGEST_S)
        problems.extend(same_counts(ended.report, target.stats()))
        if not any(p.get("target", {}).get("healthy") is False for p in ended.report["timeline"]):
            problems.append("the timeline does not say that the target was ill")
        return self.row(problems, ended, "none", "", "equal", 0, "valid")
    return Event(fault, "during the run", cell)


TIMED_OUT = "no answer in time"

CELLS = [
    ill("nothing listens", r"connection refused \(nothing listens there\)", None),
    ill("closes without an answer", "the connection was closed without an answer", kinds.closed_without_an_answer),
    ill("resets in the header", "Connection reset by peer", kinds.reset_in_header),
    ill("closes in the body", r"what came is no whole answer of HTTP \(partial message\)", kinds.length_too_long_and_closed),
    ill("never answers", TIMED_OUT, kinds.stalled),
    ill("drips a byte a second", TIMED_OUT, kinds.dripped),
    ill("garbage", r"what came is no whole answer of HTTP \(bad version\)", raw(b"\x00\xffgarbage\r\n\r\n")),
    ill("a header of 70 KiB", r"what came is no whole answer of HTTP \(header limit exceeded\)", kinds.oversized_header),
    ill("503", "the target's health, /health, answered with status 503", with_body(b"", b"503 Service Unavailable")),
    later("never answers", kinds.stalled),
    later("garbage", raw(b"\x00\xffgarbage\r\n\r\n")),
    later("503", with_body(b"", b"503 Service Unavailable")),
]
