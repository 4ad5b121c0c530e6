"""What the benchmark refuses for the responder's sake, with a real one that really is the bottleneck.

Nothing here depends on how fast the machine is: a responder that spends milliseconds of its core on each request, with a
hundred sessions that send the next at once, always has requests waiting, also while the client waits for its own core.
"""

import contextlib
import functools
import io
import os
import re
import shutil
import subprocess
import sys
import unittest
from unittest import mock

import bench
import measures
import running

SPENDING = functools.partial(running.Responder, spend_us=5000)
SPINS = f"import os, time\nos.sched_setaffinity(0, {{{measures.SERVER}}})\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass"
SAID = r"the responder was saturated by {}: it used (\d+)% of its core and waited for it (\d+)% of the time"


class Saturated(unittest.TestCase):
    def setUp(self):
        slow = mock.patch.object(running, "Responder", SPENDING)
        slow.start()
        self.addCleanup(slow.stop)

    def closed_loop(self):
        return measures.ours(lambda url: running.closed_loop(url, 1.5))

    def assert_refused(self, text, who="lsrun"):
        """Its shares of the core: used, waited for."""
        found = re.search(SAID.format(who), text)
        self.assertTrue(found, text)
        return tuple(int(share) / 100 for share in found.groups())

    @unittest.skipUnless((os.cpu_count() or 1) > 1, "one core alone: the benchmark refuses that before")
    def test_no_ratio_is_printed(self):
        out = io.StringIO()
        with mock.patch.object(sys, "argv", ["bench.py", "--quick", "cpu"]), contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(bench.main(), 1)
        self.assert_refused(out.getvalue())
        self.assertIn("cpu   refused: ", out.getvalue())
        self.assertNotIn("x wrk's", out.getvalue())

    @unittest.skipUnless(shutil.which("wrk"), "no wrk on this machine")
    def test_a_run_of_wrk_that_saturates_it_is_refused_too(self):
        # A hundred that wait for 1 ms each leave room before the 2 s after which an answer is an error of wrk's. Until wrk has
        # begun to send on each connection, the responder may rest: where wrk itself waits for its core, it must run for longer.
        with mock.patch.object(running, "Responder", functools.partial(SPENDING.func, spend_us=1000)):
            for seconds in (2, 10):
                try:
                    measures.wrk(seconds)
                except measures.Unfit as refused:
                    if "timeout" in str(refused):
                        self.skipTest(f"this machine is too busy: {refused}")
                    self.assert_refused(str(refused), "wrk")
                    return
        self.fail("the responder rested")

    def test_one_that_waits_for_its_core_while_others_have_it_is_refused_too(self):
        """Of three that want the core it has a third: it never uses enough of it to be seen by that alone."""
        for _ in range(2):
            other = subprocess.Popen([sys.executable, "-c", SPINS])
            self.addCleanup(other.wait, 5)
            self.addCleanup(other.kill)
        with self.assertRaises(measures.Unfit) as refused:
            self.closed_loop()
        used, waited = self.assert_refused(str(refused.exception))
        self.assertLess(used, 0.8)
        self.assertGreater(waited, 0.2)

    def test_one_that_rests_is_not(self):
        """Twenty requests a second are a tenth of its core, and each has 45 ms to wait for it."""
        _, responder, _ = measures.ours(lambda url: running.closed_loop(url, 2, sessions=1, rate={"base": "20/s"}))
        self.assertGreater(responder.requests, 0)


if __name__ == "__main__":
    unittest.main()
