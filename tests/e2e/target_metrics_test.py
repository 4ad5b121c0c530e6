"""The target's own metrics beside the run's: true values, nothing of them in the load's figures, failures told once."""

import csv
import itertools
import re
import unittest
import urllib.request

from support.case import EndToEnd
from support.plan import phases, small_plan

SERIES = ["lstarget_requests_total", "rate(lstarget_requests_total)", 'lstarget_requests_total{operation="chat",status="200"}',
          "lstarget_sessions_alive", "process_resident_memory_bytes", "lstarget_session_alive"]


def page(target):
    """lstarget's metrics page as {"name" or "name{labels}": value}."""
    with urllib.request.urlopen(target.url + "/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return dict((line.rsplit(" ", 1)[0], float(line.rsplit(" ", 1)[1])) for line in text.splitlines() if not line.startswith("#"))


class TargetMetrics(EndToEnd):
    judges_times = True  # a reading is held against the second that it was made in

    def test_the_page_of_lstarget_says_what_its_statistics_say(self):
        target = self.target("--limits", "chat=2/min", scheme="http")
        self.assert_code(self.small_run(target, sessions={"max": 3}, thresholds={"check": []}, phases=phases(("500ms", 3, "step"))), 0)
        stats, shown = target.stats(), page(target)
        counted = {f'lstarget_requests_total{{operation="{o}",status="{s}"}}': n
                   for o, by in stats["by_operation"].items() for s, n in by.items()}
        self.assertEqual({k: v for k, v in shown.items() if k.startswith("lstarget_requests_total")}, counted)
        self.assertEqual(shown["lstarget_sessions_alive"], stats["sessions"]["alive"])
        self.assertEqual(shown["lstarget_sessions_created_total"], stats["sessions"]["created"])
        self.assertEqual(shown["lstarget_requests_in_flight"], 0)
        self.assertGreater(shown["process_resident_memory_bytes"], 1e6)
        self.assertEqual(target.stats()["requests"], stats["requests"])  # the page itself is not counted

    def test_readings_are_the_target_s_and_none_of_the_load_s_requests(self):
        target = self.target("--limits", "none", "--delay", "20ms")
        ended = self.small_run(target, target={"metrics": "/metrics", "metrics_series": SERIES},
                               phases=phases(("4s", 8, "step")), reports={"write": ["json", "csv", "html"]})
        self.assert_true_run(ended, target)
        report, wanted = ended.report, target.stats()
        series = report["target_series"]
        self.assertEqual([s["series"] for s in series["series"]], SERIES)
        self.assertEqual([s["unit"] for s in series["series"]], ["number", "1/s", "number", "number", "bytes", "number"])
        self.assertEqual(series["failed"], 0)
        self.assertGreaterEqual(series["answered"], 4)
        rows = [p["target"]["series"] for p in report["timeline"][:4]]
        # A reading comes before its second ends: no less than all answers of the seconds before, no more than those of this
        # one and what was under way.
        sums = list(itertools.accumulate((p["requests"]["sent"] for p in report["timeline"]), initial=0))
        for row, before, after in zip(rows, sums, sums[1:]):
            self.assertLessEqual(before, row[0])
            self.assertLessEqual(row[0], after + 8)
        self.assertEqual(series["series"][0]["last"] <= wanted["requests"], True)
        self.assertLessEqual(series["series"][2]["most"], wanted["by_operation"]["chat"]["200"])
        self.assertEqual(rows[2][3], 8)
        grown = sum(row[1] for row in rows[1:])  # of the seconds after the first, each about a second long
        self.assertAlmostEqual(grown, rows[3][0] - rows[0][0], delta=0.3 * grown)
        self.assertTrue(all(row[5] is None for row in rows))
        self.assertEqual(len(re.findall("the target's metrics have no `lstarget_session_alive` yet; did you mean `lstarget_sessions_alive`",
                                        ended.err)), 1)
        with open(ended.directory / "csv" / "target_series.csv", newline="", encoding="utf-8") as file:
            cells = [(float(r["t_s"]), float(r["value"])) for r in csv.DictReader(file) if r["series"] == SERIES[0]]
        self.assertEqual(cells[:4], [(p["t_s"], row[0]) for p, row in zip(report["timeline"], rows)])
        self.assertIn("lstarget_sessions_alive", (ended.directory / "report.html").read_text(encoding="utf-8"))

    def test_without_a_wish_the_process_and_what_is_under_way_are_followed_also_after_a_kill(self):
        target = self.target("--limits", "none", "--delay", "20ms", scheme="http")
        one = self.start_plan(small_plan(target.url, target={"url": target.url, "metrics": target.url + "/metrics"},
                                         phases=phases(("30s", 4, "step"))))
        self.wait_until("third reading", lambda: one.journal.count('"answered"') >= 3)
        one.process.kill()
        killed = one.finish()
        self.assert_code(self.lsrun("report", killed.directory), 130)
        names = [s["series"] for s in killed.report["target_series"]["series"]]
        self.assertEqual(names, ["process_resident_memory_bytes", "rate(process_cpu_seconds_total)", "process_open_fds",
                                 "lstarget_requests_in_flight"])
        last = killed.report["timeline"][-1]["target"]["series"]
        self.assertGreater(last[0], 1e6)
        self.assertGreater(last[2], 3)

    def test_what_cannot_be_read_is_told_once_counted_and_ends_nothing(self):
        target = self.target("--limits", "none", "--delay", "20ms")
        for path, words in (("/nothing", "is answered with status 404"), ("/health", "is no Prometheus text: no line is a sample")):
            ended = self.small_run(target, target={"metrics": path}, phases=phases(("1200ms", 4, "step")))
            self.assert_code(ended, 0)
            self.assertEqual(ended.err.count("the target's metrics cannot be read"), 1, ended.err)
            self.assertIn(words, ended.err)
            self.assertGreaterEqual(ended.report["target_series"]["failed"], 2)
            self.assertEqual(ended.report["target_series"]["series"], [])


if __name__ == "__main__":
    unittest.main()
