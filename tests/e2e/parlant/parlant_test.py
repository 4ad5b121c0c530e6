#!/usr/bin/env python3
"""lsrun against a real Parlant server: its own API, engine and limits, only the model behind it is scripted.

Exit 77 with the reason where Parlant cannot be installed (with LSRUN_PARLANT_REQUIRED=1 that is a failure).
LSRUN_BIN and LSRUN_PLUGINS name the executable and its plugin folder.
"""

import os
import pathlib
import sys
import tomllib
import unittest

import harness
from harness import CountingForwarder, Run, Server, added, count, operation, times

PYTHON = ""  # the interpreter that has Parlant, set by main

# What a Parlant server allows one client address under its production policy (events of status and lists of agents
# are forbidden to guests at all).
REAL_LIMITS = 'create_session = "10/min"\nchat = "30/min"\nlist_events = "240/min"\nread_agent = "30/min"\ndefault = "100/min"'


def config(port, options, pool, limits, phases, more="", think="1s"):
    """A run's TOML. pool: (addresses, range); phases: (name, seconds, sessions) ..."""
    options = ", ".join(f"{key} = {value!r}".replace("'", '"') for key, value in options.items())
    steps = "".join(f'[[phases]]\nname = "{name}"\nduration = "{seconds}s"\nsessions = {sessions}\n'
                    for name, seconds, sessions in phases)
    return f"""
[target]
url = "http://127.0.0.1:{port}"
health = "/healthz"
[scenario]
plugin = "parlant_events"
options = {{ {options} }}
[pool]
count = {pool[0]}
from = ["{pool[1]}"]
mode = "forwarded"
[limits]
{limits}
[sessions]
max = 100
think_time = "constant({think})"
turns = "none"
{more}
{steps}"""


class Case(unittest.TestCase):
    def all_well(self, report, sessions):
        """Every session opened and closed, every step ended well, nothing was refused."""
        totals = report["totals"]
        self.assertEqual(totals["sessions"]["opened"], sessions, report["failures"])
        self.assertEqual(totals["sessions"]["failed_to_open"], 0, report["failures"])
        self.assertEqual(totals["sessions"]["lost"], 0, report["failures"])
        self.assertEqual(totals["steps"]["failed"], 0, report["failures"])
        for outcome in ("rate_limited", "timeout", "connect_error", "server_error", "client_error", "protocol_error"):
            self.assertEqual(count(totals["requests"], outcome), 0, f"{outcome}: {report['failures']}")

    def replies(self, report):
        """Turns that were answered; each message accepted was, but for turns that the run's end cut short."""
        answered = times(report, "first_reply")["count"]
        accepted = count(operation(report, "chat"), "ok")
        self.assertGreater(answered, 0)
        self.assertLessEqual(answered, accepted)
        return answered


