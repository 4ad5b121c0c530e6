"""The slowest requests of the report are those of the target, and its log has them under the same trace id."""

import re
import unittest

from support.case import EndToEnd
from support.plan import phases, unhurried
from support.truth import read_log


def places(rows):
    """{(a session's number, its turn, the attempt): its trace's own half}, as the log tells them: what is refused is tried again."""
    next_of, found = {}, {}
    for row in rows:
        number = row["session"].rpartition("-")[2]
        turn, attempt = next_of.get(number, (0, 1))
        found[number, turn, attempt] = row["traceparent"].split("-")[1][16:]
        next_of[number] = (turn, attempt + 1) if row["status"] == 429 else (turn + 1, 1)
    return found


class Traces(EndToEnd):
    def traced(self, log, aim, /, **over):
        ended = self.small_run(aim, pool={"count": 4}, run={"threads": 2, "seed": 7}, phases=phases((unhurried(1500), 8, "step")),
                               **over)
        self.assert_code(ended, 0)
        self.assert_same_counts(ended.report, aim)  # asks for the counts, which flushes the log
        return ended.report, read_log(log)

    def assert_slowest(self, report):
        for row in report["operations"]:
            slow = [s["response_time_ms"] for s in row.get("slowest", [])]
            self.assertEqual(slow, sorted(slow, reverse=True))
            self.assertEqual(len(slow), min(5, row["response_time"]["count"]))
            self.assertEqual(slow[0], row["response_time"]["max_ms"])

    def test_the_slowest_are_found_in_the_target_s_log(self):
        log = self.folder() / "log.csv"
        # Some are refused and sent again: each attempt is a trace of its own.
        target = self.target("--log", log, "--limits", "chat=10/min", "--refusal", "plain", "--time-scale", 60,
                             "--delay", "lognormal(20ms,1)")
        named = {"target": {"traceparent": True}, "retry": {"first": "50ms", "attempts": 20}, "sessions": {"think_time": "constant(20ms)"}}
        report, rows = self.traced(log, target, **named)
        self.assert_slowest(report)
        by_trace = {row["traceparent"]: row for row in rows}
        self.assertEqual(len(by_trace), len(rows))
        self.assertEqual(len(rows), report["totals"]["requests"]["sent"])
        for trace in by_trace:
            self.assertRegex(trace, r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$")
        by_id = {trace.split("-")[1]: row for trace, row in by_trace.items()}
        for operation in report["operations"]:
            for slow in operation.get("slowest", []):
                row = by_id[slow["trace_id"]]
                self.assertEqual((row["operation"], row["status"]), (operation["operation"], slow["status"]))
                took_ms = (row["replied_ns"] - row["arrived_ns"]) / 1e6
                self.assertLessEqual(took_ms, slow["response_time_ms"] + 0.001)
        self.assertGreater(report["totals"]["requests"]["rate_limited"], 0)
        target.reset()
        _, later = self.traced(log, target, **named)
        first, second = ({trace.split("-")[1] for trace in (r["traceparent"] for r in part)} for part in (rows, later[len(rows):]))
        self.assertEqual(len({i[:16] for i in first}), 1)
        self.assertFalse({i[:16] for i in first} & {i[:16] for i in second}, "two runs share traces")
        halves, again = places(rows), places(later[len(rows):])
        both = [place for place in halves if place in again]
        self.assertGreater(len(both), 30)
        self.assertEqual([p for p in both if halves[p] != again[p]], [], "the same plan gives its requests other halves")
        for failure in report["failures"]:
            self.assertIn(failure["example"]["trace_id"], by_id)
            self.assertEqual(by_id[failure["example"]["trace_id"]]["status"], failure["status"])

    def test_without_it_nothing_is_sent_and_the_slowest_are_there(self):
        log = self.folder() / "log.csv"
        target = self.target("--log", log, "--limits", "none", "--delay", "lognormal(20ms,1)")
        report, rows = self.traced(log, target)
        self.assert_slowest(report)
        self.assertEqual({row["traceparent"] for row in rows}, {""})
        self.assertFalse(re.search("trace_id", str(report["operations"])))


if __name__ == "__main__":
    unittest.main()
