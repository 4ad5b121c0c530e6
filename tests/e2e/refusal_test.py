"""Runs that are refused before their first request leave nothing behind: no directory without a report, no wrong `latest`."""

import os
import pathlib
import unittest

from support.case import EndToEnd
from support.places import free_port
from support.plan import small_plan
from support.run import write_config


class Refused(EndToEnd):
    def setUp(self):
        self.where = self.folder()
        self.results = self.where / "results"

    def run_here(self, plan):
        """A run of this plan with results in self.results, to its end."""
        return self.lsrun("--config", write_config(self.where, plan), "--no-color", where=self.where, results=self.results)

    def unreachable(self, **over):
        return small_plan(f"http://127.0.0.1:{free_port()}", **over)

    def test_the_first_run_leaves_not_even_the_results_directory(self):
        ended = self.run_here(self.unreachable(reports={"directory": str(self.where / "new" / "results")}))
        self.assert_code(ended, 4)
        self.assertFalse((self.where / "new").exists())

    def test_a_results_directory_that_was_there_stays(self):
        self.results.mkdir()
        self.assert_code(self.run_here(self.unreachable()), 4)
        self.assertEqual(list(self.results.iterdir()), [])

    def test_latest_stays_on_the_last_run_that_began(self):
        target = self.target("--delay", "5ms")
        good = self.run_here(small_plan(target.url))
        self.assert_code(good, 0)
        first = os.readlink(self.results / "latest")
        for what, plan, code in (("not there", self.unreachable(), 4),
                                 ("name unknown", small_plan("http://no-such-host.invalid:1"), 4),
                                 ("no command", self.unreachable(target={"launch": "exit 3"}), 4)):
            with self.subTest(what):
                self.assert_code(self.run_here(plan), code)
                self.assertEqual(sorted(p.name for p in self.results.iterdir()), sorted([first, "latest"]))
                self.assertEqual(os.readlink(self.results / "latest"), first)
        self.assertTrue((self.results / "latest" / "report.json").exists())

    def test_what_a_launched_target_wrote_is_kept_and_named(self):
        ended = self.run_here(self.unreachable(target={"launch": "echo no such luck; exit 3"}))
        self.assert_code(ended, 4)
        self.assertFalse((self.results / "latest").is_symlink())
        kept = pathlib.Path(ended.err.rpartition("What the target wrote: ")[2].strip())
        self.assertEqual(kept.parent, ended.directory)
        self.assertEqual(kept.read_text(), "no such luck\n")


if __name__ == "__main__":
    unittest.main()
