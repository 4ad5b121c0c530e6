"""Bad input: each mistake is named with its place and a cure, the exit code says whose it is, and nothing is sent."""

import os
import subprocess
import unittest

from support.case import EndToEnd
from support.listener import Listener
from support.places import CONFIGS
from support.run import write_config

GOOD = """\
[target]
url = "{url}"
[scenario]
plugin = "chat_sync"
[reports]
write = []
directory = "out"
"""  # seven lines: what a test adds begins at line 8

# What it is, what is added to GOOD, exit code, what the message must hold.
MISTAKES = [
    ("a text that is not TOML", "name = ", 2, ["plan.toml:8:", "not valid TOML"]),
    ("an unknown key", "[sessions]\nmaxx = 3", 2, ["plan.toml:9:1:", "unknown key `maxx` in [sessions]", "did you mean `max`?"]),
    ("an unknown table", "[sesions]\nmax = 3", 2, ["plan.toml:8:", "unknown table `sesions`", "did you mean `sessions`?"]),
    ("a wrong type", '[sessions]\nmax = "many"', 2, ["plan.toml:9:7:", "`max` must be an integer, not a string"]),
    ("a duration without a unit", "[sessions]\nexpire_after = 30", 2, ["plan.toml:9:16:", "`expire_after` needs a unit", '"5s"']),
    ("a rate without a unit", "[rate]\nbase = 600", 2, ["plan.toml:9:8:", "`base` needs a unit", '"30/min"']),
    ("a number out of range", "[sessions]\nmax = 0", 2, ["plan.toml:9:7:", "`max` is 0, but must be from 1"]),
    ("a share out of range", '[limits]\nheadroom = "120%"', 2, ["plan.toml:9:12:", "headroom"]),
    ("settings that contradict each other", '[rate]\nlower_above = "1%"\nraise_below = "2%"', 2,
     ["plan.toml:9:15:", "`lower_above` (1%) must be more than `raise_below` (2%)"]),
    ("a phase larger than the plan", '[sessions]\nmax = 5\n[[phases]]\nname = "a"\nduration = "1s"\nsessions = 10', 2,
     ["plan.toml:13:12:", "phase `a` wants 10 sessions, but sessions.max is 5", "raise `max`"]),
    ("TLS settings for plain http", "[target.tls]\ninsecure = true", 2, ["plan.toml:9:12:", "https://"]),
    ("a threshold on an unknown metric", '[thresholds]\ncheck = ["p95(respons_time) < 5s"]', 2,
     ["plan.toml:9:10:", "no metric is called `respons_time`", "the nearest is `response_time`"]),
    ("a threshold that is no expression", '[thresholds]\ncheck = ["p95(response_time) <"]', 2, ["plan.toml:9:10:"]),
    ("a threshold without a unit", '[thresholds]\ncheck = ["success_ratio >= 9"]', 2, ["plan.toml:9:10:", "needs a unit", '"10%"']),
    ("an alert on an unknown metric", '[alerts]\ncheck = ["tokns > 5 for 1s"]', 2, ["plan.toml:9:10:", "`tokns`", "`tokens`"]),
    ("a message file that is not there", '[messages]\nfile = "gone.txt"', 2, ["plan.toml:9:8:", '"gone.txt" does not exist']),
    ("an empty message file", '[messages]\nfile = "empty.txt"', 2, ["plan.toml:9:8:", '"empty.txt" holds no message']),
    ("a message file without the column", '[messages]\nfile = "other.csv"', 2,
     ["plan.toml:9:8:", "has no column `message`", "`a`, `b`"]),
    ("a JSONL file without the key", '[messages]\nfile = "other.jsonl"', 2, ["plan.toml:9:8:", "other.jsonl", "message"]),
    ("an address that is none", '[pool]\nfrom = ["127.64.0.300"]', 2, ["plan.toml:9:", "127.64.0.300"]),
    ("more addresses than the range has", '[pool]\ncount = 5\nfrom = ["127.64.0.0/30"]', 2, ["plan.toml:9:9:"]),
    ("an address that cannot be bound", '[pool]\nmode = "bind"\nfrom = ["10.99.0.1"]', 2,
     ["plan.toml:", "10.99.0.1 cannot be bound", "not an address of this machine", 'mode = "forwarded"']),
    ("a variable that is not set", '[target.headers]\nA = "${LSRUN_NO_SUCH_VARIABLE}"', 2,
     ["plan.toml:9:", "LSRUN_NO_SUCH_VARIABLE is not set"]),
]
# As above, but the whole of a line of GOOD is replaced.
REPLACED = [
    ("a URL without a host", 'url = "{url}"', 'url = "http://:80"', 2, ["plan.toml:2:7:", "has no host", "write for example"]),
    ("a public target", 'url = "{url}"', 'url = "http://8.8.8.8"', 2,
     ["plan.toml:2:7:", "8.8.8.8 is a public address", "authorized = true"]),
    ("an unknown plugin", '"chat_sync"', '"chat_sink"', 3, ["plan.toml:4:10:", "no scenario `chat_sink`", "did you mean `chat_sync`?"]),
    ("a file that is no plugin", '"chat_sync"', '"./words.so"', 3, ["plan.toml:4:10:", "not an ELF shared object"]),
    ("a shared object that is no plugin", '"chat_sync"', '"./bare.so"', 3, ["plan.toml:4:10:", "lsrun_plugin_entry"]),
    ("an unknown option of a plugin", '"chat_sync"', '"chat_sync"\noptions = { timeot = "10s" }', 2,
     ["plan.toml:5:", "has no option `timeot`", "did you mean `timeout`?"]),
    ("an option of the wrong type", '"chat_sync"', '"chat_sync"\noptions = { timeout = 10 }', 2, ["plan.toml:5:", "`timeout`", "unit"]),
    ("options that the plugin refuses", '"chat_sync"', '"chat_sync"\noptions = { timeout = "10ms" }', 3,
     ["plan.toml:4:10:", "refuses to start", "at least 1s"]),
    ("an unwritable output", 'directory = "out"', 'directory = "/dev/null/out"', 2, ["plan.toml:7:13:", "/dev/null"]),
    ("an output that cannot be made", 'directory = "out"', 'directory = "/proc/lsrun-out"', 2, ["plan.toml:7:", "/proc/lsrun-out"]),
    ("an unknown report", "write = []", 'write = ["xml"]', 3, ["plan.toml:6:", "there is no report `xml`", "ooked in"]),
]


