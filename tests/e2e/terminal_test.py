"""The full-screen view on a real terminal (tmux): what it shows, its keys, other sizes, and the terminal given back after
any end, a crash included."""

import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import unittest
import uuid

from support.case import EndToEnd
from support.places import LSRUN
from support.plan import phases, small_plan
from support.run import write_config

TMUX = shutil.which("tmux")
LONG = phases(("60s", 8, "step"))


class Screen:
    """A terminal of its own with a shell in it, in which commands are typed."""

    def __init__(self, columns, rows, environment, folder):
        self.socket = f"lsrun-{uuid.uuid4().hex[:12]}"
        self.command = [TMUX, "-u", "-L", self.socket, "-f", "/dev/null"]
        for name, value in environment.items():
            os.environ.pop(name, None)
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG")}
        env.update(environment, PS1="$ ", ENV="")
        subprocess.run([*self.command, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), "/bin/sh"],
                       check=True, timeout=180, env=env)

    def tmux(self, *words):
        return subprocess.run([*self.command, *words], check=True, timeout=180, capture_output=True, text=True,
                              encoding="utf-8").stdout

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def enter(self, text):
        self.type(text)
        self.tmux("send-keys", "Enter")

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def state(self):
        """(is it on its other screen, is the cursor shown, does it wrap lines)"""
        return tuple(self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag}").split())

    def close(self):
        subprocess.run([*self.command, "kill-server"], timeout=180, capture_output=True)


@unittest.skipUnless(TMUX, "no tmux on this machine: the full-screen view is not looked at")
class Terminal(EndToEnd):
    def screen(self, columns=80, rows=24, **environment):
        environment.setdefault("LC_ALL", "C.UTF-8")
        one = Screen(columns, rows, environment, self.folder())
        self.addCleanup(one.close)
        return one

    def plan(self, target, **over):
        self.where = self.folder()
        over.setdefault("phases", LONG)
        return write_config(self.where, small_plan(target.url, **over))

    def begin(self, screen, target, *words, before="", behind="", **over):
        """Starts a run in the screen's shell, which says how it ended and whether the terminal's modes are as before."""
        command = " ".join(map(shlex.quote, map(str, [LSRUN, "--config", self.plan(target, **over), *words])))
        screen.enter("clear; stty -g >modes.before")
        screen.enter(f"{before}{command}{behind}; echo \"ended with $?\"; stty -g | cmp - modes.before && echo modes as before")

    def wait_for(self, screen, *words, options=()):
        self.wait_until(" and ".join(words), lambda: all(w in screen.text(*options) for w in words))

    def report(self):
        return json.loads((next(d for d in (self.where / "results").iterdir() if not d.is_symlink()) / "report.json").read_text())

    def assert_given_back(self, screen):
        self.wait_for(screen, "modes as before")
        self.assertEqual(screen.state(), ("0", "1", "1"), "own screen left, cursor shown, lines wrapped")

    def test_the_view_is_drawn_resized_obeys_keys_and_gives_the_terminal_back(self):
        target = self.target("--delay", "20ms")
        screen = self.screen()
        self.begin(screen, target)
        self.wait_for(screen, "requests/s", "429 share", "throttle wait", "addresses", "? help", "ok 100%")
        self.assertEqual(screen.state()[:2], ("1", "0"))
        self.assertIn(target.url, screen.text().splitlines()[0])
        screen.tmux("resize-window", "-x", "40", "-y", "10")
        self.wait_until("the small view", lambda: screen.text().splitlines()[9].startswith("p + - q ?"))
        self.assertIn("sessions", screen.text())
        screen.tmux("resize-window", "-x", "120", "-y", "40")
        self.wait_until("the large view", lambda: screen.text().splitlines()[39].startswith("p pause opening"))
        screen.type("?")
        self.wait_for(screen, "draw the screen anew")
        screen.type("?")
        screen.type("p+")
        self.wait_for(screen, "PAUSED", "p go on opening", "by hand: x1.25", "paused by hand")
        screen.type("p")
        self.wait_for(screen, "opened as planned again")
        screen.type("q")
        self.wait_for(screen, "ended with 130", "ended by hand after", "changed by hand")
        self.assert_given_back(screen)
        report = self.report()
        self.assertEqual([(e["what"], e.get("value")) for e in report["events"]],
                         [("pause", None), ("multiplier", 1.25), ("resume", None), ("end", None)])
        self.assertEqual(report["verdict"]["validity"], "interrupted")
        self.assertEqual(max(p["multiplier"] for p in report["timeline"]), 1.25)
        self.assert_laws(report)

    def test_after_a_crash_the_terminal_is_as_it_was(self):
        target = self.target("--delay", "20ms")
        for number in (signal.SIGSEGV, signal.SIGABRT):
            screen = self.screen()
            # A sanitizer that heeds the signal would end the process by an exit code of its own.
            own = " ".join(f'{kind}_OPTIONS="${kind}_OPTIONS:handle_segv=0:handle_abort=0"' for kind in ("ASAN", "TSAN"))
            self.begin(screen, target, before=f"ulimit -c 0; {own} ")
            self.wait_for(screen, "requests/s", "ok 100%")
            self.assertEqual(screen.state()[:2], ("1", "0"))
            os.kill(self.child_of(screen), number)
            self.wait_for(screen, f"ended with {128 + number}")
            self.assert_given_back(screen)

    def child_of(self, screen):
        shell = screen.tmux("display-message", "-p", "#{pane_pid}").strip()
        return int(pathlib.Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[-1])

    def test_ctrl_c_ends_the_run_in_order_and_gives_the_terminal_back(self):
        target = self.target("--delay", "20ms")
        screen = self.screen()
        self.begin(screen, target)
        self.wait_for(screen, "ok 100%")
        screen.tmux("send-keys", "C-c")
        self.wait_for(screen, "interrupted by SIGINT", "ended with 130")
        self.assert_given_back(screen)

    def test_without_utf_8_and_colour_the_view_is_plain(self):
        target = self.target("--delay", "20ms", "--error-share", "50%")
        screen = self.screen(LC_ALL="C", NO_COLOR="1")
        self.begin(screen, target)
        self.wait_for(screen, "requests/s", "times chat: server_error")
        text = screen.text("-e")
        self.assertTrue(text.isascii(), text)
        for code in ("[31m", "[32m", "[33m"):
            self.assertNotIn(code, text)
        screen.type("q")
        self.wait_for(screen, "ended with 130")

    def test_quiet_and_a_pipe_give_a_line_a_second(self):
        target = self.target("--delay", "20ms")
        short = {"phases": phases(("1500ms", 4, "step"), ("300ms", 0, "step"))}
        for words, behind in ((["--quiet"], ""), ([], " | cat")):
            screen = self.screen(160)
            self.begin(screen, target, *words, behind=behind, **short)
            self.wait_for(screen, " | alive 4/4 peak 4", "ended with 0")
            self.assertEqual(screen.state()[0], "0")
            self.assertNotIn("? help", screen.text())


if __name__ == "__main__":
    unittest.main()
