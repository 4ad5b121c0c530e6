"""lsrun as a process: any command with its exit code and words, a run with its directory and report."""

import json
import os
import pathlib
import re
import subprocess

from support.places import LSRUN
from support.plan import toml

PATIENCE_S = 90  # for what takes seconds on an idle machine; a wait ends when that happens


class Ended:
    """An ended lsrun: `code`, `out`, `err`; for a run also its `directory` and its `report`."""

    def __init__(self, code, out, err, results=None):
        self.code, self.out, self.err = code, out, err
        self.results = results
        self._report = None

    def __str__(self):
        return f"exit code {self.code}\n--- standard output\n{self.out[-4000:]}\n--- standard error\n{self.err[-4000:]}"

    @property
    def directory(self):
        """The directory of the one run below the results directory."""
        runs = [d for d in pathlib.Path(self.results).iterdir() if d.is_dir() and not d.is_symlink()]
        assert len(runs) == 1, f"{len(runs)} runs in {self.results}; {self}"
        return runs[0]

    @property
    def report(self):
        if self._report is None:
            path = self.directory / "report.json"
            assert path.exists(), f"no {path}; {self}"
            self._report = json.loads(path.read_text(encoding="utf-8"))
        return self._report

    @property
    def ending_s(self):
        """Seconds of an interrupted run from the first signal to the end of all steps, as it counted them itself."""
        after = re.search(r"after ((?:[\d.]+[a-z]+ ?)+)", self.report["verdict"]["reasons"][0])[1]
        began_s = sum(float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}[unit]
                      for number, unit in re.findall(r"([\d.]+)([a-z]+)", after))
        return self.report["run"]["duration_s"] - began_s

    @property
    def log(self):
        return (self.directory / "lsrun.log").read_text(encoding="utf-8")


class Lsrun:
    """An lsrun under way. Its output goes to files, so that no pipe fills; `finish` waits and is bounded. `before`: the words of
    a program that starts it."""

    def __init__(self, words, where, results=None, environment=None, command=None, cwd=None, before=()):
        self.where, self.results = pathlib.Path(where), results
        self._files = [open(self.where / f"{name}-{len(list(self.where.iterdir()))}", "w+", encoding="utf-8", errors="replace")
                       for name in ("stdout", "stderr")]
        env = dict(os.environ, **(environment or {}))
        self.process = subprocess.Popen([*before, str(command or LSRUN), *map(str, words)], cwd=cwd or self.where, stdin=subprocess.DEVNULL,
                                        stdout=self._files[0], stderr=self._files[1], env=env)

    @property
    def journal(self):
        """The text of its run's journal so far; empty before the run has a directory."""
        return "".join(path.read_text(encoding="utf-8") for path in pathlib.Path(self.results).glob("*-*/journal.jsonl"))

    def said(self):
        """What it has written on standard error so far."""
        return pathlib.Path(self._files[1].name).read_text(encoding="utf-8", errors="replace")

    def finish(self, timeout=PATIENCE_S):
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)
            raise AssertionError(f"lsrun did not end within {timeout} s; {self._ended(None)}") from None
        ended = self._ended(code)
        self.close()
        return ended

    def _ended(self, code):
        for one in self._files:
            one.flush()
        return Ended(code, *[pathlib.Path(one.name).read_text(encoding="utf-8", errors="replace") for one in self._files],
                     self.results)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(60)
        for one in self._files:
            one.close()


def write_config(where, config, name="plan.toml"):
    """Writes a dictionary or TOML text below `where`; a dictionary without a results directory gets where/results."""
    if isinstance(config, dict):
        reports = dict(config.get("reports", {}))
        reports.setdefault("directory", str(pathlib.Path(where) / "results"))
        config = toml({**config, "reports": reports})
    path = pathlib.Path(where) / name
    path.write_text(config, encoding="utf-8")
    return path
