"""The report's times are the true ones: held against a target that knows its own delays and logs when it gave them.

Both programs read one clock. What is true is what the log says was given, not what was asked for, so that a busy machine
that makes the target late is no fault of lsrun's; see support/truth.py for what else is allowed to it, and why.
"""

import unittest

from support.case import EndToEnd
from support.plan import phases
from support.truth import (JUDGED, PERCENTILES, TIME_SLICE_S, differences, given, lateness, noise, percentile, read_log, reading,
                           schedule, timer_lateness)

RATE = 500


class Truth(EndToEnd):
    judges_times = True

    def known(self, *options, **over):
        """A run against a target that logs; report and log, after the counts were found equal."""
        log = self.folder() / "log.csv"
        target = self.target("--log", log, *options)
        ended = self.small_run(target, **over)
        self.assert_true_run(ended, target)  # asks for the counts, which flushes the log
        rows = read_log(log)
        self.assertEqual(len(rows), ended.report["totals"]["requests"]["sent"])
        return ended.report, rows

    def open_loop(self, *options, seconds=4, sessions=400, **over):
        """One client address, a turn every 2 ms whatever the answers do; also each request's place in the schedule."""
        report, rows = self.known(*options, pool={"count": 1}, rate={"base": f"{RATE}/s"},
                                  sessions={"think_time": "none", "max": sessions},
                                  phases=phases((f"{seconds}s", sessions, "step")), **over)
        self.assertEqual(report["totals"]["missed_turns"], 0)
        planned = schedule(rows, RATE)
        return report, rows, planned

    def assert_times(self, times, truth, busy, **more):
        self.assertEqual(times["count"], len(truth))
        self.assertEqual(differences(times, truth, busy, **more), [])

    def assert_both_times(self, report, rows, planned):
        busy = noise(rows, planned)
        self.assert_times(report["latency"]["service_time"], given(rows), busy)
        response = [(row["replied_ns"] - at) / 1e9 for row, at in zip(rows, planned)]
        self.assert_times(report["latency"]["response_time"], response, busy)


class Delays(Truth):
    def test_constant(self):
        self.assert_both_times(*self.open_loop("--delay", "100ms"))

    def test_short_ones_to_50_us(self):
        self.assert_both_times(*self.open_loop("--delay", "4ms"))

    def test_two_points(self):
        report, rows, planned = self.open_loop("--delay", "50ms", "--slow-share", "5%", "--slow-delay", "300ms")
        self.assert_both_times(report, rows, planned)
        slow = sum(row["drawn_ns"] == 300_000_000 for row in rows)
        self.assertAlmostEqual(slow / len(rows), 0.05, delta=0.025)
        self.assertLess(report["latency"]["service_time"]["p90_ms"], report["latency"]["service_time"]["p99_ms"] / 2)

    def test_lognormal_from_a_seed(self):
        report, rows, planned = self.open_loop("--delay", "lognormal(80ms,0.5)", "--seed", 7)
        self.assert_both_times(report, rows, planned)
        self.assertGreater(len({row["drawn_ns"] for row in rows}), len(rows) * 0.99)
        self.assertTrue(all(row["replied_ns"] - row["arrived_ns"] >= row["drawn_ns"] for row in rows), "given before it was due")


