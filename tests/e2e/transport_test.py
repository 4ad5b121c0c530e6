"""Ways to the target: TLS, source addresses, IPv6, connections kept, limited and replaced; targets that fail to be there."""

import json
import os
import re
import shlex
import signal
import unittest

from support import certificates
from support.case import EndToEnd
from support.listener import Silent
from support.places import LSTARGET, free_port, have_ipv6
from support.plan import phases, small_plan

END = ("500ms", 0, "step")


def failures(report):
    r = report["totals"]["requests"]
    return {o: r[o] for o in ("timeout", "connect_error", "server_error", "client_error", "protocol_error", "cancelled") if r[o]}


class Tls(EndToEnd):
    def setUp(self):
        self.where = self.folder()
        self.ca = certificates.authority(self.where)

    def https_target(self, names="IP:127.0.0.1"):
        certificate, key = certificates.server(self.where, names)
        return self.target("--tls-cert", certificate, "--tls-key", key, "--delay", "5ms", scheme="https")

    def test_a_certificate_of_a_known_authority_is_accepted(self):
        target = self.https_target()
        ended = self.small_run(target, **{"target.tls": {"ca": str(self.ca)}})
        self.assert_true_run(ended, target)
        requests = ended.report["totals"]["requests"]
        self.assertEqual(requests["ok"], requests["sent"])
        self.assertGreater(requests["ok"], 20)

    def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(self):
        target = self.https_target()
        other = certificates.authority(self.where, "other")
        ended = self.small_run(target, **{"target.tls": {"ca": str(other)}})
        self.assert_code(ended, 4)
        self.assertIn("certificate", ended.err)
        self.assertEqual(target.stats()["requests"], 0)

    def test_a_certificate_of_another_name_is_refused_and_accepted_under_that_name(self):
        target = self.https_target("DNS:chat.example")
        ended = self.small_run(target, **{"target.tls": {"ca": str(self.ca)}})
        self.assert_code(ended, 4)
        self.assertIn("certificate", ended.err)
        ended = self.small_run(target, **{"target.tls": {"ca": str(self.ca), "server_name": "chat.example"}})
        self.assert_true_run(ended, target)

    def test_insecure_accepts_any_certificate(self):
        target = self.https_target("DNS:chat.example")
        ended = self.small_run(target, **{"target.tls": {"insecure": True}})
        self.assertIn("warning: the target's certificate is not looked at", ended.err)
        self.assert_true_run(ended, target)

    def test_the_authority_is_also_asked_for_during_the_run(self):
        """Without the question for health nothing was verified before: every request fails, and says why."""
        target = self.https_target()
        other = certificates.authority(self.where, "other")
        ended = self.small_run(target, target={"health": "none"}, **{"target.tls": {"ca": str(other)}})
        self.assert_laws(ended.report)
        requests = ended.report["totals"]["requests"]
        self.assertGreater(requests["connect_error"], 0)
        self.assertEqual(requests["ok"], 0)
        self.assertTrue(any("certificate" in f["message"] for f in ended.report["failures"]), ended.report["failures"])
        self.assertEqual(target.stats()["requests"], 0)


class Addresses(EndToEnd):
    def seen(self, mode, *options):
        target = self.target("--delay", "5ms", *options)
        ended = self.small_run(target, pool={"count": 4, "from": ["127.0.1.11-127.0.1.14"], "mode": mode})
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        return ended, target

    def test_bound_addresses_are_what_the_target_sees(self):
        ended, target = self.seen("bind", "--no-trust-forwarded")
        self.assert_same_counts(ended.report, target)
        self.assertEqual(sorted(target.stats()["by_address"]), [f"127.0.1.{n}" for n in range(11, 15)])

    def test_forwarded_addresses_are_a_header_and_nothing_is_bound(self):
        ended, target = self.seen("forwarded", "--no-trust-forwarded")
        self.assertEqual(sorted(target.stats()["by_address"]), ["127.0.0.1"])
        ended, target = self.seen("forwarded")
        self.assert_same_counts(ended.report, target)

    def test_both_bound_and_forwarded(self):
        for option in ("--no-trust-forwarded", "--trust-forwarded"):
            ended, target = self.seen("both", option)
            self.assert_same_counts(ended.report, target)

    @unittest.skipUnless(have_ipv6(), "this machine has no address ::1")
    def test_ipv6(self):
        target = self.target("--delay", "5ms", host="::1")
        ended = self.small_run(target, pool={"count": 4, "from": ["fd00::/64"]})
        self.assert_true_run(ended, target)
        ended = self.small_run(target, pool={"count": 1, "from": ["::1"], "mode": "bind"})
        self.assert_code(ended, 0)

    def test_another_header_may_carry_the_address(self):
        target = self.target("--delay", "5ms")
        ended = self.small_run(target, pool={"header": "X-Real-IP"})
        self.assert_true_run(ended, target)


