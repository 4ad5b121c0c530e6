"""What cells have in common that are not answers of the proxy: things that happen to a target, a machine or a run."""

import re

from faults.matrix import FAILURES, SANITIZER, Row, end_of, words_of
from support.laws import laws
from support.plan import phases

LONGEST_S = 90  # for a busy machine
LONG = phases(("60s", 8, "step"))
QUIET = {"target": {"health": "none"}}
END = ("300ms", 0, "step")
# A handshake that was under way when the target went is reset.
GONE = (r"cannot connect: Connection refused \(ECONNREFUSED\)|cannot connect: Connection reset by peer \(ECONNRESET\)"
        r"|the target closed the connection without an answer|the connection broke before an answer: .*")


class Event:
    """A cell of this kind: `run(self, case, problems)` does it all and returns the row. `left_out`: as in Cell."""
    spoil = greet = farewell = None

    def __init__(self, fault, where, run, left_out=None):
        self.fault, self.where, self.run, self.left_out = fault, where, run, left_out or {}

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


def event(fault, where, left_out=None):
    return lambda run: Event(fault, where, run, left_out)


def wait_for_second(case, one):
    """Until the run's first second is over."""
    case.wait_until("second", lambda: one.journal.count("\n") >= 2, LONGEST_S)


def wait_for_requests(case, target, number):
    case.wait_until("request", lambda: target.seen() >= number, LONGEST_S)


def outcomes(report):
    return {o: n for o, n in report["totals"]["requests"].items() if n and o not in ("sent",)}
