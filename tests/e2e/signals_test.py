"""How a run may end before its plan: by signals, thresholds and kill; and who is told while it goes on."""

import json
import os
import signal
import time
import unittest

from support.case import EndToEnd
from support.laws import laws
from support.plan import phases, small_plan

LONG = phases(("60s", 8, "step"))


class Signals(EndToEnd):
    def begin(self, target, **over):
        plan = small_plan(target.url, phases=LONG, reports={"write": ["json", "csv"]}, **over)
        one = self.start_plan(plan)
        self.wait_until("request", lambda: target.seen() >= 8)
        return one

    def check_interrupted(self, ended, name):
        self.assert_code(ended, 130)
        self.assert_laws(ended.report)
        verdict = ended.report["verdict"]
        self.assertEqual((verdict["validity"], verdict["exit_code"], verdict["passed"]), ("interrupted", 130, False))
        self.assertTrue(any(f"interrupted by {name}" in r for r in verdict["reasons"]), verdict)
        self.assertTrue((ended.directory / "csv" / "operations.csv").exists())
        last = (ended.directory / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1]
        self.assertIn("interrupted", last)

    def test_ctrl_c_ends_the_run_in_order_with_its_reports(self):
        target = self.target("--delay", "20ms")
        one = self.begin(target)
        time.sleep(1)
        one.process.send_signal(signal.SIGINT)
        ended = one.finish()
        self.check_interrupted(ended, "SIGINT")
        self.assert_same_counts(ended.report, target)
        self.assertEqual(ended.report["totals"]["requests"]["cancelled"], 0, "steps under way had time to end")

    def test_sigterm_is_the_same(self):
        target = self.target("--delay", "20ms")
        one = self.begin(target)
        one.process.terminate()
        ended = one.finish()
        self.check_interrupted(ended, "SIGTERM")
        self.assert_same_counts(ended.report, target)

    def test_ctrl_c_twice_ends_at_once(self):
        target = self.target("--delay", "30s")
        one = self.begin(target)
        one.process.send_signal(signal.SIGINT)
        time.sleep(1)
        self.assertIsNone(one.process.poll(), "steps under way get five seconds")
        one.process.send_signal(signal.SIGINT)
        ended = one.finish()
        self.check_interrupted(ended, "SIGINT")
        self.assertLess(ended.ending_s, 4.5, "the five seconds are cut short")
        self.assertEqual(ended.report["totals"]["requests"]["cancelled"], 8)

    def test_once_is_enough_when_steps_hang(self):
        target = self.target("--delay", "30s")
        one = self.begin(target)
        one.process.send_signal(signal.SIGINT)
        ended = one.finish()
        self.check_interrupted(ended, "SIGINT")
        self.assertLess(ended.ending_s, 9)  # five seconds of patience, and what ending takes

    def test_a_signal_before_the_load_takes_back_what_was_made(self):
        for number, name in ((signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP")):
            with self.subTest(name):
                plan = small_plan("http://127.0.0.1:1", target={"launch": "exec sleep 61.25"})  # which never answers
                one = self.start_plan(plan)
                self.wait_until("target", lambda: "target launched" in self.said(one))
                one.process.send_signal(number)
                ended = one.finish()
                self.assert_code(ended, 130)
                self.assertIn(f"{name} came before the load began. Nothing was sent.", ended.err)
                self.assertFalse(one.results.exists(), "the results directory was made by this run alone")

    def said(self, one):
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in one.where.glob("stderr-*"))

    def test_a_killed_run_leaves_a_journal_that_reports_are_made_from(self):
        target = self.target("--delay", "20ms")
        one = self.begin(target)
        alive_s = 4
        self.wait_until("fourth second", lambda: one.journal.count("\n") > alive_s)  # the run's facts are a line too
        one.process.kill()
        killed = one.finish()
        self.assertFalse((killed.directory / "report.json").exists())
        again = self.lsrun("report", killed.directory)
        self.assert_code(again, 130)
        self.assertTrue((killed.directory / "csv" / "operations.csv").exists())
        self.assertFalse((killed.directory / "report.html").exists(), "the run was to write json and csv")
        report = killed.report
        self.assertEqual(laws(report, under_way=8), [])
        self.assertEqual(report["verdict"]["validity"], "interrupted")
        self.assertGreaterEqual(report["run"]["duration_s"], alive_s - 0.2)
        # One that is taken late on a busy machine is longer, and the next begins where it ended.
        seconds = [(p["t_s"], p["span_s"]) for p in report["timeline"]]
        self.assertGreaterEqual(len(seconds), alive_s)
        for (at, span), (following, _) in zip([(0, 0), *seconds], seconds):
            self.assertAlmostEqual(following, at + span, delta=0.002)
        self.assertGreater(report["totals"]["requests"]["ok"], 50)
        self.assertLessEqual(report["totals"]["requests"]["sent"], target.stats()["requests"])

    def test_a_last_line_that_is_cut_in_two_is_left_out(self):
        target = self.target("--delay", "20ms")
        ended = self.small_run(target)
        journal = ended.directory / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        # the run's facts and its first two intervals, and half of the third
        journal.write_bytes(b"".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
        again = self.lsrun("report", ended.directory, "--report", "json")
        self.assert_code(again, 130)
        report = json.loads((ended.directory / "report.json").read_text(encoding="utf-8"))
        self.assertEqual(laws(report, under_way=8), [])
        self.assertEqual(report["verdict"]["validity"], "interrupted")
        self.assertAlmostEqual(report["run"]["duration_s"], json.loads(lines[2])["end_s"], delta=0.002)
        self.assertEqual(len(report["verdict"]["reasons"]), 2, "no end, and a damaged line")

    def test_a_journal_that_is_damaged_in_its_middle_is_not_taken_for_the_run(self):
        target = self.target("--delay", "20ms")
        ended = self.small_run(target, phases=phases(("2500ms", 8, "step"), ("300ms", 0, "step")))
        self.assert_code(ended, 0)
        self.assert_same_counts(ended.report, target)  # read now, as it was
        journal = ended.directory / "journal.jsonl"
        whole = journal.read_bytes().splitlines(keepends=True)
        said = f"{journal}: a line could not be read and is left out: line 3"
        for what, damaged in (("a byte", whole[2].replace(b":", b"", 1)), ("cut", whole[2][:200] + b"\n"), ("noise", b"\x00\xff\n"),
                              ("empty", b"\n"), ("another type", b"[]\n")):
            with self.subTest(what):
                journal.write_bytes(b"".join([*whole[:2], damaged, *whole[3:]]))
                again = self.lsrun("report", ended.directory, "--report", "json")
                self.assert_code(again, 70)
                report = json.loads((ended.directory / "report.json").read_text(encoding="utf-8"))
                self.assertEqual((report["verdict"]["passed"], report["verdict"]["exit_code"]), (False, 70))
                self.assertIn(said, report["verdict"]["reasons"])
                self.assertIn("a line could not be read and is left out", " ".join(again.out.split()))
                self.assertLess(report["totals"]["requests"]["sent"], ended.report["totals"]["requests"]["sent"])
                self.assertTrue(again.out.endswith("exit 70\n"), again.out)
        journal.write_bytes(b"".join(whole))
        self.assert_code(self.lsrun("report", ended.directory, "--report", "json"), 0)
        self.assertEqual(json.loads((ended.directory / "report.json").read_text(encoding="utf-8")), ended.report)


class Judgement(EndToEnd):
    def test_a_crossed_threshold_is_exit_code_99(self):
        target = self.target("--delay", "50ms")
        checks = ["p95(response_time) < 10ms", "success_ratio >= 99%"]
        ended = self.small_run(target, thresholds={"check": checks})
        self.assert_true_run(ended, target, code=99)
        self.assertEqual([(t["expression"], t["holds"]) for t in ended.report["thresholds"]],
                         [(checks[0], False), (checks[1], True)])
        self.assertGreater(ended.report["thresholds"][0]["observed"], 0.05)
        self.assertEqual(ended.report["verdict"]["validity"], "valid")

    def test_an_abort_threshold_ends_the_run_early(self):
        target = self.target("--delay", "50ms")
        ended = self.small_run(target, phases=phases(("40s", 8, "step")),
                               thresholds={"abort": ["p95(response_time) < 10ms"]})
        self.assert_true_run(ended, target, code=99)
        self.assertLess(ended.report["run"]["duration_s"], 15)
        self.assertTrue(any("ended early" in r for r in ended.report["verdict"]["reasons"]), ended.report["verdict"])

    def test_an_alert_is_told_shown_and_reported(self):
        target = self.target("--delay", "5ms", "--error-share", "60%")
        told = self.folder() / "told.jsonl"
        # Without a second attempt six steps of ten fail; with five attempts it would be one of thirteen, and chance decided.
        plan = small_plan(target.url, phases=phases(("8s", 8, "step"), ("500ms", 0, "step")), retry={"attempts": 1},
                          alerts={"check": ["success_ratio < 90% for 2s", "rate_limit_ratio > 10%"],
                                  "command": f"cat >>'{told}'; echo >>'{told}'"})
        ended = self.run_plan(plan)
        self.assert_code(ended, 0)
        spans = ended.report["alerts"]
        self.assertEqual([a["expression"] for a in spans], ["success_ratio < 90% for 2s"], ended.report["timeline"])
        self.assertLess(spans[0]["worst"], 0.9)
        self.assertGreaterEqual(spans[0].get("to_s", 10) - spans[0]["from_s"], 2)
        self.assertIn("success_ratio < 90% for 2s", ended.err)
        self.assertIn("success_ratio < 90% for 2s", ended.log)
        alerts = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines() if line.strip()]
        self.assertTrue(alerts)
        self.assertIn("success_ratio < 90% for 2s", json.dumps(alerts[0]))

    def test_secrets_are_written_nowhere(self):
        # A refusal of this target quotes the request's headers, and the report quotes a refusal.
        target = self.target("--delay", "5ms", "--limits", "chat=30/min", "--refusal", "hidden")
        secret = "s3cr3t-of-the-test-4711"
        plan = small_plan(target.url, target={"headers": {"Authorization": "Bearer ${LSRUN_TEST_KEY}"}},
                          sessions={"think_time": "constant(20ms)"}, reports={"write": ["json", "csv", "html"]})
        ended = self.run_plan(plan, environment={"LSRUN_TEST_KEY": secret})
        self.assert_code(ended, 0)
        refused = [f["example"] for f in ended.report["failures"] if f["outcome"] == "rate_limited"]
        self.assertTrue(refused)
        self.assertIn("HEADERS", refused[0]["answer_body"])
        self.assertIn("***", refused[0]["answer_body"])
        for folder, _, files in os.walk(ended.directory):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(secret.encode(), file.read(), name)
        self.assertNotIn(secret, ended.out + ended.err)


if __name__ == "__main__":
    unittest.main()
