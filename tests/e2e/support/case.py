"""The base class of end-to-end tests: everything that is started is stopped, every wait is bounded."""

import os
import pathlib
import shutil
import tempfile
import time
import unittest

from support.ahead import ahead
from support.laws import laws, same_counts
from support.plan import small_plan
from support.run import PATIENCE_S, Lsrun, write_config
from support.target import Target


class EndToEnd(unittest.TestCase):
    maxDiff = None
    judges_times = False  # True: its programs come before the machine's others, where that is allowed

    def folder(self):
        """A new directory that is gone after the test; LSRUN_KEEP=1 keeps it."""
        path = pathlib.Path(tempfile.mkdtemp(prefix="lsrun-e2e-"))
        if os.environ.get("LSRUN_KEEP"):
            print(f"{self.id()}: {path}")
        else:
            self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def target(self, *options, **named):
        target = Target(*options, **named).start(*(ahead() if self.judges_times else ()))
        self.addCleanup(target.stop)
        return target

    def start(self, *words, results=None, where=None, environment=None, command=None, cwd=None):
        """lsrun with these words, under way."""
        one = Lsrun(words, where or self.folder(), results, environment, command, cwd, ahead() if self.judges_times else ())
        self.addCleanup(one.close)
        return one

    def lsrun(self, *words, timeout=PATIENCE_S, **named):
        """lsrun with these words, to its end."""
        return self.start(*words, **named).finish(timeout)

    def start_plan(self, config, *words, environment=None):
        """A run of this config (a dictionary or TOML) in a folder of its own, under way."""
        where = self.folder()
        path = write_config(where, config)
        return self.start("--config", path, "--no-color", *words, results=where / "results", where=where,
                          environment=environment)

    def run_plan(self, config, *words, timeout=PATIENCE_S, environment=None):
        """A run of this config, to its end."""
        return self.start_plan(config, *words, environment=environment).finish(timeout)

    def small_run(self, target, /, *words, timeout=PATIENCE_S, **over):
        """small_plan against this target, to its end."""
        return self.run_plan(small_plan(target.url, **over), *words, timeout=timeout)

    def assert_code(self, ended, code):
        self.assertEqual(ended.code, code, str(ended))

    def assert_laws(self, report):
        self.assertEqual(laws(report), [])

    def assert_same_counts(self, report, target, fold=None):
        self.assertEqual(same_counts(report, target.stats(), fold), [])

    def assert_true_run(self, ended, target, code=0, fold=None):
        """Exit code, laws of conservation, and the target's own count, all at once."""
        self.assert_code(ended, code)
        self.assert_laws(ended.report)
        self.assert_same_counts(ended.report, target, fold)

    def wait_until(self, what, condition, timeout=PATIENCE_S):
        """Asks `condition` every 50 ms; fails when it does not become true in time. Returns its last value."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.05)
        self.fail(f"within {timeout} s there was no {what}")
