"""The plan's named tests, rehearsed sixty times as fast: what they promise holds, and every figure is the target's own."""

import csv
import json
import os
import unittest

from support.case import EndToEnd
from support.laws import spread
from support.places import SCHEMA, SOURCE
from support.plan import trust_in

SCALE = 60
TABLES = ("requests_by_second", "operations", "addresses", "phases", "failures", "thresholds")


class Rehearsal(EndToEnd):
    judges_times = True

    def rehearse(self, name, *words):
        """The named test against a target with its limits; everything that every run must fulfil is asserted here."""
        target = self.target("--limits", "production", "--time-scale", SCALE, "--delay", "lognormal(50ms,0.5)")
        where = self.folder()
        results = where / "results"
        words += tuple(word for table, keys in trust_in(target.url).items() for key, value in keys.items()
                       for word in ("--set", f"{table}.{key}={value}"))
        ended = self.lsrun(name, "-s", target.url, "-o", results, "--time-scale", SCALE, "--no-color", *words, where=where,
                           results=results, timeout=150, cwd=SOURCE)
        self.assert_true_run(ended, target)
        report = ended.report
        self.assertEqual(report["verdict"]["validity"], "valid")
        self.assertTrue(report["verdict"]["passed"])
        self.assertTrue(all(t["holds"] for t in report["thresholds"]), report["thresholds"])
        self.assertEqual(report["run"]["time_scale"], SCALE)
        self.assertEqual(report["totals"]["sessions"]["opened"], target.stats()["sessions"]["created"])
        self.check_phases(report)
        return ended

    def check_phases(self, report):
        planned = report["run"]["planned_phases"]
        self.assertEqual([p["name"] for p in report["phases"]], [p["name"] for p in planned])
        before = 0
        for phase, plan in zip(report["phases"], planned):
            self.assertAlmostEqual(phase["start_s"], plan["start_s"], delta=0.3)
            if phase is not report["phases"][-1]:  # the last one waits for its closes
                self.assertAlmostEqual(phase["end_s"], plan["end_s"], delta=0.3)
                # a session counts when it is open: those of the last 0.2 s may be on their way
                on_their_way = 0.2 * abs(plan["sessions"] - before) / (plan["end_s"] - plan["start_s"])
                self.assertAlmostEqual(phase["alive_at_end"], plan["sessions"], delta=on_their_way + 1)
            before = plan["sessions"]
        self.assertEqual(report["phases"][-1]["alive_at_end"], 0)
        self.assertEqual(report["totals"]["sessions"]["peak_alive"], report["run"]["planned_sessions"])

    def check_schema(self, report):
        try:
            import jsonschema
        except ImportError:
            self.fail("python3-jsonschema is missing: tools/install_deps.sh --tests installs it")
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                  for e in jsonschema.Draft202012Validator(schema).iter_errors(report)]
        self.assertEqual(errors, [])

    def check_files(self, ended):
        directory = ended.directory
        self.assertEqual(json.loads((directory / "report.schema.json").read_text()), json.loads(SCHEMA.read_text()))
        for name in ("journal.jsonl", "effective.toml", "lsrun.log", "histograms.hlog", "report.html"):
            self.assertGreater((directory / name).stat().st_size, 100, name)
        html = (directory / "report.html").read_text(encoding="utf-8")
        self.assertIn("</html>", html)
        for outside in ('src="http', "src='http", 'href="http', "@import", "fetch("):
            self.assertNotIn(outside, html, "the page must work from disk")
        for name in TABLES:
            with open(directory / "csv" / f"{name}.csv", newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file, strict=True))
            self.assertGreater(len(rows[0]), 1, name)
            self.assertEqual({len(row) for row in rows}, {len(rows[0])}, f"{name}: rows of one length")
        with open(directory / "csv" / "addresses.csv", newline="", encoding="utf-8") as file:
            sent = sum(int(row["requests"]) for row in csv.DictReader(file))
        self.assertEqual(sent, ended.report["totals"]["requests"]["sent"])
        latest = ended.results / "latest"
        self.assertTrue(latest.is_symlink())
        self.assertEqual(os.path.realpath(latest), os.path.realpath(directory))

    def check_effective_config(self, ended):
        """effective.toml is a config that loads, and means the same."""
        path = ended.directory / "effective.toml"
        self.assert_code(self.lsrun("--config", path, "--check"), 0)
        again = self.lsrun("--config", path, "--explain")
        self.assert_code(again, 0)

    def check_report_from_journal(self, ended):
        """`lsrun report` makes the same document, to the byte, from the journal alone."""
        path = ended.directory / "report.json"
        before = path.read_bytes()
        path.unlink()
        again = self.lsrun("report", ended.directory)
        self.assert_code(again, 0)
        self.assertEqual(json.loads(path.read_bytes()), json.loads(before))
        self.assertEqual(path.read_bytes(), before)

    def test_startup_load(self):
        ended = self.rehearse("startup_load", "--set", "run.lag_limit=none")  # 40 requests: no percentiles
        report = ended.report
        self.assertEqual(report["totals"]["requests"]["rate_limited"], 0)
        self.assertEqual(len(report["addresses"]), 5)
        self.assertGreaterEqual(report["rates"]["sessions_created_per_s"], 0.5)
        self.check_schema(report)
        self.check_files(ended)
        self.check_effective_config(ended)
        self.check_report_from_journal(ended)

    def test_heavy_load(self):
        ended = self.rehearse("heavy_load")
        report = ended.report
        self.assertEqual(report["totals"]["sessions"]["opened"], 1000)
        self.assertEqual(len(report["addresses"]), 20)
        self.assertLessEqual(spread(report), 0.05, [a["requests"]["sent"] for a in report["addresses"]])
        for address in report["addresses"]:
            self.assertAlmostEqual(address["share"], 1 / 20, delta=0.05 / 20)
        self.assertLessEqual(report["ratios"]["rate_limit_ratio"], 0.10)
        self.assertGreaterEqual(report["ratios"]["success_ratio"], 0.90)
        self.assertEqual([p["name"] for p in report["phases"]], ["startup", "growth", "steady", "cleanup"])
        # 1000 sessions in 30 s of the rehearsal; closings need no creation
        creating = report["rates"]["creating_s"]
        self.assertAlmostEqual(creating, 30, delta=2.5)
        self.assertAlmostEqual(report["rates"]["sessions_created_per_s"], 1000 / creating, delta=1)
        # Sessions that think 1.75 s (of the rehearsal) and wait 0.06 s for answers: 100 on average for 5 s, 600 for 25 s,
        # 1000 for 25 s, 500 for 5 s are 43 000 seconds of sessions, a turn every 1.81 s.
        self.assertAlmostEqual(report["totals"]["requests"]["sent"], 43000 / 1.81, delta=0.07 * 43000 / 1.81)
        self.check_schema(report)
        self.check_report_from_journal(ended)


if __name__ == "__main__":
    unittest.main()
