"""What the report says of the target over time, shown on a target that does it by measure: leaks, and recovers from a burst.

tests/bench/leak_verdicts.py does the first for twenty seeds, and with a garbage collector's saw teeth.
"""

import unittest

from support.case import EndToEnd
from support.memory import LEAK, TARGET, coming_and_going, verdict
from support.plan import phases, small_plan
from support.truth import read_log


class Leak(EndToEnd):
    def test_two_kib_a_session_are_suspected_and_none_is_not(self):
        runs = {}
        for name, options in (("leaking", LEAK), ("sound", ())):
            target = self.target(*TARGET, *options)
            runs[name] = (target, self.start_plan(coming_and_going(target.url, 30)))
        ended = {name: one.finish() for name, (_, one) in runs.items()}
        for name, (target, _) in runs.items():
            self.assert_true_run(ended[name], target)
            self.assertEqual(target.stats()["sessions"]["alive"], 0, "deleted sessions are gone")
        leak = ended["leaking"].report["leak"]
        self.assertEqual(leak["verdict"], "suspected", leak)
        self.assertGreater(leak["bytes_per_hour_least"], 0)
        self.assertAlmostEqual(leak["bytes_per_session"], 2048, delta=0.3 * 2048)
        self.assertIn("leak suspected: +", ended["leaking"].out)
        self.assertEqual(verdict(ended["sound"].report), "not_suspected", ended["sound"].report["leak"])
        self.assertIn("no leak suspected", ended["sound"].out)


class Recovery(EndToEnd):
    judges_times = True

    def test_the_time_until_a_burst_is_over_is_within_two_seconds_of_the_targets_own(self):
        log = self.folder() / "log.csv"
        target = self.target("--limits", "none", "--delay", "40ms", "--log", log, "--overload", 30, "--overload-delay", "1s",
                             "--recovery", "4s")
        ended = self.run_plan(small_plan(
            target.url, scenario={"options": {"delete_path": "/sessions/{session}"}}, limits={"delete_session": "none"},
            sessions={"think_time": "constant(200ms)"},
            phases=phases(("4s", 10, "step"), ("3s", 60, "step"), ("11s", 10, "step"), ("300ms", 0, "step"))))
        self.assert_true_run(ended, target)
        rows = read_log(log)
        slow = [row for row in rows if row["drawn_ns"] >= 1_000_000_000]
        self.assertGreater(len(slow), 50)
        began = rows[0]["arrived_ns"]  # the first sessions are wanted at the run's beginning
        over = max(row["replied_ns"] for row in slow)
        recovery = ended.report["recovery"]
        self.assertTrue(recovery["recovered"], recovery)
        self.assertEqual(recovery["burst"], "phase2")
        true_s = (over - began) / 1e9 - recovery["burst_end_s"]
        self.assertGreater(true_s, 4)
        self.assertLess(abs(recovery["recovered_after_s"] - true_s), 2, f"in truth {true_s:.2f} s; {recovery}")
        self.assertRegex(" ".join(ended.out.split()), r"recovery [\d.]+s after the end of phase2")


if __name__ == "__main__":
    unittest.main()
