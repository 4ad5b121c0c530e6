"""What the user is told of work that takes more than two seconds."""

import re
import signal
import time
import unittest

from support.case import EndToEnd
from support.plan import phases, small_plan


class Progress(EndToEnd):
    def test_waiting_for_a_target_is_told_with_how_long_at_most_but_not_when_quiet(self):
        plan = small_plan("http://127.0.0.1:9", target={"launch": "sleep 60"})
        told, quiet = self.start_plan(plan), self.start_plan(plan, "-q")
        line = self.wait_until("word of it", lambda: re.search(r"waiting for the target: (\d+) s so far, at most (\d+) s more\n", told.said()))
        self.assertIn(int(line[1]) + int(line[2]), (30, 31), "one is rounded down, the other up")
        time.sleep(0.3)
        said = []
        for run in (told, quiet):
            run.process.send_signal(signal.SIGINT)
            ended = run.finish()
            self.assert_code(ended, 130)
            said.append([int(s) for s in re.findall(r"(\d+) s so far", ended.err)])
        self.assertGreaterEqual(said[0][0], 2)
        self.assertTrue(all(later - earlier >= 4 for earlier, later in zip(said[0], said[0][1:])), f"a line every five seconds: {said[0]}")
        self.assertEqual(said[1], [])

    def test_the_end_of_a_run_says_how_many_steps_are_waited_for_and_how_long_at_most(self):
        target = self.target("--delay", "2500ms")
        ended = self.run_plan(small_plan(target.url, phases=phases(("1s", 3, "step"))))
        lines = re.findall(r"^\S+ ending, (\d+) in a step, at most (\d+)s more", ended.out, re.M)
        self.assertGreaterEqual(len(lines), 1, str(ended))
        self.assertEqual(int(lines[0][0]), 3)
        self.assertIn(int(lines[0][1]), (29, 30))


if __name__ == "__main__":
    unittest.main()
