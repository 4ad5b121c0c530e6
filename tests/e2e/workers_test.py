"""Several workers at once: the same laws, the target's own count, and nothing shared that must not be.

Under ThreadSanitizer: LSRUN_SANITIZE=thread tools/sanitize.sh -R e2e_workers
"""

import os
import pathlib
import signal
import time
import unittest

from support.ahead import ahead
from support.case import EndToEnd
from support.places import BUILD, LSRUN
from support.plan import phases, small_plan
from support.run import write_config

BAD = BUILD / "tests" / "plugins"


class Workers(EndToEnd):
    def plan(self, url, **over):
        base = {"run": {"threads": 3}, "pool": {"count": 9}, "phases": phases(("2s", 24, "linear"), ("300ms", 0, "step")),
                "sessions": {"think_time": "uniform(5ms, 40ms)", "turns": "uniform(3, 9)", "max": 24}}
        for table, values in over.items():
            base[table] = {**base.get(table, {}), **values} if isinstance(values, dict) else values
        return small_plan(url, **base)

    def test_counts_are_the_targets_own_with_every_address_in_use(self):
        target = self.target("--delay", "5ms", "--threads", "2")
        ended = self.run_plan(self.plan(target.url, reports={"write": ["json", "csv", "html"]},
                                        alerts={"check": ["p95(response_time) > 1ns for 1s"], "command": "cat >/dev/null"},
                                        thresholds={"check": ["success_ratio >= 99%", "p95(response_time) < 10s"]}))
        self.assert_true_run(ended, target)
        sent = [row["requests"]["sent"] for row in ended.report["addresses"]]
        self.assertEqual(len(sent), 9)
        self.assertGreater(min(sent), 0)
        self.assertEqual(ended.report["run"]["threads"], 3)
        self.assertTrue(ended.report["alerts"])

    def test_refusals_retries_and_adaption_are_counted_once(self):
        target = self.target("--limits", "chat=600/min,create_session=600/min,default=none", "--trust-forwarded", "--delay", "1ms")
        ended = self.run_plan(self.plan(target.url, retry={"attempts": 3, "first": "20ms", "most": "100ms"},
                                        rate={"adapt_every": "500ms"}))
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        self.assert_same_counts(ended.report, target)

    @unittest.skipUnless(ahead(), "real-time priorities are not allowed here")
    def test_under_a_real_time_policy_they_give_way_to_the_thread_that_takes_their_figures(self):
        target = self.target("--delay", "20ms")
        where = self.folder()
        plan = self.plan(target.url, phases=phases(("5s", 24, "step"), ("300ms", 0, "step")))
        one = self.start("--fifo", "3", LSRUN, "--config", write_config(where, plan), "--no-color", where=where,
                         results=where / "results", command="chrt")
        self.wait_until("requests", lambda: target.seen() > 80)
        threads = pathlib.Path(f"/proc/{one.process.pid}/task")
        priorities = {int(task.name): os.sched_getparam(int(task.name)).sched_priority for task in threads.iterdir()}
        self.assert_true_run(one.finish(), target)
        self.assertEqual(priorities.pop(one.process.pid), 3)
        self.assertEqual(sorted(priorities.values())[:3], [2, 2, 2], priorities)

    def test_an_interrupt_reaches_all_of_them(self):
        target = self.target("--delay", "20ms")
        one = self.start_plan(self.plan(target.url, phases=phases(("60s", 24, "step"))))
        self.wait_until("requests", lambda: target.seen() > 80)
        one.process.send_signal(signal.SIGINT)
        ended = one.finish()
        self.assert_code(ended, 130)
        self.assert_laws(ended.report)
        self.assert_same_counts(ended.report, target)

    @unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
    def test_workers_that_are_all_held_for_ever_do_not_hold_the_run(self):
        target = self.target()
        plan = self.plan(target.url, scenario={"plugin": str(BAD / "bad_blocks.so"), "options": {"span": "1h"}},
                         phases=phases(("60s", 24, "step")), run={"threads": 2})
        one = self.start_plan(plan)
        began = time.monotonic()
        self.wait_until("word of both blocks", lambda: self.said(one).count("holds its worker's thread") == 2)
        for _ in range(2):
            one.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
        ended = one.finish()
        self.assertLess(time.monotonic() - began, 90)
        self.assert_code(ended, 130)
        self.assertTrue(any("2 of 2 workers did not answer" in r for r in ended.report["verdict"]["reasons"]), str(ended))

    def said(self, one):
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in one.where.glob("stderr-*"))


if __name__ == "__main__":
    unittest.main()