class Connections(EndToEnd):
    def test_connections_are_kept(self):
        target = self.target("--delay", "5ms")
        ended = self.small_run(target)
        self.assert_true_run(ended, target)
        self.assertLessEqual(target.stats()["connections"]["accepted"], 8 + 10)  # questions for health and counts have their own

    def test_without_keep_alive_every_request_has_its_own(self):
        target = self.target("--delay", "5ms")
        ended = self.small_run(target, target={"keep_alive": False})
        self.assert_true_run(ended, target)
        self.assertGreaterEqual(target.stats()["connections"]["accepted"], ended.report["totals"]["requests"]["sent"])

    def test_a_bound_on_connections_makes_a_queue_which_is_lag(self):
        target = self.target("--delay", "100ms")
        over = dict(pool={"count": 1}, sessions={"think_time": "none"}, target={"connections_per_address": 2},
                    phases=phases(("2s", 20, "step"), END))
        ended = self.small_run(target, **over)
        self.assert_true_run(ended, target)
        self.assertLessEqual(ended.report["phases"][0]["requests"]["sent"], 2 * 2 / 0.1 + 20)
        latency = ended.report["latency"]
        self.assertGreater(latency["lag"]["p50_ms"], 400)  # 18 of 20 wait for their place in pairs
        self.assertLess(latency["service_time"]["p50_ms"], 250)
        self.assertGreater(latency["response_time"]["p50_ms"], latency["lag"]["p50_ms"])
        ended = self.small_run(target, run={"lag_limit": "100ms"}, **over)
        self.assert_code(ended, 6)
        self.assertEqual(ended.report["verdict"]["validity"], "generator_limited")
        self.assertTrue(any("lag p50" in r for r in ended.report["verdict"]["reasons"]))

    def test_connections_that_the_target_closed_while_idle_are_replaced_without_a_failure(self):
        target = self.target("--delay", "5ms", "--idle-timeout", "500ms")
        ended = self.small_run(target, sessions={"think_time": "uniform(480ms, 700ms)"},
                               phases=phases(("5s", 12, "step"), END))
        self.assert_true_run(ended, target)
        self.assertEqual(failures(ended.report), {})
        self.assertEqual(ended.report["totals"]["steps"]["failed"], 0)
        connections = target.stats()["connections"]
        self.assertGreater(connections["closed_idle"], 12)
        self.assertGreater(connections["accepted"], 20)


