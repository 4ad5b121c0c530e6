"""Sessions from opening to end: replaced when they have had their turns, expired, deleted, evicted, held back, told apart."""

import json
import shlex
import unittest

from support.case import EndToEnd
from support.places import LSTARGET, free_port
from support.plan import phases, small_plan, unhurried
from support.run import write_config

# The agent is named: asking for the list of agents is an operation of its own on the target.
PARLANT = {"plugin": "parlant_events", "options": {"agent_id": "agent"}}
AGENT = ("--agent-id", "agent")


def no_end(duration, sessions, ramp="step"):
    return phases((duration, sessions, ramp), ("500ms", 0, "step"))


class Lives(EndToEnd):
    def test_sessions_that_had_their_turns_are_replaced(self):
        target = self.target("--delay", "5ms")
        ended = self.small_run(target, sessions={"think_time": "constant(20ms)", "turns": "constant(3)"},
                               phases=no_end(unhurried(3000), 8))
        self.assert_true_run(ended, target)
        report = ended.report
        sessions = report["totals"]["sessions"]
        self.assertGreater(sessions["opened"], 40)
        self.assertEqual(sessions["closed"], sessions["opened"])
        self.assertEqual(sessions["peak_alive"], 8)
        self.assertEqual(max(t["turn"] for t in report["turns"]), 3)
        by_turn = {t["turn"]: t["requests"]["sent"] for t in report["turns"]}
        self.assertGreaterEqual(by_turn[1], by_turn[2])
        self.assertGreaterEqual(by_turn[2], by_turn[3])
        self.assertGreaterEqual(by_turn[3], sessions["opened"] - 8)  # only those the end cut off have had fewer
        self.assertEqual(target.stats()["sessions"]["created"], sessions["opened"])

    def test_idle_sessions_expire_and_are_deleted_and_replaced(self):
        target = self.target("--delay", "5ms", *AGENT)
        ended = self.small_run(target, scenario=PARLANT,
                               sessions={"think_time": "constant(30s)", "expire_after": "800ms", "cleanup_every": "200ms"},
                               phases=no_end("4s", 6))
        self.assert_true_run(ended, target)
        sessions = ended.report["totals"]["sessions"]
        self.assertGreaterEqual(sessions["expired"], 12)
        self.assertLessEqual(sessions["expired"], 30)
        self.assertEqual(sessions["expired"] + sessions["closed"], sessions["opened"])
        self.assertEqual(target.stats()["sessions"]["deleted"], sessions["opened"])
        self.assertEqual(target.stats()["sessions"]["alive"], 0)

    def test_closed_sessions_are_deleted_on_the_target(self):
        target = self.target("--delay", "20ms", "--poll-every", "20ms", *AGENT)
        ended = self.small_run(target, scenario=PARLANT, phases=no_end("2s", 6))
        self.assert_true_run(ended, target)
        sessions = ended.report["totals"]["sessions"]
        self.assertEqual((sessions["opened"], sessions["closed"]), (6, 6))
        stats = target.stats()
        self.assertEqual(stats["sessions"]["created"], 6)
        self.assertEqual(stats["sessions"]["deleted"], sessions["closed"])
        self.assertIn("list_events", stats["by_operation"])
        reply = next(m for m in ended.report["scenario_metrics"] if m["name"] == "first_reply")
        self.assertGreaterEqual(reply["values"]["min_ms"], 20)

    def test_the_targets_small_memory_for_agents_shows_as_slow_turns(self):
        target = self.target("--lru", 4, "--delay", "5ms", "--first-turn-delay", "150ms")
        ended = self.small_run(target, phases=no_end("3s", 12))
        self.assert_true_run(ended, target)
        self.assertGreater(target.stats()["sessions"]["evicted"], 12)
        later = next(t for t in ended.report["turns"] if t["turn"] == 2)
        self.assertGreater(later["response_time"]["p50_ms"], 150, "an evicted session's turn makes its agent anew")

    def test_above_the_memory_bound_no_more_sessions_are_opened(self):
        target = self.target("--delay", "5ms")
        ended = self.small_run(target, sessions={"own_memory": "1MiB"}, phases=no_end(unhurried(4000), 200, "linear"))
        self.assert_true_run(ended, target)
        self.assertIn("more than sessions.own_memory", ended.err)
        self.assertIn("more than sessions.own_memory", ended.log)
        sessions = ended.report["totals"]["sessions"]
        self.assertLess(sessions["peak_alive"], 120)
        alive = [p["alive"] for p in ended.report["timeline"]]
        self.assertLessEqual(max(alive[2:]), max(alive[:2]), "sessions are let go, not opened")

    def grow(self, **sessions):
        """200 sessions in 4 s against a launched target that keeps 256 KiB for each."""
        port = free_port()
        launch = f"exec {shlex.quote(str(LSTARGET))} --listen 127.0.0.1:{port} --delay 5ms --leak 256KiB/session"
        ended = self.run_plan(small_plan(f"http://127.0.0.1:{port}", target={"launch": launch}, sessions=sessions,
                                         phases=no_end(unhurried(4000), 200, "linear")))
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        rss = [p.get("target", {}).get("rss_bytes", 0) for p in ended.report["timeline"]]
        return ended, rss

    def test_above_the_targets_memory_bound_no_more_sessions_are_opened(self):
        ended, rss = self.grow()
        unbounded = ended.report["totals"]["sessions"]["peak_alive"]
        self.assertGreater(unbounded, 150)
        self.assertNotIn("target_memory", ended.err)
        bound = (rss[0] + max(rss)) // 2  # crossed when about half of the sessions are there
        ended, rss = self.grow(target_memory=f"{bound // 1024}KiB")
        for words in (ended.err, ended.log):
            self.assertRegex(words, r"the target uses [0-9.]+MiB, more than sessions\.target_memory: a tenth of the "
                                    r"sessions is closed, none are opened")
        self.assertNotIn("own_memory", ended.err)
        sessions = ended.report["totals"]["sessions"]
        self.assertLess(sessions["peak_alive"], 0.9 * unbounded)
        over = next(n for n, bytes in enumerate(rss) if bytes > bound)
        self.assertGreater(over, 0, "the bound is not crossed from the start")
        alive = [p["alive"] for p in ended.report["timeline"]]
        self.assertLess(alive[over + 1], alive[over], "some are let go")
        self.assertLessEqual(max(alive[over + 1:]), alive[over], "none are opened")


