"""Cells of the matrix: what is done wrong, what must come of it, and the row of the table that its run writes."""

import dataclasses
import os
import re
import typing

from support.laws import laws
from support.plan import merged, phases, small_plan, unhurried

CUT_OFF = {"tls": "there an end without close_notify may be an answer that was cut off: a cell of faults/tls.py"}
FAILURES = ("rate_limited", "timeout", "connect_error", "server_error", "client_error", "protocol_error")
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error:|ThreadSanitizer")
PARLANT = {"scenario": {"plugin": "parlant_events", "options": {"agent_id": "agent"}}, "target": {"request_timeout": "2s"}}
AGAIN = {"": "", "all": ", sent again", "some": "", "read": "; sent again on a kept connection"}
LONG_END = ("300ms", 0, "step")


@dataclasses.dataclass
class Cell:
    """A fault of the target's answers or connections, made by the proxy.

    `outcome` and `says`: what every request that is hit must be counted as, and the report's words for it (a regular
    expression; the table shows what was said). `ok`: the fault is none to a client that reads HTTP rightly.
    """
    fault: str
    outcome: str
    says: str = ""
    spoil: typing.Callable = None
    greet: typing.Callable = None
    farewell: typing.Callable = None  # makes one from the proxy
    on: tuple = ("chat",)
    share: float = 0.2
    plan: dict = dataclasses.field(default_factory=dict)
    shown: str = ""   # for the table, where the words may differ from run to run
    # The request is sent again on a new connection, counted apart: "all", each whose connection was left unread;
    # "some", whenever it finds a connection closed; "read", though the target had read it, if the connection was kept.
    replaced: str = ""
    steps: bool = False  # `says` is told of steps, which fail though their requests went well
    tls: str = ""     # the kind of certificate; "": no TLS
    left_out: dict = dataclasses.field(default_factory=dict)  # a way of reading (see left_out()) -> why it is left out there

    def where(self):
        if self.tls and not (self.greet or self.spoil or self.farewell):
            return "all connections"
        what = "connections" if self.greet else ("answers to " if self.farewell else "") + ", ".join(self.on)
        return f"{self.share:.0%} of {what}" if self.share < 1 else f"all {what}"


@dataclasses.dataclass
class Row:
    fault: str
    where: str
    outcome: str
    says: str
    end: str
    counts: str
    skipped: str = ""  # why this machine cannot run it

    def text(self):
        says = self.says.replace("|", "\\|")
        return f"| {self.fault} | {self.where} | {self.outcome} | {says} | {self.end} | {self.counts} |"


def left_out(cell):
    """Why this cell is not run in the way in which answers are read now (tests/every_way.sh); "": it is."""
    ways = ["bytes"] if "bytes" in os.environ.get("LSRUN_READ", "") else []
    ways += ["tls"] if os.environ.get("LSRUN_TEST_TLS") else []
    return "; ".join(cell.left_out[way] for way in ways if way in cell.left_out)


HEAD = ("| fault | on | outcome | the report's words | end | counts |\n"
        "|---|---|---|---|---|---|")


def plan_of(cell, url):
    base = small_plan(url, sessions={"think_time": "constant(60ms)"}, phases=phases((unhurried(1500), 8, "step"), LONG_END))
    return merged(base, cell.plan)


def same(problems, what, left, right):
    if left != right:
        problems.append(f"{what}: {left} is not {right}")


def words_of(report, outcomes):
    return sorted({f["message"] for f in report["failures"] if f["outcome"] in outcomes})


def end_of(report):
    verdict = report["verdict"]
    return f"{verdict['exit_code']}, {verdict['validity']}"


def check_counts(problems, cell, report, proxy, target):
    """The client's counts against the proxy's and lstarget's."""
    unbegun = proxy.greeted + proxy.handshakes_failed  # connections that no request came through
    requests, hit = report["totals"]["requests"], sum(proxy.spoilt.values()) + unbegun
    replaced = report["totals"]["replaced_connections"]
    again = replaced if cell.replaced == "read" else 0
    if hit + proxy.left == 0:
        problems.append("none was hit")
    same(problems, "requests sent against those read and connections spoilt", requests["sent"],
         sum(proxy.read.values()) + unbegun - again)
    same(problems, "cancelled", requests["cancelled"], 0)
    wanted = {o: 0 for o in FAILURES}
    if cell.outcome in wanted:
        wanted[cell.outcome] = hit - again
    same(problems, "outcomes against what was done wrong", {o: requests[o] for o in FAILURES}, wanted)
    by_operation = {row["operation"]: row["requests"]["sent"] for row in report["operations"] if row["requests"]["sent"]}
    if not unbegun and not again:
        same(problems, "requests by operation", by_operation, {o: n for o, n in proxy.read.items() if n})
    if not (replaced <= hit if cell.replaced == "read" else
            replaced <= proxy.left + hit if cell.replaced == "some" else
            replaced == proxy.left if cell.replaced == "all" else replaced == 0):
        problems.append(f"connections replaced: {replaced}, left {proxy.left}, hit {hit}")
    same(problems, "what went through against the target's count", proxy.forwarded, target.stats()["requests"])


def check_words(problems, cell, report):
    said = words_of(report, FAILURES)
    pattern = cell.says
    if not pattern:
        same(problems, "failures told of", said, [])
    elif not said or not all(re.fullmatch(pattern, one) for one in said):
        problems.append(f"the report says {said}, not {pattern!r}")
    return cell.shown or "; ".join(said)


def row_of(problems, cell, ended, proxy, target):
    """Adds what is wrong to `problems`; the table's row."""
    if SANITIZER.search(ended.err + ended.out):
        problems.append(f"a sanitizer speaks: {ended}")
    if ended.code != 0:
        problems.append(str(ended))
    report = ended.report
    problems += laws(report)
    check_counts(problems, cell, report, proxy, target)
    says = check_words(problems, cell, report)
    outcome = cell.outcome + AGAIN[cell.replaced] + (", the step fails" if cell.steps else "")
    return Row(cell.fault, cell.where(), outcome, says or "none", end_of(report), "equal")
