"""A target that says that it wants no load tests: status 451, or `X-Load-Test: refused` in any answer. The run ends at once.
And one that says to go elsewhere, where nobody has agreed to a load test."""

import itertools
import unittest

from support.answering import Answering, answer_of, fine
from support.case import EndToEnd
from support.plan import phases, small_plan
from support.run import write_config

HEADER = ["X-Load-Test: refused"]
REPLY = {"status": 200, "code": 0, "message": "SUCCESS", "data": {"message": "hello"}}
SESSIONS = 8


class NoLoad(EndToEnd):
    def refusing(self, refusal, after=0, health=None):
        """Answers `after` posts well, then each by `refusal`; `health` is the answer of its health page."""
        turn = itertools.count(1)

        def answer(method, *_):
            if method == "GET":
                return health or answer_of({"status": "ok"})
            return fine() if next(turn) <= after else refusal

        target = Answering(answer)
        self.addCleanup(target.close)
        return target

    def posts(self, target):
        return sum(head[0].startswith("POST") for head in target.heads)

    def test_at_the_start_nothing_is_sent(self):
        for health in (answer_of({}, "451 Unavailable For Legal Reasons"), answer_of({}, headers=HEADER)):
            with self.subTest(health[:20]):
                target = self.refusing(fine(), health=health)
                ended = self.run_plan(small_plan(target.url))
                self.assert_code(ended, 4)
                self.assertIn("says that it refuses load tests (status 451, or the header X-Load-Test: refused): ask its owner", ended.err)
                self.assertEqual(self.posts(target), 0)
                self.assertFalse(ended.results.exists())

    def check_ended(self, ended, target, words):
        self.assert_code(ended, 5)
        self.assert_laws(ended.report)
        verdict = ended.report["verdict"]
        self.assertEqual((verdict["validity"], verdict["passed"]), ("target_lost", False))
        self.assertEqual(verdict["reasons"], [f"the target refuses load tests: {words}; ask its owner"])
        self.assertIn("refuses load tests", " ".join(ended.out.split()))
        self.assertLess(ended.report["run"]["duration_s"], 20)
        # What was under way, and hardly more: nobody tries again.
        self.assertLess(self.posts(target), 40 + 3 * SESSIONS)
        requests = ended.report["totals"]["requests"]
        self.assertLessEqual(requests["sent"] - requests["cancelled"], self.posts(target))
        self.assertLessEqual(self.posts(target), requests["sent"])
        self.assertEqual(ended.report["totals"]["steps"]["retried"], 0)

    def run_long(self, target, **over):
        return self.run_plan(small_plan(target.url, phases=phases(("60s", SESSIONS, "step")), run={"threads": 2}, **over))

    def test_a_451_during_the_run_ends_it(self):
        target = self.refusing(answer_of({}, "451 Unavailable For Legal Reasons"), after=40)
        ended = self.run_long(target)
        self.check_ended(ended, target, "chat was answered with status 451")

    def test_the_header_in_an_answer_that_is_fine_otherwise_ends_it(self):
        target = self.refusing(answer_of(REPLY, headers=HEADER), after=40)
        ended = self.run_long(target)
        self.check_ended(ended, target, "chat was answered with the header X-Load-Test: refused")
        self.assertEqual(ended.report["totals"]["requests"]["client_error"], 0)

    def test_a_429_that_says_so_is_not_tried_again(self):
        target = self.refusing(answer_of({}, "429 Too Many Requests", headers=HEADER), after=40)
        self.check_ended(self.run_long(target), target, "chat was answered with the header X-Load-Test: refused")

    def test_the_health_page_during_the_run_ends_it(self):
        """It is asked every five seconds."""
        pages = itertools.chain([answer_of({})], itertools.repeat(answer_of({}, headers=HEADER)))
        target = Answering(lambda method, *_: next(pages) if method == "GET" else fine())
        self.addCleanup(target.close)
        ended = self.run_long(target, sessions={"think_time": "constant(1s)"})
        self.assert_code(ended, 5)
        self.assertEqual(ended.report["verdict"]["reasons"], ["the target refuses load tests: its health page says so; ask its owner"])

    def test_a_launched_target_that_says_so_gets_no_load(self):
        target = self.refusing(fine(), health=answer_of({}, headers=HEADER))
        ended = self.run_plan(small_plan(target.url, target={"launch": "exec sleep 60"}))
        self.assert_code(ended, 4)
        self.assertIn("says that it refuses load tests", ended.err)
        self.assertEqual(self.posts(target), 0)

    def test_a_debug_session_ends_too(self):
        target = self.refusing(answer_of(REPLY, headers=HEADER))
        plan = small_plan(target.url, sessions={"turns": "constant(50)"})
        where = self.folder()
        ended = self.lsrun("--config", write_config(where, plan), "--debug-session", where=where)
        self.assertIn("The target refuses load tests", ended.out)
        self.assertLess(self.posts(target), 5)

    def test_a_redirect_is_an_answer_and_nothing_is_sent_to_where_it_points(self):
        elsewhere = Answering(lambda *_: fine())
        self.addCleanup(elsewhere.close)
        for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            with self.subTest(status):
                moved = answer_of({}, status, headers=[f"Location: {elsewhere.url}/sessions/chat"])
                target = self.refusing(moved, after=20, health=moved)
                ended = self.run_plan(small_plan(target.url, phases=phases(("2s", SESSIONS, "step"), ("200ms", 0, "step"))))
                self.assert_code(ended, 0)
                self.assert_laws(ended.report)
                requests = ended.report["totals"]["requests"]
                self.assertEqual(requests["ok"], 20)
                self.assertEqual(requests["protocol_error"], self.posts(target) - 20)
                self.assertGreater(requests["protocol_error"], 0)
        self.assertEqual(elsewhere.heads, [])


if __name__ == "__main__":
    unittest.main()