class Kinds(EndToEnd):
    def test_tenants_share_the_sessions_by_weight_and_have_their_rows(self):
        target = self.target("--delay", "5ms")
        tenants = [{"name": "big", "weight": 3, "tenant_id": "t-1", "chatbot_id": "c-1"},
                   {"name": "small", "weight": 1, "tenant_id": "t-2"}]
        ended = self.small_run(target, tenants=tenants, sessions={"turns": "constant(1)", "think_time": "constant(10ms)"},
                               phases=no_end(unhurried(3000), 10))
        self.assert_true_run(ended, target)
        rows = {t["tenant"]: t["requests"]["sent"] for t in ended.report["tenants"]}
        self.assertEqual(set(rows), {"big", "small"})
        sent = ended.report["totals"]["requests"]["sent"]
        self.assertGreater(sent, 200)
        self.assertAlmostEqual(rows["big"] / sent, 0.75, delta=0.12)

    def test_several_scenarios_share_the_sessions_by_weight(self):
        target = self.target("--delay", "5ms", "--poll-every", "10ms", *AGENT)
        plan = small_plan(target.url, scenario=None,
                          scenarios=[{"plugin": "chat_sync", "weight": 1}, {**PARLANT, "weight": 3}],
                          sessions={"turns": "constant(1)", "think_time": "constant(10ms)"}, phases=no_end(unhurried(3000), 10))
        ended = self.run_plan(plan)
        self.assert_true_run(ended, target)
        stats = target.stats()["sessions"]
        opened = ended.report["totals"]["sessions"]["opened"]
        self.assertEqual(stats["created"], opened)
        # chat_sync deletes nothing: what is deleted are parlant_events' sessions
        self.assertGreater(opened, 60)
        self.assertAlmostEqual(stats["deleted"] / opened, 0.75, delta=0.2)


class Messages(EndToEnd):
    def said(self, file, text, **messages):
        """The messages of one session's opening and two turns, as the target gets them."""
        target = self.target("--delay", "1ms")
        where = self.folder()
        (where / file).write_text(text, encoding="utf-8")
        plan = small_plan(target.url, messages={"file": file, **messages},
                          tenants=[{"name": "acme", "tenant_id": "t-1"}], sessions={"think_time": "none"})
        ended = self.lsrun("--config", write_config(where, plan), "--debug-session", where=where)
        self.assert_code(ended, 0)
        self.assertGreaterEqual(target.stats()["requests"], 3)
        self.assertEqual(target.stats()["sessions"]["created"], 1)
        bodies = [json.loads(line) for line in ended.out.splitlines() if line.strip().startswith('{"message"')]
        self.assertGreaterEqual(len(bodies), 3, str(ended))
        return [b["message"] for b in bodies], bodies

    def test_lines_in_order_with_placeholders(self):
        said, bodies = self.said("m.txt", "one {turn} of {tenant}\n\n你好 {session}\nthree\n", order="in_order")
        self.assertTrue(said[0].startswith("one "), said)
        self.assertIn("of acme", said[0])
        self.assertEqual(said[1], "你好 " + bodies[1]["session_id"].rpartition("-")[2])  # the session's number
        self.assertEqual(said[2], "three")
        self.assertEqual({b["tenant_id"] for b in bodies}, {"t-1"})
        self.assertNotIn("{", "".join(said))

    def test_a_column_of_a_csv_file(self):
        said, _ = self.said("m.csv", 'id,question\n1,"a, ""quoted"" one"\n2,second\n3,third\n', order="in_order",
                            column="question")
        self.assertEqual(said[:3], ['a, "quoted" one', "second", "third"])

    def test_a_key_of_a_jsonl_file_at_random(self):
        lines = "".join(json.dumps({"message": f"m{i}"}) + "\n" for i in range(50))
        said, _ = self.said("m.jsonl", lines, order="random")
        self.assertTrue(all(m in {f"m{i}" for i in range(50)} for m in said), said)
        self.assertNotEqual(said[:3], ["m0", "m1", "m2"])


if __name__ == "__main__":
    unittest.main()
