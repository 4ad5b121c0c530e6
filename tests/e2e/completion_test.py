"""Completion of lsrun's words: real shells on a real terminal, the Tab key, and what then stands on the line. And the manual
pages, read by the programs that show them."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from support.case import EndToEnd
from support.places import BUILD, CONFIGS, LSRUN, LSTARGET, SOURCE

PAGES = BUILD / "tools" / "lsrun" / "pages"


class Shell:
    """An interactive shell on a terminal of its own. The key ^G prints the line as it stands, in < >."""

    def __init__(self, words, where, environment):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(where)
            os.execve(shutil.which(words[0]), words, environment)
        self.text = ""

    def send(self, text):
        os.write(self.terminal, text.encode())

    def until(self, pattern, timeout=60):
        """Reads on until what was read since the last match has the pattern; the text up to it, and the match."""
        end = time.monotonic() + timeout
        while not (match := re.search(pattern, self.text, re.DOTALL)):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise AssertionError(f"no {pattern!r} within {timeout} s in {self.text!r}")
            self.text += os.read(self.terminal, 65536).decode(errors="replace")
        seen, self.text = self.text[: match.end()], self.text[match.end():]
        return seen, match

    def line_after(self, typed):
        """What stands on the line after these keys; and all that was shown meanwhile."""
        self.send(typed + "\x07")
        seen, match = self.until(r"<<([^<>]*)>>")
        self.send("\x15")  # the line is emptied
        return match[1].strip(), seen

    def close(self):
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)
        os.close(self.terminal)


class Completion(EndToEnd):
    def place(self):
        """A directory with a config, lsrun on the PATH, and named tests and plugins to be found."""
        where = self.folder()
        (where / "configs").mkdir()
        (where / "bin").mkdir()
        (where / "bin" / "lsrun").symlink_to(LSRUN)
        for name in ("heavy_load", "startup_load"):
            shutil.copy(CONFIGS / f"{name}.toml", where / "configs")
        (where / "own.toml").write_text("", encoding="utf-8")
        (where / "notes.txt").write_text("", encoding="utf-8")
        return where, {"PATH": f"{where / 'bin'}:/usr/bin:/bin", "HOME": str(where), "TERM": "dumb", "LC_ALL": "C.UTF-8",
                       "PS1": "", "LSRUN_CONFIG_PATH": str(where / "configs")}

    def shell(self, words, where, environment, *set_up):
        if not shutil.which(words[0]):
            self.skipTest(f"{words[0]} is missing: tools/install_deps.sh --tests installs it")
        shell = Shell(words, where, environment)
        self.addCleanup(shell.close)
        for line in (*set_up, "echo rea''dy"):
            shell.send(line + "\n")
        shell.until("ready\r?\n")
        return shell

    def assert_one(self, shell, typed, wanted):
        line = shell.line_after(typed + "\t")[0]
        self.assertEqual(line.rstrip("="), wanted.rstrip("="), f"after `{typed}` and Tab")  # zsh adds a = that a space takes away

    # What one Tab makes of a line, in bash and zsh alike.
    ONE = (
        ("lsrun --sess", "lsrun --sessions"),
        ("lsrun heavy_load --no", "lsrun heavy_load --no-color"),
        ("lsrun pl", "lsrun plugins"),
        ("lsrun star", "lsrun startup_load"),
        ("lsrun run star", "lsrun run startup_load"),
        ("lsrun -c ow", "lsrun -c own.toml"),
        ("lsrun --config ow", "lsrun --config own.toml"),
        ("lsrun plugins chat_s", "lsrun plugins chat_sync"),
        ("lsrun report x --report mark", "lsrun report x --report markdown"),
        ("lsrun heavy_load --report json mark", "lsrun heavy_load --report json markdown"),
        ("lsrun new scen", "lsrun new scenario"),
        ("lsrun completion fi", "lsrun completion fish"),
        ("lsrun heavy_load --set sessions.thi", "lsrun heavy_load --set sessions.think_time="),
        ("lsrun help sess", "lsrun help sessions"),
        ("lsrun new --sess", "lsrun new --sess"),  # means nothing there
        ("lsrun --sessions sta", "lsrun --sessions sta"),  # a number is wanted
    )

    def test_bash_completes_what_is_typed(self):
        where, environment = self.place()
        script = where / "completion"
        script.write_text(self.lsrun("completion", "bash").out, encoding="utf-8")
        self.assertEqual(script.read_text(encoding="utf-8"), (PAGES / "lsrun.bash").read_text(encoding="utf-8"))
        subprocess.run(["bash", "-n", script], check=True, timeout=180)
        shell = self.shell(["bash", "--noprofile", "--norc", "-i"], where, environment, "bind 'set enable-bracketed-paste off'",
                           "bind 'set bell-style none'", f"source {script}", """bind -x '"\\C-g": printf "<<%s>>" "$READLINE_LINE"'""")
        for typed, wanted in self.ONE:
            with self.subTest(typed):
                self.assert_one(shell, typed, wanted)
        self.assert_one(shell, "lsrun --config=ow", "lsrun --config=own.toml")
        with self.subTest("all that a line can go on with"):  # M-* puts all of them there
            line, _ = shell.line_after("lsrun completion \x1b*")
            self.assertEqual(line.split()[2:], ["bash", "fish", "zsh"])
            line, _ = shell.line_after("lsrun report x --\x1b*")
            self.assertEqual(set(line.split()[3:]), {"--report", "--quiet", "--no-color", "--help"})
            line, _ = shell.line_after("lsrun \x1b*")
            self.assertLessEqual({"run", "plugins", "report", "new", "completion", "help", "heavy_load", "startup_load", "own.toml"},
                                 set(line.split()[1:]))
            self.assertNotIn("notes.txt", line)

    def test_zsh_completes_what_is_typed(self):
        where, environment = self.place()
        functions = where / "functions"
        functions.mkdir()
        if shutil.which("zsh"):
            (functions / "_lsrun").write_text(self.lsrun("completion", "zsh").out, encoding="utf-8")
            subprocess.run(["zsh", "-n", functions / "_lsrun"], check=True, timeout=180)
        shell = self.shell(["zsh", "-f", "-i"], where, environment, f"fpath=({functions} $fpath)", "autoload -U compinit",
                           "compinit -u -D", "show() { print -rn -- \"<<$BUFFER>>\" }", "zle -N show", "bindkey '^G' show", "bindkey '^U' kill-buffer",
                           "unsetopt zle_bracketed_paste prompt_cr prompt_sp beep", "unset zle_bracketed_paste", "setopt no_list_ambiguous", "PS1=")
        for typed, wanted in self.ONE:
            with self.subTest(typed):
                self.assert_one(shell, typed, wanted)
        with self.subTest("all that a line can go on with"):
            _, seen = shell.line_after("lsrun completion \t")
            for word in ("bash", "fish", "zsh"):
                self.assertIn(word, seen)
            _, seen = shell.line_after("lsrun heavy_load --time-\t")
            self.assertIn("--time-scale", seen)

    def test_fish_completes_what_is_typed(self):
        if not shutil.which("fish"):
            self.skipTest("fish is missing: tools/install_deps.sh --tests installs it")
        where, environment = self.place()
        script = where / "lsrun.fish"
        script.write_text(self.lsrun("completion", "fish").out, encoding="utf-8")
        asked = {"lsrun --sess": {"--sessions"}, "lsrun pl": {"plugins"}, "lsrun star": {"startup_load"},
                 "lsrun plugins chat_s": {"chat_sync"}, "lsrun report x --report mark": {"markdown"}, "lsrun new scen": {"scenario"},
                 "lsrun completion ": {"bash", "zsh", "fish"}, "lsrun help --set": {"--set"}, "lsrun new --sess": set(),
                 "lsrun report x --": {"--report", "--quiet", "--no-color", "--help"}, "lsrun --config ow": {"own.toml"},
                 "lsrun run star": {"startup_load"}, "lsrun heavy_load --set sessions.thi": {"sessions.think_time="}}
        lines = "; ".join(f"echo '# {line}'; complete -C '{line}'" for line in asked)
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; {lines}"], cwd=where, env=environment, text=True,
                              capture_output=True, timeout=180)
        self.assertEqual(done.stderr, "")
        said = {}
        for line in done.stdout.splitlines():
            if line.startswith("# "):
                said[line[2:]] = words = set()
            else:
                words.add(line.split("\t")[0])
        self.assertEqual(said, asked)


class Manual(EndToEnd):
    def pages(self):
        return [PAGES / "lsrun.1", PAGES / "lsrun-config.5", PAGES / "lstarget.1"]

    def test_groff_shows_the_pages_without_a_warning(self):
        for page in self.pages():
            with self.subTest(page.name):
                done = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", "-ww", page], text=True, capture_output=True, timeout=180)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue("SEE ALSO" in done.stdout, done.stdout[-300:])

    def test_lstargets_page_has_all_that_its_help_has(self):
        shown = subprocess.run([LSTARGET, "--help"], capture_output=True, text=True, check=True, timeout=180).stdout
        page = (PAGES / "lstarget.1").read_text(encoding="utf-8").replace("\\-", "-")
        names = re.findall(r"--[a-z-]+", shown)
        self.assertGreater(len(names), 30)
        self.assertEqual([name for name in names if name not in page], [])

    def test_the_readmes_exit_codes_are_those_of_the_help(self):
        table = re.search(r"^\| code \| \|\n(.*?)\n\n", (SOURCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
        rows = re.findall(r"^\| (\d+) \| (.+) \|$", table, re.MULTILINE)
        self.assertEqual(len(rows), 9)
        shown = self.lsrun("help", "run").out.split("Exit codes\n")[1]
        self.assertEqual(re.findall(r"^ +(\d+)  (.+)$", shown, re.MULTILINE), rows)

    def test_mandoc_finds_nothing_to_say(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is missing: tools/install_deps.sh --tests installs it")
        for page in self.pages():
            with self.subTest(page.name):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], text=True, capture_output=True, timeout=180)
                self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
