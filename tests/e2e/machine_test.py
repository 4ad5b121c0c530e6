"""What a plan needs of the machine and does not get is said at the start, with the numbers and what to do."""

import pathlib
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
                          sessions={"max": sessions}, target={"connect_timeout": "30s"})  # through TLS, handshakes all at once
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


class Checked(EndToEnd):
    """What `--check` says of this machine, before anything is sent."""

    def check(self, **over):
        where = self.folder()
        checked = self.lsrun("--config", write_config(where, small_plan("http://127.0.0.1:1", **over)), "--check", where=where)
        self.assert_code(checked, 0)
        self.assertIn("the config is good", checked.out)
        return checked.err

    def load(self, sessions):
        return {"phases": [{"name": "load", "duration": "1s", "sessions": sessions, "ramp": "step"}], "sessions": {"max": sessions}}

    def test_nothing_is_said_of_a_plan_that_has_what_it_needs(self):
        self.assertEqual(self.check(), "")

    def test_local_ports_of_one_source_address(self):
        first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
        self.assertIn(f"up to 70000 connections from one source address, but it has only {last - first + 1} local ports for one target",
                      self.check(**self.load(70_000)))

    def test_memory(self):
        said = self.check(**self.load(100_000_000))  # each 512 bytes, and 16 KiB for its connection: 1.5 TiB
        self.assertRegex(said, r"warning: the plan may need 1\.5\d*TiB of memory, but [.\d]+[MG]iB are available; fewer `sessions`")


if __name__ == "__main__":
    unittest.main()
