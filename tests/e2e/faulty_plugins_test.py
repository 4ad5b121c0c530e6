"""Plugins that misbehave in the middle of a run: each is told by its name, and what was counted is not lost."""

import json
import os
import resource
import signal
import subprocess
import time
import unittest

from support.case import EndToEnd
from support.places import BUILD, LSRUN
from support.plan import phases, small_plan
from support.run import Ended, write_config

BAD = BUILD / "tests" / "plugins"
SANITIZED = os.environ.get("LSRUN_SANITIZED", "")


@unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
class FaultyPlugins(EndToEnd):
    def plan(self, name, options=None, **over):
        self.url = self.target().url
        return small_plan(self.url, scenario={"plugin": str(BAD / f"{name}.so"), "options": options or {}}, **over)

    def test_an_exception_over_the_boundary_ends_its_step_and_not_the_run(self):
        ended = self.run_plan(self.plan("bad_throws_over_step"))
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        self.assertGreaterEqual(ended.report["run"]["duration_s"], 1.7)
        self.assertGreater(ended.report["totals"]["steps"]["plugin_fault"], 4)
        for place in ("over the wall in step", "over the wall in done"):
            self.assertIn(f"it threw across the boundary: {place}", json.dumps(ended.report["failures"]))
            self.assertRegex(ended.log, f"scenario bad_throws_over_step: fault in a turn step: .*{place}")

    def test_a_held_thread_is_told_while_it_is_held(self):
        one = self.start_plan(self.plan("bad_blocks", {"span": "5s"}, phases=phases(("6s", 4, "step"), ("300ms", 0, "step"))))
        said = "the scenario `bad_blocks` holds its worker's thread in a turn step of session"
        self.wait_until("word of the block", lambda: said in self.err_of(one))
        self.assertNotIn("has let go", self.err_of(one), "it is told while it lasts")
        ended = one.finish()
        self.assertRegex(ended.err, r"`bad_blocks` held its worker's thread in a turn step of session \d+ for [4-9]")
        self.assert_laws(ended.report)
        verdict = ended.report["verdict"]
        self.assertEqual(verdict["validity"], "generator_limited")
        self.assertTrue(any("`bad_blocks`" in r for r in verdict["reasons"]), verdict)

    def test_a_thread_that_is_held_for_ever_does_not_hold_the_run(self):
        plan = self.plan("bad_blocks", {"span": "1h"}, phases=phases(("60s", 4, "step")))
        one = self.start_plan(plan)
        self.wait_until("word of the block", lambda: "holds its worker's thread" in self.err_of(one))
        one.process.send_signal(signal.SIGINT)
        one.process.send_signal(signal.SIGINT)
        began = time.monotonic()
        ended = one.finish()
        self.assertLess(time.monotonic() - began, 60)
        self.assert_code(ended, 130)
        self.assert_laws(ended.report)
        self.assertTrue(any("1 of 1 workers did not answer" in r for r in ended.report["verdict"]["reasons"]), str(ended))

    def err_of(self, one):
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in one.where.glob("stderr-*"))

    def test_a_crash_names_the_plugin_and_the_journal_is_readable(self):
        for how, words in (("pointer", ["the plugin `bad_crashes_in_step` crashed (SIGSEGV"]),
                           ("callee", ["the scenario `bad_crashes_in_step` called crashed (SIGSEGV"]),
                           ("abort", ["the scenario `bad_crashes_in_step` called crashed (SIGABRT"]),
                           ("noexcept", ["the scenario `bad_crashes_in_step` called crashed (SIGABRT"]),
                           ("stack", ["the plugin `bad_crashes_in_step` crashed (SIGSEGV"])):
            with self.subTest(how):
                ended = self.run_plan(self.plan("bad_crashes_in_step", {"how": how}, phases=phases(("9s", 2, "step"))))
                self.assertIn(ended.code, (-signal.SIGSEGV, -signal.SIGABRT) if not SANITIZED else (1, -signal.SIGABRT), str(ended))
                for part in [*words, "in a turn step of session ", "this is a fault of the plugin", f"lsrun report {ended.directory}"]:
                    self.assertIn(part, ended.err)
                self.check_report_again(ended, words[0])

    def check_report_again(self, ended, words):
        again = self.lsrun("report", ended.directory, "--report", "json")
        self.assert_code(again, 130)
        verdict = ended.report["verdict"]
        self.assertEqual(verdict["validity"], "interrupted")
        self.assertTrue(any(words in r for r in verdict["reasons"]), verdict)
        self.assertFalse(any("could not be read" in r for r in verdict["reasons"]), verdict)

    @unittest.skipIf(SANITIZED, "a sanitizer needs the address space for itself")
    def test_memory_without_bound_ends_in_words(self):
        for keep in ("false", "true"):
            with self.subTest(keep=keep):
                where = self.folder()
                plan = self.plan("bad_allocates", {"keep": keep == "true"}, phases=phases(("1500ms", 1, "step"), ("300ms", 0, "step")))
                path = write_config(where, plan)
                done = subprocess.run([LSRUN, "--config", path, "--no-color"], cwd=where, capture_output=True, text=True, timeout=180,
                                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
                ended = Ended(done.returncode, done.stdout, done.stderr, where / "results")
                if keep == "false":  # the faults are the plugin's, the run goes on
                    self.assert_code(ended, 0)
                    self.assert_laws(ended.report)
                    self.assertGreater(ended.report["totals"]["steps"]["plugin_fault"], 0)
                    self.assertIn("bad_allocates: fault in a turn step: std::bad_alloc", ended.log)
                else:  # nothing is left for lsrun either
                    self.assertNotEqual(ended.code, 0)
                    self.assertTrue("bad_allocates" in ended.err or "bad_allocates" in ended.log, str(ended))


if __name__ == "__main__":
    unittest.main()