class UnderProductionPolicy(Case):
    """Guests only, limits by client address, no DELETE, no list of agents."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(PYTHON, "--policy", "production"))

    def options(self, **more):
        return {"agent_id": self.server.agent_id, **more}

    def test_1_twenty_sessions_over_five_addresses_get_their_replies(self):
        # 4 sessions an address and at most 17 turns in 17 s keep within the real limits, so the config need not wait
        # for a minute's window.
        limits = 'create_session = "60/min"\nchat = "60/min"\nlist_events = "240/min"\ndefault = "100/min"'
        code, report = Run("replies", config(
            self.server.port, self.options(), (5, "10.71.0.0/24"), limits,
            [("growth", 5, 20), ("steady", 12, 20), ("cleanup", 4, 0)])).finish()
        self.assertEqual(code, 0)
        self.all_well(report, 20)
        self.assertGreaterEqual(self.replies(report), 40)
        self.assertEqual(len(report["addresses"]), 5)
        self.assertTrue(all(entry["requests"]["sent"] > 0 for entry in report["addresses"]))
        # The script takes 0.2 s and the engine 0.11 s; what a client sees sits on the server's grid of 0.25 s.
        self.assertGreaterEqual(times(report, "server_reply")["min_ms"], 200)
        self.assertGreaterEqual(times(report, "first_reply")["p50_ms"], times(report, "server_reply")["p50_ms"])
        self.assertLess(times(report, "first_reply")["p50_ms"], 2000)
        self.assertGreaterEqual(times(report, "turn_end")["p50_ms"], times(report, "first_reply")["p50_ms"])
        self.assertEqual(times(report, "preamble")["count"], 0)
        # DELETE is forbidden to guests: tried once, a refusal by the target's rules, and not tried again.
        self.assertEqual(operation(report, "delete_session")["sent"], 1)
        self.assertEqual(count(operation(report, "delete_session"), "business_error"), 1)

    def test_2_refusals_long_runs_and_idle_connections(self):
        # Four runs at once, each from client addresses of its own: they wait for windows of a minute, not for the CPU.
        forwarder = CountingForwarder(self.server.port)
        self.addCleanup(forwarder.close)
        refused = self.start_refused()
        # The plan's rates as they are, and without its base rate: then the limits alone, less their headroom, hold
        # the pace, and each address goes as near to them as it ever will. More than two windows of a minute.
        light = self.start_light("light", "10.74.0.0/24", None)
        brim = self.start_light("brim", "10.79.0.0/24", "none")
        idle = Run("idle", config(forwarder.port, self.options(), (2, "10.72.0.0/24"), REAL_LIMITS,
                                  [("growth", 14, 4), ("steady", 30, 4), ("cleanup", 4, 0)], think="6s"))
        for run in (refused, light, brim, idle):
            self.addCleanup(run.close)
        with self.subTest("connections that the server closes after 5 idle seconds"):
            self.judge_idle(idle, forwarder)
        with self.subTest("refusals are retried until the window frees"):
            self.judge_refused(refused)
        with self.subTest("the light load's rates are never refused"):
            self.judge_light(light, 100)
        with self.subTest("nor are the most that its limits allow"):
            self.judge_light(brim, 200)

    def judge_idle(self, run, forwarder):
        code, report = run.finish()
        self.assertEqual(code, 0)
        self.all_well(report, 4)
        self.assertGreaterEqual(self.replies(report), 12)
        self.assertGreater(forwarder.closed_by_server, 4)  # they really were closed under us
        self.assertGreater(forwarder.connections, 8)

    def start_refused(self):
        # The config believes in limits 12 and 4 times too high: of 13 sessions from one address the server opens 10 a
        # minute, and of some 50 messages a minute it takes 30.
        limits = 'create_session = "120/min"\nchat = "120/min"\nlist_events = "240/min"\ndefault = "100/min"'
        retry = '[retry]\nattempts = 40\nfirst = "500ms"\nmost = "5s"\n[rate]\nadapt_every = "10s"'
        return Run("refused", config(self.server.port, self.options(), (1, "10.73.0.0/24"), limits,
                                     [("growth", 4, 13), ("steady", 76, 13), ("cleanup", 4, 0)], retry, think="8s"))

    def judge_refused(self, run):
        code, report = run.finish()
        self.assertEqual(code, 0)
        totals = report["totals"]
        self.assertEqual(totals["sessions"]["opened"], 13)
        self.assertEqual(totals["sessions"]["failed_to_open"], 0)
        self.assertGreater(count(operation(report, "create_session"), "rate_limited"), 0)
        self.assertGreater(count(operation(report, "chat"), "rate_limited"), 0)
        self.assertGreater(totals["steps"]["retried"], 0)
        self.assertEqual(count(operation(report, "create_session"), "ok"), 13)
        self.assertLessEqual(count(operation(report, "chat"), "ok"), 90)  # 30 in each of three windows begun
        self.assertGreater(self.replies(report), 30)
        self.assertTrue(any(f["outcome"] == "rate_limited" and "Rate limit exceeded" in f["message"]
                            for f in report["failures"]), report["failures"])
        self.assertTrue(report["rate_adjustments"])  # the multiplier went down

    def start_light(self, name, net, base):
        plan = tomllib.loads(LIGHT.read_text())
        self.assertEqual((plan["limits"]["create_session"], plan["limits"]["chat"]), ("10/min", "30/min"))
        self.assertEqual(plan["pool"]["count"], 5)
        limits = "\n".join(f'{key} = "{value}"' for key, value in
                           {**plan["limits"], "list_events": "240/min", "read_agent": "30/min"}.items())
        return Run(name, config(self.server.port, self.options(), (5, net), limits,
                                [("growth", 90, 60), ("steady", 45, 60), ("cleanup", 8, 0)],
                                f'[rate]\nbase = "{base or plan["rate"]["base"]}"', think="2s"))

    def judge_light(self, run, least_turns):
        code, report = run.finish()
        self.assertEqual(code, 0)
        self.all_well(report, 60)
        # Not refused because it kept to the pace, and not because it hardly went.
        self.assertGreaterEqual(count(operation(report, "chat"), "ok"), least_turns)


class WithPacing(Case):
    """As an unchanged deployment answers: a preamble first, pauses, replies split at blank lines."""

    def test_preambles_are_told_apart_from_replies(self):
        limits = 'create_session = "60/min"\nchat = "60/min"\nlist_events = "240/min"\ndefault = "100/min"'
        with Server(PYTHON, "--policy", "production", "--pacing", "default",
                    "--reply", "First part.\n\nSecond part.") as server:
            code, report = Run("pacing", config(
                server.port, {"agent_id": server.agent_id}, (5, "10.75.0.0/24"), limits,
                [("growth", 5, 20), ("steady", 18, 20), ("cleanup", 8, 0)])).finish()
        self.assertEqual(code, 0)
        self.all_well(report, 20)
        answered = self.replies(report)
        self.assertGreaterEqual(answered, 20)
        preambles = added(report, "preambles")
        self.assertGreaterEqual(preambles, 20)  # one in each session's first turn at least
        self.assertGreater(times(report, "first_reply")["p50_ms"], times(report, "preamble")["p50_ms"])
        self.assertGreater(times(report, "preamble")["min_ms"], 1000)  # 1.5 to 2 s by the server's own pauses
        self.assertGreaterEqual(added(report, "split_parts"), answered * 0.8)  # each reply has a second part
        self.assertGreater(times(report, "turn_end")["p50_ms"], times(report, "first_reply")["p50_ms"])


class WithoutReplies(Case):
    """The model fails always: the turn ends without a message, and a poll for messages alone would never know."""

    def test_a_turn_without_a_reply_is_known_at_its_end(self):
        with Server(PYTHON, "--fail-share", 1) as server:
            code, report = Run("no_reply", config(
                server.port, {"agent_id": server.agent_id}, (2, "10.76.0.0/24"), 'default = "none"',
                [("growth", 1, 4), ("steady", 8, 4), ("cleanup", 3, 0)])).finish()
        self.assertEqual(code, 0)
        turns = times(report, "turn_end")["count"]
        self.assertGreaterEqual(turns, 8)
        self.assertEqual(added(report, "no_reply"), turns)
        self.assertEqual(times(report, "first_reply")["count"], 0)
        self.assertLess(times(report, "turn_end")["max_ms"], 5000)  # at once, not after reply_timeout's 60 s
        self.assertGreaterEqual(report["totals"]["steps"]["failed"], turns)
        self.assertEqual(count(report["totals"]["requests"], "server_error"), 0)  # every request was answered well


class UnderDevelopmentPolicy(Case):
    """No limits, and the calls that guests may not make: list of agents, customers, DELETE, one event's stream."""

    PHASES = [("growth", 2, 8), ("steady", 8, 8), ("cleanup", 4, 0)]

    def test_one_stream_a_turn_and_sessions_deleted(self):
        with Server(PYTHON) as server:
            code, report = Run("sse", config(
                server.port, {"wait": "sse", "delete": "yes", "customer": "own"}, (2, "10.77.0.0/24"),
                'default = "none"', self.PHASES)).finish()
        self.assertEqual(code, 0)
        self.all_well(report, 8)
        self.assertGreaterEqual(self.replies(report), 16)
        self.assertEqual(operation(report, "read_agent")["sent"], 1)  # agent_id was not given: asked for once
        self.assertEqual(operation(report, "list_events")["sent"], operation(report, "chat")["sent"])
        self.assertEqual(count(operation(report, "delete_session"), "ok"), 8)
        self.assertEqual(report["totals"]["sessions"]["closed"], 8)

    def test_streamed_replies_are_followed_to_their_end(self):
        words = "one two three four five six seven eight"
        with Server(PYTHON, "--stream", "--reply", words, "--word-delay", 0.1) as server:
            for wait in ("poll", "sse"):
                with self.subTest(wait):
                    code, report = Run("streamed", config(
                        server.port, {"agent_id": server.agent_id, "wait": wait, "streamed": "event"},
                        (2, "10.78.0.0/24"), 'default = "none"', self.PHASES)).finish()
                    self.assertEqual(code, 0)
                    self.all_well(report, 8)
                    self.replies(report)
                    self.assertGreater(times(report, "chunk_gap")["count"], 0)
                    # Eight words, 0.1 s apart: the message ends some 0.7 s behind its first word.
                    self.assertGreater(times(report, "message_end")["p50_ms"],
                                       times(report, "first_reply")["p50_ms"] + 300)


LIGHT = pathlib.Path(os.environ.get("LSRUN_CONFIGS", harness.HERE.parents[2] / "configs")) / "light_load.toml"


def main():
    global PYTHON
    if not os.access(harness.LSRUN, os.X_OK):
        sys.exit(f"there is no lsrun at {harness.LSRUN}: build it, or set LSRUN_BIN")
    try:
        PYTHON = harness.environment()
    except harness.Skip as reason:
        required = os.environ.get("LSRUN_PARLANT_REQUIRED") == "1"
        print(f"{'FAILED' if required else 'SKIPPED'}: no run against a real Parlant server: {reason}", flush=True)
        sys.exit(1 if required else 77)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