class Trouble(EndToEnd):
    def test_an_answer_that_does_not_come_is_a_timeout(self):
        silent = Silent()
        self.addCleanup(silent.close)
        plan = small_plan(silent.url, target={"health": "none", "request_timeout": "300ms"},
                          scenario={"plugin": "parlant_events", "options": {"agent_id": "a"}},
                          thresholds={"check": ["timeout <= 0"]})
        ended = self.run_plan(plan)
        self.assert_code(ended, 99)
        self.assert_laws(ended.report)
        requests = ended.report["totals"]["requests"]
        self.assertGreater(requests["timeout"], 0)
        self.assertEqual(requests["sent"], requests["timeout"] + requests["cancelled"])
        self.assertEqual({f["status"] for f in ended.report["failures"]}, {0})
        # what got no answer has no response time
        self.assertEqual(ended.report["latency"].get("response_time", {"count": 0})["count"], 0)

    def test_a_timeout_in_an_envelope_is_a_timeout(self):
        target = self.target("--timeout-share", "100%")
        ended = self.small_run(target, scenario={"options": {"timeout": "1s"}}, phases=phases(("2s", 4, "step"), END))
        self.assert_laws(ended.report)
        self.assert_same_counts(ended.report, target)
        self.assertGreater(ended.report["totals"]["requests"]["timeout"], 0)

    def test_server_and_business_errors_are_told_apart(self):
        target = self.target("--delay", "5ms", "--error-share", "30%", "--business-share", "30%", "--seed", 3)
        ended = self.small_run(target, sessions={"think_time": "constant(20ms)"})
        self.assert_true_run(ended, target)
        requests = ended.report["totals"]["requests"]
        for outcome in ("ok", "business_error", "server_error"):
            self.assertGreater(requests[outcome], 10, outcome)

    def test_a_target_that_is_not_there_at_the_start(self):
        plan = small_plan(f"http://127.0.0.1:{free_port()}")
        ended = self.run_plan(plan)
        self.assert_code(ended, 4)
        self.assertIn("connection refused", ended.err)
        self.assertIn("Nothing was sent", ended.err)

    def test_a_target_that_dies_is_lost(self):
        target = self.target("--delay", "5ms")
        one = self.start_plan(small_plan(target.url, phases=phases(("60s", 8, "step"))))
        self.wait_until("request", lambda: target.seen() > 30)
        target.kill()
        ended = one.finish()
        self.assert_code(ended, 5)
        self.assert_laws(ended.report)
        self.assertEqual(ended.report["verdict"]["validity"], "target_lost")
        self.assertTrue(ended.report["verdict"]["reasons"])
        self.assertLess(ended.report["run"]["duration_s"], 30)
        self.assertGreater(ended.report["totals"]["requests"]["connect_error"], 0)

    def test_a_target_that_restarts_is_used_again(self):
        target = self.target("--delay", "5ms")
        one = self.start_plan(small_plan(target.url, phases=phases(("120s", 8, "step"))))
        self.wait_until("request", lambda: target.seen() > 30)
        target.kill()
        self.wait_until("refused connection", lambda: re.search(r'"connect_error":[1-9]', one.journal))
        target.start()
        self.wait_until("second in which all is well again", lambda: self.well(one.journal.split("\n")[-2]))
        one.process.send_signal(signal.SIGINT)
        ended = one.finish()
        self.assert_code(ended, 130)
        self.assert_laws(ended.report)
        self.assertGreater(ended.report["totals"]["requests"]["connect_error"], 0)

    def well(self, line):
        """Does a line of the journal tell of answers alone, as many as all sessions get in a second?"""
        requests = [row["requests"] for row in json.loads(line)["operations"].values()]
        return sum(row.get("ok", 0) for row in requests) > 30 and not any(row.get("connect_error") for row in requests)


class Launch(EndToEnd):
    def setUp(self):
        self.where = self.folder()
        self.port = free_port()
        self.pid_file = self.where / "pid"

    def command(self):
        return (f"echo $$ >{shlex.quote(str(self.pid_file))}; exec {shlex.quote(str(LSTARGET))} "
                f"--listen 127.0.0.1:{self.port} --delay 5ms")

    def plan(self, launch, **over):
        return small_plan(f"http://127.0.0.1:{self.port}", target={"launch": launch}, **over)

    def assert_gone(self):
        pid = int(self.pid_file.read_text())
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_a_launched_target_is_waited_for_watched_and_stopped(self):
        ended = self.run_plan(self.plan(self.command()))
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        self.assertIn("target launched", ended.err)
        self.assertGreater(ended.report["target"]["rss_max_bytes"] if "rss_max_bytes" in ended.report["target"]
                           else max(p["target"]["rss_bytes"] for p in ended.report["timeline"]), 1_000_000)
        self.assert_gone()

    def test_a_launched_target_that_dies_is_lost_at_once(self):
        one = self.start_plan(self.plan(self.command(), phases=phases(("60s", 8, "step"))))
        self.wait_until("second", lambda: one.journal.count("\n") > 2)
        os.kill(int(self.pid_file.read_text()), 9)
        ended = one.finish()
        self.assert_code(ended, 5)
        self.assert_laws(ended.report)
        self.assertTrue(any("the target's process ended" in r for r in ended.report["verdict"]["reasons"]))

    def test_a_command_that_fails_is_named_with_its_words(self):
        ended = self.run_plan(self.plan("echo no such luck >&2; exit 3"))
        self.assert_code(ended, 4)
        self.assertIn("exit status 3", ended.err)
        self.assertIn("no such luck", ended.err)


if __name__ == "__main__":
    unittest.main()
