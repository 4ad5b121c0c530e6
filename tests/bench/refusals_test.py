"""What the benchmark refuses to make a ratio of, and what it reckons from times: with made-up runs, nothing is started."""

import json
import math
import pathlib
import tempfile
import types
import unittest
from unittest import mock

import measures
import peers
import peers_schedule
import running


def child(code=0, out="", cpu_s=1.0, report=None):
    return types.SimpleNamespace(code=code, out=out, cpu_s=cpu_s, user_s=cpu_s / 2, report=report)


class FakeResponder:
    """A responder of which only what it says at its end is there."""

    url, requests, connections, load, wall_s = "http://127.0.0.1:1", 100_000, 100, (0.5, 0.1), 1.0

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Refusals(unittest.TestCase):
    def setUp(self):
        for what in (mock.patch.object(running, "Responder", FakeResponder), mock.patch.object(measures.shutil, "which", str)):
            what.start()
            self.addCleanup(what.stop)

    def wrk(self, out, code=0):
        with mock.patch.object(running, "run", lambda *_, **__: child(code, out)):
            return measures.wrk(1)

    def ours(self, **requests):
        report = {"totals": {"requests": {"sent": 100_000, "ok": 100_000, "timeout": 0, **requests}}, "failures": []}
        with mock.patch.object(running, "lsrun", lambda *_, **__: child(report=report)):
            return measures.ours(lambda url: {"target": url})

    def test_a_run_without_errors_has_its_cost(self):
        self.assertEqual(self.wrk("  100000 requests in 1.00s")[0], 10.0)
        self.assertEqual(self.ours()[2], 10.0)

    def test_errors_of_wrk(self):
        for words in ("  Socket errors: connect 0, read 3, write 0, timeout 0", "  Non-2xx or 3xx responses: 17"):
            with self.assertRaisesRegex(measures.Unfit, "wrk had errors: " + words.split(":")[0].strip()):
                self.wrk(words)

    def test_two_workers_under_a_real_time_policy(self):
        with mock.patch.object(measures.os, "sched_getscheduler", lambda _: measures.os.SCHED_FIFO):
            with self.assertRaisesRegex(measures.Unfit, "hold each other up for ever"):
                measures.workers(True)

    def test_a_side_that_failed(self):
        with self.assertRaisesRegex(measures.Unfit, "wrk ended with exit code 1: unable to connect"):
            self.wrk("unable to connect", code=1)

    def test_errors_of_lsrun(self):
        with self.assertRaisesRegex(measures.Unfit, "lsrun had errors: {'timeout': 3}"):
            self.ours(ok=99_997, timeout=3)

    def test_a_saturated_responder(self):
        for used, waited in ((0.97, 0.0), (0.35, 0.62)):
            with mock.patch.object(FakeResponder, "load", (used, waited)):
                for run in (self.ours, lambda: self.wrk("")):
                    with self.assertRaisesRegex(measures.Unfit, f"the responder was saturated by (lsrun|wrk): it used {used:.0%} of its core "
                                                                f"and waited for it {waited:.0%} of the time"):
                        run()

    def test_a_responder_that_nobody_asked(self):
        with mock.patch.object(FakeResponder, "requests", 0), self.assertRaisesRegex(measures.Unfit, "no request of wrk reached the responder"):
            self.wrk("")

    def test_one_bad_run_of_the_five_pairs_is_enough(self):
        runs = iter([10.0, 10.0, measures.Unfit("the responder was saturated")])

        def wrk(*_, **__):
            got = next(runs)
            if isinstance(got, Exception):
                raise got
            return got, got, FakeResponder()
        with mock.patch.object(measures, "wrk", wrk), mock.patch.object(measures, "ours", lambda *_, **__: (child(), FakeResponder(), 9.0)):
            with self.assertRaises(measures.Unfit):
                measures.paired("CPU", False, 0.85, running.closed_loop, {})


SAID = {
    "oha": ("  Success rate:\t100.00%\n  [200] 239621 responses\n  [72] aborted due to deadline", "  Success rate:\t99.98%",
            "Success rate:\t100.00%\n  [503] 439 responses"),
    "h2load": ("requests: 269727 total, 269827 started, 269727 done, 269727 succeeded, 0 failed, 0 errored, 0 timeout\n"
               "status codes: 269727 2xx, 0 3xx, 0 4xx, 0 5xx", "0 succeeded, 12 failed, 0 errored", "status codes: 90 2xx, 0 3xx, 0 4xx, 10 5xx",
               "100 started, 0 done, 0 succeeded, 0 failed"),
    "k6": ("http_req_failed................: 0.00% 0 out of 40296", "http_req_failed......: 10.03% 131 out of 1305"),
    "locust": ("         Aggregated       23153     0(0.00%) |      5", "         Aggregated         431    42(9.74%) |    5"),
}


class Peers(unittest.TestCase):
    def test_a_peer_that_says_it_had_errors_is_heard(self):
        for name, (good, *bad) in SAID.items():
            self.assertEqual(peers.failures(name, child(out=good), None), "", name)
            for out in bad:
                self.assertNotEqual(peers.failures(name, child(out=out), None), "", f"{name}: {out}")

    def test_tsungs_errors_are_in_its_log(self):
        with tempfile.TemporaryDirectory() as folder:
            where = pathlib.Path(folder)
            log = where / "tsung-log" / "20260101-0000" / "tsung.log"
            log.parent.mkdir(parents=True)
            log.write_text("stats: 200 177212 177212\nstats: error_abort 1 1\n")
            self.assertEqual(peers.failures("tsung", child(), where), "")
            for line in ("stats: 503 313 313", "stats: error_connect_econnrefused 400 400"):
                log.write_text(f"stats: 200 177212 177212\n{line}\n")
                self.assertEqual(peers.failures("tsung", child(), where), line)


    def test_vegetas_errors_are_in_its_report(self):
        good = {"requests": 5, "status_codes": {"200": 5}, "errors": []}
        self.assertEqual(peers.vegeta_failures(json.dumps(good)), "")
        bad = {"requests": 5, "status_codes": {"0": 1, "200": 3, "503": 1}, "errors": ["503 Service Unavailable", "EOF"]}
        self.assertEqual(peers.vegeta_failures(json.dumps(bad)), "{'0': 1, '503': 1} of 5: 503 Service Unavailable; EOF")


class Lateness(unittest.TestCase):
    def times(self, late):
        """Arrivals of four seconds; request i is late(i) seconds late."""
        return sorted(100 + i / peers_schedule.RATE + late(i) for i in range(4 * peers_schedule.RATE))

    def test_a_plan_that_is_kept_is_not_late(self):
        self.assertLess(max(peers_schedule.lateness(self.times(lambda _: 0.0))), 1e-6)

    def test_when_the_plan_began_is_not_its_lateness(self):
        self.assertLess(max(peers_schedule.lateness(self.times(lambda _: 0.25))), 1e-6)

    def test_batches_are_as_late_as_the_first_of_them_waited(self):
        step = 0.010  # all that is due within 10 ms is sent at its end: from 0 to 10 ms late
        late = peers_schedule.lateness(self.times(lambda i: math.ceil(i / peers_schedule.RATE / step - 1e-9) * step - i / peers_schedule.RATE))
        self.assertAlmostEqual(late[len(late) // 2], step / 2, delta=0.0005)
        self.assertAlmostEqual(late[-1], step, delta=0.0005)

    def test_what_comes_in_the_first_second_is_not_judged(self):
        self.assertLess(max(peers_schedule.lateness(self.times(lambda i: 0.5 if i == 100 else 0.0))), 1e-3)


if __name__ == "__main__":
    unittest.main()
