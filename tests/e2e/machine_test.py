"""What a plan needs of the machine and does not get is said at the start, with the numbers and what to do."""

import sys
import unittest

from faults.isolation import LIMITED
from support.case import EndToEnd
from support.places import LSRUN
from support.plan import small_plan
from support.run import write_config


class OpenFiles(EndToEnd):
    def run_limited(self, soft, hard, sessions):
        target = self.target()
        where = self.folder()
        plan = small_plan(target.url, phases=[{"name": "load", "duration": "1s", "sessions": sessions, "ramp": "step"}],
                          sessions={"max": sessions})
        path = write_config(where, plan)
        ended = self.lsrun("-c", LIMITED, soft, hard, LSRUN, "--config", path, "--no-color", where=where, results=where / "results",
                           command=sys.executable)
        return ended, target

    def test_a_soft_limit_is_raised_without_a_word_of_warning(self):
        ended, target = self.run_limited(256, 4096, 300)
        self.assert_true_run(ended, target)
        self.assertNotIn("open files (", ended.out + ended.err)
        self.assertIn("raised the limit of open files from 256 to ", ended.log)

    def test_a_hard_limit_is_named_with_what_the_plan_needs_and_the_run_goes_on(self):
        ended, _ = self.run_limited(256, 256, 300)
        said = ended.out + ended.err
        self.assertRegex(said, r"warning: the plan may need 3\d\d open files \(300 connections\), but the limit is 256; "
                               r"raise it with `ulimit -n 3\d\d`")
        self.assert_laws(ended.report)
        self.assertGreater(ended.report["totals"]["requests"]["ok"], 0)


if __name__ == "__main__":
    unittest.main()