class Stall(Truth):
    """1.4 s in which nothing is answered, in a run of 5 s: 700 of 2500 requests are planned in it."""

    STALL = ("--stall", "1400ms@2s")

    def assert_analytic(self, report, rows, late):
        """A request planned t before the stall's end waits t: of n requests, those that wait longer than x are (1.4 s - x) * 500."""
        for key, percent in (("p90_ms", 90), ("p99_ms", 99)):
            true = 1.4 - (1 - percent / 100) * len(rows) / RATE
            self.assertAlmostEqual(report["latency"]["response_time"][key] / 1e3, true,
                                   delta=0.01 * true + 0.002 + percentile(late, 99.5), msg=key)

    def test_in_an_open_loop_every_request_that_was_planned_in_it_holds_its_cost(self):
        report, rows, planned = self.open_loop("--delay", "2ms", *self.STALL, seconds=5, sessions=1000)
        self.assert_both_times(report, rows, planned)
        self.assert_analytic(report, rows, [late + read for late, read in zip(lateness(rows, planned), reading(rows))])

    def test_over_twenty_connections_response_time_holds_it_and_service_time_does_not(self):
        report, rows, planned = self.open_loop("--delay", "1ms", *self.STALL, seconds=5, sessions=1000,
                                               target={"connections_per_address": 20})
        # Requests wait for their connections at home, first come first served: the i-th that comes is the i-th that was
        # planned. How late they come is no measure of the machine's noise then, but for those before the stall.
        busy = noise(rows[:900], planned[:900])
        response = [(row["replied_ns"] - at) / 1e9 for row, at in zip(rows, planned)]
        self.assert_times(report["latency"]["response_time"], response, busy)
        # The quarter that is sent at once at the stall's end keeps both programs busy for 0.1 s: that noise no log shows.
        self.assert_times(report["latency"]["service_time"], given(rows), busy, only=(JUDGED[0], JUDGED[-1]))
        held = sum(span > 1 for span in given(rows))
        self.assertLessEqual(held, 20, "one request a connection was with the target in the stall")
        times = report["latency"]
        self.assertAlmostEqual(times["response_time"]["p99_ms"], 1350, delta=100)
        self.assertLess(times["service_time"]["p99_ms"], 300)
        self.assertGreater(times["lag"]["p99_ms"], 1200, "the wait for a connection is lag")

    def test_in_a_closed_model_every_session_that_was_due_in_it_holds_its_cost(self):
        """200 sessions that think a second; the log tells when each was due: a second after its last reply."""
        report, rows = self.known("--delay", "20ms", *self.STALL, pool={"count": 1}, sessions={"think_time": "constant(1s)"},
                                  phases=phases(("2s", 200), ("3s", 200, "hold")))
        last, response, busy = {}, [], []
        for row, read in zip(rows, reading(rows)):
            if row["session"] in last:
                due = last[row["session"]] + 1_000_000_000
                response.append((row["replied_ns"] - due) / 1e9)
                busy.append((row["arrived_ns"] - due + min(row["replied_ns"] - row["due_ns"], 50_000_000)) / 1e9 + read)
            last[row["session"]] = row["replied_ns"]
        turns = next(o for o in report["operations"] if o["operation"] == "chat")
        # lsrun counts the second from when it had the last reply, a wake-up after the target had sent it.
        self.assert_times(turns["response_time"], response, busy, both_ways=True)
        # All of them fell due in the stall, evenly over its first second, and waited for its end.
        waited = sorted(span for span in response if span > 0.1)
        self.assertGreater(len(waited), 120)
        self.assertGreater(turns["response_time"]["max_ms"], 1300)