class BadInput(EndToEnd):
    def setUp(self):
        self.target_port = Listener()
        self.addCleanup(self.target_port.close)
        self.where = self.folder()
        (self.where / "empty.txt").write_text("\n\n")
        (self.where / "other.csv").write_text("a,b\n1,2\n")
        (self.where / "other.jsonl").write_text('{"question": "how"}\n')
        (self.where / "words.so").write_text("these are words\n")

    def refused(self, text, code, parts, *words):
        path = write_config(self.where, text.replace("{url}", self.target_port.url))
        ended = self.lsrun("--config", path.name, *words, where=self.where)
        self.assert_code(ended, code)
        for part in parts:
            self.assertIn(part, ended.err)
        self.assertIn("othing was sent", ended.err)
        self.assertEqual(self.target_port.connections, 0, "something was sent")
        return ended

    def test_each_mistake_is_named_with_its_place_and_nothing_is_sent(self):
        for what, text, code, parts in MISTAKES:
            with self.subTest(what):
                self.refused(GOOD + text + "\n", code, parts)

    def test_each_wrong_line_is_named_with_its_place_and_nothing_is_sent(self):
        source = self.where / "bare.c"
        source.write_text("int not_a_plugin;\n")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.where / "bare.so", source], check=True, timeout=180)
        for what, old, new, code, parts in REPLACED:
            with self.subTest(what):
                self.assertIn(old, GOOD)
                self.refused(GOOD.replace(old, new), code, parts)

    def test_all_mistakes_of_a_config_are_told_at_once(self):
        text = GOOD + '[sessions]\nmax = "x"\nmaxx = 1\n[rate]\nbase = 5\n[poool]\n[messages]\nfile = "gone.txt"\n'
        self.refused(text, 2, ["plan.toml:9:", "plan.toml:10:", "plan.toml:12:", "plan.toml:13:", "plan.toml:15:", "5 errors"])

    def test_a_missing_and_an_unreadable_config_are_told_apart(self):
        ended = self.lsrun("--config", "gone.toml", where=self.where)
        self.assert_code(ended, 2)
        self.assertIn("gone.toml: there is no such file", ended.err)
        (self.where / "folder.toml").mkdir()
        ended = self.lsrun("--config", "folder.toml", where=self.where)
        self.assert_code(ended, 2)
        self.assertIn("folder.toml: is a directory", ended.err)
        if os.geteuid() != 0:  # root reads everything
            (self.where / "shut.toml").write_text(GOOD)
            (self.where / "shut.toml").chmod(0)
            ended = self.lsrun("--config", "shut.toml", where=self.where)
            self.assert_code(ended, 2)
            self.assertIn("shut.toml", ended.err)

    def test_wrong_words_on_the_command_line_are_named(self):
        path = write_config(self.where, GOOD.replace("{url}", self.target_port.url))
        for words, part in ((["--bogus"], "unknown option `--bogus`"), (["no_such_test"], "no test named `no_such_test`"),
                            (["--config", path, "--set", "sessions.maxx=3"], "did you mean `max`?"),
                            (["--config", path, "--set", "sessions.max"], "table.key=value"),
                            (["--config", path, "--sessions", "many"], "not a whole number"),
                            (["--config", path, "--duration", "5"], "unit"),
                            (["--config", path, "light_load"], "one run has one config"), ([], "what should run?")):
            with self.subTest(words=words):
                ended = self.lsrun(*words, where=self.where)
                self.assert_code(ended, 2)
                self.assertIn(part, ended.err)
        self.assertEqual(self.target_port.connections, 0)

    def test_check_and_explain_send_nothing(self):
        path = write_config(self.where, GOOD.replace("{url}", self.target_port.url))
        for word in ("--check", "--explain"):
            ended = self.lsrun("--config", path, word, where=self.where)
            self.assert_code(ended, 0)
        self.refused(GOOD + "[sessions]\nmaxx = 3\n", 2, ["plan.toml:9:1:"], "--check")
        self.refused(GOOD.replace("chat_sync", "chat_sink"), 3, ["plan.toml:4:10:"], "--check")
        self.refused(GOOD + '[thresholds]\ncheck = ["p95(respons_time) < 5s"]\n', 2, ["`respons_time`"], "--check")
        self.assertEqual(self.target_port.connections, 0)

    def test_addresses_that_are_not_private_are_warned_about(self):
        path = write_config(self.where, GOOD.replace("{url}", "http://127.0.0.1:1") + '[pool]\nfrom = ["8.8.8.8"]\n')
        ended = self.lsrun("--config", path, where=self.where)
        self.assertIn("warning: 1 client address of 1 is not private (8.8.8.8)", ended.err)

    def test_all_named_tests_are_good(self):
        for config in sorted(CONFIGS.glob("*.toml")):
            with self.subTest(config.name):
                self.assert_code(self.lsrun("--config", config, "--check", "--set", "reports.write=[]", where=self.where), 0)


if __name__ == "__main__":
    unittest.main()
