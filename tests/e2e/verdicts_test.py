"""What makes a run not valid, provoked: the report and the last lines name it, and the exit code says so.

Open files and local ports that run out are among the faults of lsrun's machine (faults/machine.py).
"""

import os
import re
import signal
import subprocess
import sys
import time
import unittest

from support.case import EndToEnd
from support.places import BUILD, LSRUN
from support.plan import phases, small_plan
from support.run import write_config

BAD = BUILD / "tests" / "plugins"
END = ("300ms", 0, "step")


class Valid(EndToEnd):
    judges_times = True

    def assert_limited(self, ended, reason):
        """Exit code 6, and a reason that matches, in the report and on the terminal; its match."""
        self.assert_code(ended, 6)
        self.assert_laws(ended.report)
        verdict = ended.report["verdict"]
        self.assertEqual(verdict["validity"], "generator_limited")
        self.assertFalse(verdict["passed"])
        said = " ".join(ended.out.split())
        self.assertRegex(said, reason)
        self.assertRegex(said, r"GENERATOR LIMITED .*exit 6$")
        found = [m for m in (re.search(reason, r) for r in verdict["reasons"]) if m]
        self.assertTrue(found, verdict["reasons"])
        return found[0]

    def assert_valid(self, ended):
        self.assert_code(ended, 0)
        self.assertEqual(ended.report["verdict"]["reasons"], [])

    def computing(self, target, **over):
        """A plan whose scenario computes for 2 ms a turn."""
        return small_plan(target.url, scenario={"plugin": str(BAD / "bad_blocks.so"), "options": {"span": "0s", "work": "2ms"}},
                          pool={"count": 1}, sessions={"think_time": "none"}, phases=phases(("3500ms", 10, "step"), END), **over)

    def assert_saturated(self, ended):
        self.assert_limited(ended, r"lsrun's own processors were saturated: in [\d.]+s of [\d.]+s a worker thread used, or waited for, "
                                   r"more than run\.cpu_limit 95% of one \(at most (9[5-9]|1\d\d)[\d.]*%\): give it more threads")
        self.assertEqual(len(ended.report["verdict"]["reasons"]), 1)

    @unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
    def test_a_processor_that_is_full(self):
        """Sessions that take turns back to back, each of which keeps lsrun busy for longer than the target, leave it no pause.
        `None`: by the limit that is everybody's."""
        self.judges_times = False  # who comes before all others may not take all of a processor
        target = self.target("--delay", "0s", "--limits", "none")
        ended = self.run_plan(self.computing(target, run={"cpu_limit": None}))
        self.assert_saturated(ended)
        used_s = sum(p["generator"]["cpu"] * p["span_s"] for p in ended.report["timeline"])
        worked_s = ended.report["totals"]["requests"]["ok"] * 2e-3
        self.assertGreater(worked_s, 0.5 * used_s, "it was full of what the sessions did")

    @unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
    def test_a_processor_that_other_programs_use(self):
        """Work for three fifths of a processor: it has it to itself at first, and then a third of it. It does not use more then,
        but it waits for it."""
        target = self.target("--delay", "0s", "--limits", "none")
        core = max(os.sched_getaffinity(0))
        plan = self.computing(target, run={"cpu_limit": None}, rate={"base": "300/s"})

        def run():
            where = self.folder()
            return self.lsrun("-c", core, LSRUN, "--config", write_config(where, plan), "--no-color", where=where,
                              results=where / "results", command="taskset")

        self.assert_valid(run())
        spin = f"import os, time\nos.sched_setaffinity(0, {{{core}}})\nend = time.monotonic() + 20\nwhile time.monotonic() < end: pass"
        for _ in range(2):
            busy = subprocess.Popen([sys.executable, "-c", spin])
            self.addCleanup(busy.wait, 5)
            self.addCleanup(busy.kill)
        self.judges_times = False  # now it takes its turns with them
        ended = run()
        self.assert_saturated(ended)
        self.assertLess(max(p["generator"]["cpu"] for p in ended.report["timeline"]), 0.8)

    def test_processors_that_have_room(self):
        """Where sessions think there is no saturation, and polling by intention is no load."""
        target = self.target("--delay", "0s", "--limits", "none")
        loop = dict(pool={"count": 1}, sessions={"think_time": "constant(500ms)"}, phases=phases(("3500ms", 40, "step"), END))
        self.assert_valid(self.small_run(target, run={"cpu_limit": "50%"}, **loop))
        self.assert_valid(self.small_run(target, run={"cpu_limit": "1%", "spin": True}, rate={"base": "2000/s"}, **loop))

    def test_lag_above_its_limit(self):
        target = self.target("--delay", "5ms", "--limits", "none")
        ended = self.small_run(target, run={"lag_limit": "20ms"}, pool={"count": 1}, sessions={"think_time": "none"},
                               target={"connections_per_address": 8}, phases=phases(("4s", 80, "step"), END))
        self.assertGreater(ended.report["latency"]["lag"]["count"], 1000)
        self.assert_limited(ended, r"lag p99 was [\d.]+m?s, more than run\.lag_limit 20ms: requests left late")

    def test_a_suspension_of_seconds(self):
        target = self.target("--delay", "20ms")
        one = self.start_plan(small_plan(target.url, phases=phases(("6s", 8, "step"), END)))
        self.wait_until("request", lambda: target.seen() > 20)
        stopped = time.monotonic()
        os.kill(one.process.pid, signal.SIGSTOP)
        time.sleep(2.5)
        os.kill(one.process.pid, signal.SIGCONT)
        stopped = time.monotonic() - stopped
        ended = one.finish()
        said = self.assert_limited(ended, r"lsrun was suspended for ([\d.]+)s at [\d.]+m?s of the run \(stopped by a signal, or with "
                                          r"its machine\)")
        # A second of it may be one that it did not miss.
        self.assertGreater(float(said[1]), 1.5)
        self.assertLess(float(said[1]), stopped + 1)

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
