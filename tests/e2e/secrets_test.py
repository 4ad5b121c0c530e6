"""Secrets wherever a config can hold one, and a target that sends back what it was sent: none of them is in any output."""

import base64
import itertools
import os
import pathlib
import unittest
import urllib.parse

from support.answering import Answering, answer_of, fine, refusal
from support.case import EndToEnd
from support.plan import phases, small_plan, unhurried
from support.run import write_config

ENVIRONMENT = {"LSRUN_KEY": "key-5ecret-0001", "LSRUN_PATH_TOKEN": "path-5ecret-0002", "LSRUN_TENANT": "tenant-5ecret-0003",
               "LSRUN_OPTION": "option-5ecret-0004", "LSRUN_ALERT": "alert-5ecret-0005", "LSRUN_LAUNCH": "launch-5ecret-0006",
               "LSRUN_ODD": "odd \"5ecret\\-0007", "LSRUN_BASIC": base64.b64encode(b"me:basic-5ecret-0008").decode()}
WRITTEN = {"Cookie": "session=written-5ecret-0009", "X-Api-Key": "written-5ecret-0010"}  # in the config itself


def forms(secret):
    """As it is, and as others write it."""
    return {secret, urllib.parse.quote(secret, safe=""), secret.replace("\\", "\\\\").replace('"', '\\"'),
            base64.b64encode(secret.encode()).decode().rstrip("=")}


SECRETS = sorted(set().union(*(forms(s) for s in [*ENVIRONMENT.values(), *WRITTEN.values(), "basic-5ecret-0008", "me:basic-5ecret-0008"])))


def echo():
    """Answers with everything that it was sent, in the words of refusals."""
    turn = itertools.count()

    def answer(method, target, headers, body):
        if method == "GET":
            return answer_of({"status": "ok", "you": headers})
        n = next(turn)
        if n % 2 == 0:
            return fine()  # so that sessions open, and go on
        n //= 2
        values = [v for k, v in headers.items() if k not in ("Content-Length", "Host", "Accept", "User-Agent", "Content-Type")]
        values += [target, ENVIRONMENT["LSRUN_BASIC"], "basic-5ecret-0008", body.decode("utf-8", "replace"),
                   urllib.parse.quote(values[n % len(values)], safe="")]
        text = values[n % len(values)]
        # A reason is cut off somewhere: within the secret, too.
        return refusal("refused " + "x" * (n * 5 % 110) + " " + text) if n % 3 else answer_of(text.encode(), status=f"401 {n}")

    return answer


class Secrets(EndToEnd):
    def plan(self, url, **over):
        return small_plan(
            url + "/${LSRUN_PATH_TOKEN}",
            target={"headers": {"Authorization": "Bearer ${LSRUN_KEY}", "X-Trace": "t-${LSRUN_ODD}", "Proxy-Authorization": "Basic ${LSRUN_BASIC}", **WRITTEN},
                    "health": "none"},
            scenario={"options": over.pop("options", {})}, tenants=[{"name": "a", "tenant_id": "${LSRUN_TENANT}", "chatbot_id": "b"}],
            alerts={"check": ["success_ratio < 99% for 1s"], "command": "cat >/dev/null # ${LSRUN_ALERT}"},
            phases=phases((unhurried(1500), 8, "step"), ("300ms", 0, "step")), retry={"attempts": 1},
            sessions={"think_time": "constant(10ms)", "turns": "constant(6)"}, reports={"write": ["json", "csv", "html"]}, **over)

    def assert_nothing_shown(self, text, where):
        for secret in SECRETS:
            if secret in text:
                at = text.index(secret)
                self.fail(f"{where} shows {secret!r}: ...{text[max(0, at - 80):at + 80]!r}...")
        # The beginning of one that was cut off, too.
        for value in ENVIRONMENT.values():
            self.assertNotIn(value[: value.index("5") + 3] if "5ecret" in value else value[:12], text, where)

    def look_through(self, ended, files=True):
        self.assert_nothing_shown(ended.out, "standard output")
        self.assert_nothing_shown(ended.err, "standard error")
        if not files:
            return
        seen = 0
        for folder, _, names in os.walk(ended.directory):
            for name in names:
                seen += 1
                data = pathlib.Path(folder, name).read_bytes()
                self.assert_nothing_shown(data.decode("utf-8", "replace"), name)
        self.assertGreater(seen, 10)

    def echoing(self):
        target = Answering(echo())
        self.addCleanup(target.close)
        return target

    def test_no_file_of_a_run_and_no_word_of_it_holds_one(self):
        target = self.echoing()
        ended = self.run_plan(self.plan(target.url), "--set", "target.headers.X-Secret=written-5ecret-0010", environment=ENVIRONMENT)
        self.assertIn("Authorization: Bearer key-5ecret-0001", [line for head in target.heads for line in head], "they do reach the target")
        self.assertTrue(any("path-5ecret-0002" in head[0] for head in target.heads))
        self.assertGreater(sum(f["count"] for f in ended.report["failures"] if "***" in f["message"]), 10, "the target did send them back")
        self.look_through(ended)
        again = self.lsrun("report", ended.directory, environment=ENVIRONMENT)
        self.look_through(again, files=False)
        self.look_through(ended)

    def test_no_command_that_sends_nothing_shows_one(self):
        where = self.folder()
        path = write_config(where, self.plan("http://127.0.0.1:1"))
        for words in (["--check"], ["--explain"], ["--explain", "--set", "target.headers.X-Token=written-5ecret-0010"]):
            with self.subTest(words=words):
                ended = self.lsrun("--config", path, *words, where=where, environment=ENVIRONMENT)
                self.assert_code(ended, 0)
                self.look_through(ended, files=False)

    def test_no_complaint_shows_one(self):
        where = self.folder()
        for change in ({"options": {"timeout": "${LSRUN_OPTION}"}}, {"options": {"timeot": "${LSRUN_OPTION}"}},
                       {"pool": {"from": ["${LSRUN_OPTION}"]}}, {"messages": {"file": "${LSRUN_OPTION}"}},
                       {"load": {"arrivals": "${LSRUN_OPTION}"}}, {"run": {"seed": "${LSRUN_OPTION}"}}):
            with self.subTest(change=change):
                ended = self.lsrun("--config", write_config(where, self.plan("http://127.0.0.1:1", **change)), where=where,
                                   environment=ENVIRONMENT)
                self.assertIn(ended.code, (2, 3), str(ended))
                self.look_through(ended, files=False)

    def test_an_unreachable_target_and_its_launch_show_none(self):
        plan = self.plan("http://127.0.0.1:1")
        plan["target"].update(launch="exit 3 # ${LSRUN_LAUNCH}", health="/${LSRUN_PATH_TOKEN}")
        ended = self.run_plan(plan, environment=ENVIRONMENT)
        self.assert_code(ended, 4)
        self.look_through(ended, files=False)
        for path in pathlib.Path(ended.results).rglob("*"):
            if path.is_file():
                self.assert_nothing_shown(path.read_text(encoding="utf-8", errors="replace"), path.name)

    def test_a_debug_session_shows_none(self):
        target = self.echoing()
        where = self.folder()
        ended = self.lsrun("--config", write_config(where, self.plan(target.url)), "--debug-session", where=where, environment=ENVIRONMENT)
        self.assertIn("***", ended.out)
        self.look_through(ended, files=False)


if __name__ == "__main__":
    unittest.main()
