"""What makes a run not valid, provoked: the report and the last lines name it, and the exit code says so.

Open files and local ports that run out are among the faults of lsrun's machine (faults/machine.py).
"""

import os
import re
import signal
import time
import unittest

from support.case import EndToEnd
from support.plan import phases, small_plan

END = ("300ms", 0, "step")


class Valid(EndToEnd):
    def assert_limited(self, ended, reason):
        """Exit code 6, and a reason that matches, in the report and on the terminal."""
        self.assert_code(ended, 6)
        self.assert_laws(ended.report)
        verdict = ended.report["verdict"]
        self.assertEqual(verdict["validity"], "generator_limited")
        self.assertFalse(verdict["passed"])
        self.assertTrue([r for r in verdict["reasons"] if re.search(reason, r)], verdict["reasons"])
        said = " ".join(ended.out.split())
        self.assertRegex(said, reason)
        self.assertRegex(said, r"GENERATOR LIMITED .*exit 6$")

    def assert_valid(self, ended):
        self.assert_code(ended, 0)
        self.assertEqual(ended.report["verdict"]["reasons"], [])

    def test_processors_that_are_saturated(self):
        """A closed loop without a pause keeps a worker as busy as it gets; on a busy machine that is not a whole processor."""
        target = self.target("--delay", "0s", "--limits", "none")
        loop = dict(pool={"count": 1}, sessions={"think_time": "none"}, phases=phases(("3500ms", 40, "step"), END))
        self.assert_limited(self.small_run(target, run={"cpu_limit": "5%"}, **loop),
                            r"lsrun's own processors were saturated: in [\d.]+s of [\d.]+s a worker thread used more than "
                            r"run\.cpu_limit 5% of one \(at most \d[\d.]*%\): give it more threads")
        # The same limit holds where sessions think, and polling by intention is no load.
        loop["sessions"] = {"think_time": "constant(500ms)"}
        self.assert_valid(self.small_run(target, run={"cpu_limit": "50%"}, **loop))
        self.assert_valid(self.small_run(target, run={"cpu_limit": "1%", "spin": True}, rate={"base": "2000/s"}, **loop))

    def test_lag_above_its_limit(self):
        target = self.target("--delay", "20ms", "--limits", "none")
        ended = self.small_run(target, run={"lag_limit": "100ms"}, pool={"count": 1}, sessions={"think_time": "none"},
                               target={"connections_per_address": 8}, phases=phases(("4s", 80, "step"), END))
        self.assertGreater(ended.report["latency"]["lag"]["count"], 1000)
        self.assert_limited(ended, r"lag p99 was [\d.]+m?s, more than run\.lag_limit 100ms: requests left late")

    def test_a_suspension_of_seconds(self):
        target = self.target("--delay", "20ms")
        one = self.start_plan(small_plan(target.url, phases=phases(("6s", 8, "step"), END)))
        self.wait_until("request", lambda: target.stats()["requests"] > 10)
        os.kill(one.process.pid, signal.SIGSTOP)
        time.sleep(2.5)
        os.kill(one.process.pid, signal.SIGCONT)
        self.assert_limited(one.finish(30), r"lsrun was suspended for (1\.[5-9]|2|3)[\d.]*s at [\d.]+m?s of the run \(stopped by a "
                                            r"signal, or with its machine\)")

    def test_turns_that_found_no_session(self):
        """A stall of the target that takes all sessions of an open loop: what is planned meanwhile is not sent at all."""
        target = self.target("--delay", "5ms", "--limits", "none", "--stall", "1s@2s")
        plan = dict(pool={"count": 1}, sessions={"think_time": "none"}, rate={"base": "200/s"})
        ended = self.small_run(target, run={"missed_limit": "1%"}, phases=phases(("4s", 10, "step"), END), **plan)
        missed = ended.report["totals"]["missed_turns"]
        self.assertGreater(missed, 100)
        self.assert_limited(ended, rf"{missed} of \d+ planned turns \([\d.]+%\) found no free session, more than run\.missed_limit 1%")
        target.reset()
        ended = self.small_run(target, run={"missed_limit": "1%"}, phases=phases(("4s", 400, "step"), END), **plan)
        self.assertLess(ended.report["totals"]["missed_turns"], 20)
        self.assert_valid(ended)


if __name__ == "__main__":
    unittest.main()
