"""kill -9 at seeded moments: what was counted until a second before is in the report that is made of the journal.

25 kills, some at once; LSRUN_KILLS=100 for a hundred (about two minutes).
"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import random
import time
import unittest

from support.case import EndToEnd
from support.laws import laws
from support.plan import phases, small_plan

KILLS = int(os.environ.get("LSRUN_KILLS", "25"))
AT_ONCE = 5
SEED = 1
LOST_S = 2.0  # at most: a second, and what a busy disk takes to write the line of the second before
LOOKED_AT_S = 2.5  # before the kill: more than may be lost


def waits_s(pid):
    """{thread: for how long it could have run and waited for a processor}."""
    waits = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            waits[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
        except OSError:
            pass  # it has ended
    return waits


class Killed(EndToEnd):
    def kill_one(self, url, moment):
        """A run that is killed `moment` seconds after its start; what came of it."""
        plan = small_plan(url, phases=phases(("60s", 8, "step")), sessions={"think_time": "constant(20ms)"},
                          reports={"write": ["json"]})
        one = self.start_plan(plan)
        began = self.wait_until("journal", lambda: self.began(one))
        time.sleep(max(0, moment - LOOKED_AT_S - (time.time() - began)))
        waited = waits_s(one.process.pid)
        time.sleep(max(0, moment - (time.time() - began)))
        # That of one thread: a line is written when all have been heard, which wait at the same time.
        waited = max(now - waited.get(thread, 0) for thread, now in waits_s(one.process.pid).items())
        lived = time.time() - began  # at least: what it wrote between this and its death counts as well
        one.process.kill()
        ended = one.finish()
        files = sorted(path.name for path in ended.directory.iterdir())
        again = self.lsrun("report", ended.directory)
        return {"moment": moment, "lived_s": lived, "waited_s": waited,
                "problems": self.problems(ended, again, files), "held_s": ended.report["run"]["duration_s"]}

    def began(self, one):
        """When the run began, as its journal's first line has it; None as long as there is none."""
        for journal in one.results.glob("*/journal.jsonl"):
            first, whole, _ = journal.read_text(encoding="utf-8").partition("\n")
            if whole:
                return datetime.datetime.fromisoformat(json.loads(first)["run"]["started_utc"].replace("Z", "+00:00")).timestamp()
        return None

    def problems(self, ended, again, files):
        report, problems = ended.report, []
        if again.code != 130:
            problems.append(f"exit code {again.code}: {again}")
        if report["verdict"]["validity"] != "interrupted":
            problems.append(f"validity {report['verdict']['validity']}")
        if "report.json" in files or any(".tmp-" in name for name in files):
            problems.append(f"what a run writes at its end is there already: {files}")
        lines = [json.loads(line) for line in (ended.directory / "journal.jsonl").read_bytes().split(b"\n")[1:-1]]  # whole ones
        if not lines:
            return [*problems, f"not one second was written: {again}"]
        if abs(lines[-1]["end_s"] - report["run"]["duration_s"]) > 0.002:
            problems.append(f"the report ends at {report['run']['duration_s']}, the journal at {lines[-1]['end_s']}")
        # One that is taken late on a busy machine is longer, and the next begins where it ended.
        begun, ends = [line["start_s"] for line in lines], [0, *(line["end_s"] for line in lines)]
        shown = [point["t_s"] for point in report["timeline"]]
        if begun != ends[:-1] or shown != [round(at, 3) for at in begun]:
            problems.append(f"seconds are missing: {shown} of {begun}, {ends}")
        return problems + laws(report, under_way=8)

    def test_every_whole_second_before_the_kill_is_in_the_report(self):
        target = self.target("--delay", "10ms")
        draws = random.Random(SEED)
        moments = [draws.uniform(LOST_S, 5.5) for _ in range(KILLS)]  # so each has written something
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            kills = list(pool.map(lambda moment: self.kill_one(target.url, moment), moments))
        self.assertEqual([k for k in kills if k["problems"]], [])
        # What it lost, but for the time that it would have written and the machine had no processor for it.
        lost = sorted(k["lived_s"] - k["held_s"] - k["waited_s"] for k in kills)
        print(f"{len(kills)} kills, {kills[0]['lived_s']:.2f} s ...: at most {lost[-1]:.2f} s were lost, median {lost[len(lost) // 2]:.2f} s, "
              f"{sum(1 for s in lost if s < 1.1)} lost less than 1.1 s")
        self.assertLess(lost[-1], LOST_S)
        self.assertLess(lost[len(lost) // 2], 1.1, "most lose less than the second under way")

    def kill_at_the_end(self, url, delay):
        """A run that is killed `delay` seconds after the first of its report files is begun."""
        plan = small_plan(url, phases=phases(("600ms", 4, "step"), ("100ms", 0, "step")), reports={"write": ["json", "csv", "html"]})
        one = self.start_plan(plan)
        end = time.monotonic() + 60
        while time.monotonic() < end and one.process.poll() is None and not any(one.results.glob("*/*report*")):
            time.sleep(0.001)
        time.sleep(delay)
        one.process.kill()
        ended = one.finish()
        problems = []
        for path in ended.directory.rglob("*"):
            if path.is_file() and ".tmp-" not in path.name:
                problems += self.not_whole(path)
        again = self.lsrun("report", ended.directory)
        if again.code not in (0, 130):
            problems.append(f"exit code {again.code}: {again}")
        return problems + laws(ended.report, under_way=4)

    def not_whole(self, path):
        text = path.read_text(encoding="utf-8")
        if path.name in ("report.json", "report.schema.json"):
            json.loads(text)
        end = {".html": "</html>\n", ".csv": "\n", ".json": "}\n", ".toml": "\n"}.get(path.suffix, "")
        return [] if text.endswith(end) else [f"{path.name} is not whole: ...{text[-60:]!r}"]

    def test_files_of_a_run_that_is_killed_while_it_writes_them_are_whole_or_not_there(self):
        target = self.target("--delay", "10ms")
        draws = random.Random(SEED)
        for delay in [draws.uniform(0, 0.06) for _ in range(max(6, KILLS // 5))]:
            with self.subTest(delay=delay):
                self.assertEqual(self.kill_at_the_end(target.url, delay), [])


if __name__ == "__main__":
    unittest.main()