class Schedule(Truth):
    def test_a_thousand_sends_leave_when_they_were_planned(self):
        """Send by send, by the target's own stamps: none is left out, none comes early, none is put off by those before it."""
        report, rows, planned = self.open_loop("--delay", "5ms", seconds=2.1, sessions=100)
        self.assertGreaterEqual(len(rows), 2 * RATE)
        self.assertLess(len(rows), 2.4 * RATE)  # the load lasts 2.1 s; a late tick ends it late
        rows, planned = rows[:2 * RATE], planned[:2 * RATE]
        late = lateness(rows, planned)
        lag = report["latency"]["lag"]
        # lsrun owns up to its lateness: the target sees the same, plus one wake-up of its own, which the replies' timers show.
        wake_up = timer_lateness(rows)
        for key, percent in (("p50_ms", 50), ("p90_ms", 90), ("p99_ms", 99)):
            self.assertLessEqual(lag[key] / 1e3, percentile(late, percent) + 0.001, key)
            self.assertLessEqual(percentile(late, percent), lag[key] / 1e3 + percentile(wake_up, (100 + percent) / 2) + 0.001, key)
        # No drift: the least lateness of the last quarter, which noise cannot make less, is that of the first.
        self.assertLess(abs(min(late[-RATE // 2:]) - min(late[:RATE // 2])), 0.001, "the schedule drifts")
        # Not in bursts: half of all gaps are a place wide, to a tenth, unless the machine's own noise is wider.
        gaps = [b["arrived_ns"] - a["arrived_ns"] for a, b in zip(rows, rows[1:])]
        self.assertAlmostEqual(percentile(gaps, 50) / 1e9, 1 / RATE, delta=0.1 / RATE + percentile(wake_up, 75))


class Parts(Truth):
    """What belongs to which time: waits for permits, for polls and between attempts stay where they belong.

    These runs have few requests: medians are compared as above, the greatest values to what would be a leak of such a wait.
    """

    MEDIAN = PERCENTILES[:1]

    def test_waiting_for_permits_is_no_response_time(self):
        report, rows = self.known("--delay", "20ms", pool={"count": 1}, sessions={"think_time": "none"},
                                  limits={"create_session": "none", "chat": "20/s", "headroom": "0%"},
                                  phases=phases(("4s", 10, "step"), ("300ms", 0, "step")))
        # A place every 50 ms, and the request after it never earlier: how late each came is what its gap is longer. Everything
        # sleeps in between, the machine's own processor too: the two wake-ups that no log shows may take a time slice. A permit
        # that was waited for would show as tens of milliseconds, in half of all requests and more.
        rows_at = [row["arrived_ns"] for row in rows]
        busy = [abs(b - a - 50_000_000) / 1e9 + late + read + TIME_SLICE_S
                for a, b, late, read in zip(rows_at[10:], rows_at[11:], timer_lateness(rows)[10:], reading(rows)[10:])]
        for name in ("service_time", "response_time"):
            self.assert_times(report["latency"][name], given(rows), busy, only=self.MEDIAN)
            self.assertLess(report["latency"][name]["max_ms"], max(given(rows)) * 1e3 + 200)
        # What ten sessions do in 4 s, but for what they wait in at the end (half a second each, on average), is waiting for
        # permits and for answers.
        wait, span = report["latency"]["throttle_wait"], report["phases"][0]["end_s"] - report["phases"][0]["start_s"]
        waited = 10 * span - sum(given(rows))
        self.assertLess(wait["mean_ms"] * wait["count"] / 1e3, waited)
        self.assertGreater(wait["mean_ms"] * wait["count"] / 1e3, 0.7 * waited)

    def test_a_long_polls_wait_is_in_no_latency(self):
        report, rows = self.known("--delay", "700ms", "--poll-every", "1ms",
                                  scenario={"plugin": "parlant_events"}, sessions={"think_time": "constant(200ms)"},
                                  phases=phases(("4s", 8, "step"), ("900ms", 0, "step")))
        polls = [row for row in rows if row["operation"] == "list_events"]
        others = [row for row in rows if row["operation"] != "list_events"]
        self.assertGreater(max(given(polls)), 0.5)
        self.assertEqual(report["latency"]["service_time"]["count"], len(others))
        self.assertLess(report["latency"]["response_time"]["max_ms"], max(given(others)) * 1e3 + 250)
        for row in report["operations"]:
            if row["operation"] == "list_events":
                self.assertGreater(row["requests"]["sent"], 0)
                self.assertNotIn("response_time", row)
        # From the message to the reply: what was drawn, and a poll's grid of 1 ms; twice as much and a bit when it is busy.
        reply = next(m for m in report["scenario_metrics"] if m["name"] == "first_reply")["values"]
        busy = percentile(timer_lateness(polls), 75) * 1e3
        self.assertGreaterEqual(reply["min_ms"], 700)
        self.assertLess(reply["p50_ms"], 1.01 * 700 + 1 + 2 * busy)

    def test_a_retried_steps_time_is_whole_in_the_steps_figure_and_split_in_the_requests(self):
        """A message a second is let through of each of 30 addresses, and its session has the next at once: that is refused and sent
        again a second later. (Of one address for all, as many would be refused as had left before the first refusal was heard.)"""
        report, rows = self.known("--delay", "50ms", "--limits", "chat=1/min", "--time-scale", 60, "--refusal", "plain",
                                  "--retry-after", "--first-message-counts", "chat", pool={"count": 30},
                                  sessions={"think_time": "none"}, retry={"attempts": 5, "most": "2s"},
                                  phases=phases(("4s", 30, "step"), ("300ms", 0, "step")))
        self.assertGreater(report["totals"]["steps"]["retried"], 60)  # each in every second but the first
        # Requests: refusals are quick, replies take 50 ms, and nothing that lies between them is in any request's time.
        for name in ("service_time", "response_time"):
            self.assertEqual(report["latency"][name]["count"], len(rows))
            self.assertLess(report["latency"][name]["max_ms"], max(given(rows)) * 1e3 + 400)
        # Steps: from the first attempt's arrival to the reply, by session.
        steps, first = [], {}
        for row in rows:
            began = first.setdefault(row["session"], row["arrived_ns"])
            if row["status"] == 200:
                steps.append((row["replied_ns"] - began) / 1e9)
                del first[row["session"]]
        times = report["latency"]["step_time"]
        self.assertEqual(times["count"], len(steps))
        read = max(reading(rows))  # byte by byte or through TLS: of the thirty answers that come at once one after the other
        for key, percent in JUDGED:
            true = percentile(steps, percent)
            self.assertAlmostEqual(times[key] / 1e3, true, delta=0.02 + 0.01 * true + read, msg=key)
        self.assertGreater(times["p90_ms"], 900)


if __name__ == "__main__":
    unittest.main()
