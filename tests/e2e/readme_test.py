"""The README's commands, run as they are printed, in their order, in a scratch copy of the project."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from support.case import EndToEnd
from support.places import BUILD, SOURCE, free_port

# What is not run as printed. A command of the README that stands in neither table runs; an entry that the README no
# longer has fails the test.
SKIPPED = {
    "./tools/demo.sh": "installs packages and builds everything: minutes",
    "./tools/test.sh": "installs packages, builds everything and runs all tests, this one too",
}
SHORTENED = {
    "build/release/lstarget --listen 127.0.0.1:8800 --limits production &":
        ("build/release/lstarget --listen 127.0.0.1:8800 --limits production --time-scale 20 &", "as the run below"),
    "build/release/lsrun startup_load": ("build/release/lsrun startup_load --time-scale 20", "a minute in real time"),
}
# Languages of blocks; a block in another one might hold commands that nobody runs.
KNOWN_LANGUAGES = {"", "sh", "cpp", "toml"}
# These never run unless a table says what to do with them.
NEVER = re.compile(r"\b(sudo|apt|apt-get|pip|curl|wget|git|rm|docker)\b")
PORT = "8800"


def blocks(text):
    """[(language, content)] of all fenced blocks, in order."""
    return [(m[1], m[2]) for m in re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def commands(block):
    """The commands of a block: a line each, continued ones joined, comments off."""
    lines = re.sub(r"\\\n\s*", "", block).splitlines()
    return [c for c in (re.sub(r"(^|\s+)#.*$", "", line).strip() for line in lines) if c]


def accepts(port):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


class Readme(EndToEnd):
    @classmethod
    def setUpClass(cls):
        cls.blocks = blocks((SOURCE / "README.md").read_text(encoding="utf-8"))
        cls.shell = [commands(content) for language, content in cls.blocks if language == "sh"]
        cls.all = [c for block in cls.shell for c in block]

    def scratch(self):
        """A folder as a clone is after ./tools/build.sh, with the build under test as build/release."""
        where = self.folder() / "lsrun"
        (where / "build").mkdir(parents=True)
        (where / "build" / "release").symlink_to(BUILD)
        for part in ("configs", "tools"):
            shutil.copytree(SOURCE / part, where / part)
        shutil.copy(SOURCE / "README.md", where)
        return where

    def script(self, block, port):
        """The block for bash: each command's output in a file of its own, its exit status in `codes`."""
        lines = []
        for number, command in enumerate(block):
            lines += ["{", command, "} >out-%d 2>&1" % number, "echo $? >>codes"]
            if command.endswith("&"):  # whoever types the next line is slower than a server that starts
                lines += [f"for _ in $(seq 100); do (: <>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && break; sleep 0.1; done"]
        return "\n".join(lines) + "\n"

    def run_block(self, block, where, port, timeout):
        """Runs the commands; the output of each. Fails at the first one that does not end with 0."""
        for old in [where / "codes", *where.glob("out-*")]:
            old.unlink(missing_ok=True)
        process = subprocess.Popen(["bash", "-c", self.script(block, port)], cwd=where, stdin=subprocess.DEVNULL,
                                   start_new_session=True)
        late = running = False
        try:
            process.wait(timeout)
            running = accepts(port)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # a session of its own: only what the block left behind
            except ProcessLookupError:
                pass
            process.wait(5)
        codes = (where / "codes").read_text().split() if (where / "codes").exists() else []
        outputs = [p.read_text(encoding="utf-8", errors="replace") if p.exists() else ""
                   for p in (where / f"out-{n}" for n in range(len(block)))]
        for command, code, output in zip(block, codes, outputs):
            self.assertEqual(code, "0", f"`{command}` of README.md ends with {code}:\n{output[-4000:]}")
        self.assertFalse(late, f"`{block[len(codes) % len(block)]}` of README.md did not end within {timeout} s")
        self.assertEqual(len(codes), len(block))
        self.assertFalse(running, "the README leaves its target running")
        return dict(zip(block, outputs))

    def assert_tables(self):
        self.assertGreater(len(self.all), 10, "README.md's commands were not found")
        self.assertEqual([c for c in [*SKIPPED, *SHORTENED] if c not in self.all], [], "take these out of the tables")
        self.assertEqual(sorted({language for language, _ in self.blocks} - KNOWN_LANGUAGES), [],
                         "commands stand in `sh` blocks")
        unsafe = [c for c in self.all if c not in SKIPPED and NEVER.search(c)]
        self.assertEqual(unsafe, [], "say in SKIPPED why these do not run, or shorten them")

    def test_the_tables_of_this_test_name_commands_that_the_readme_has(self):
        self.assert_tables()

    def test_scripts_that_are_not_run_are_there(self):
        for command in SKIPPED:
            with self.subTest(command):
                script = SOURCE / command.split()[0]
                self.assertTrue(os.access(script, os.X_OK), f"{script} is not an executable file")
                subprocess.run(["bash", "-n", script], check=True, timeout=10)

    def test_every_command_works_as_printed(self):
        self.assert_tables()
        where = self.scratch()
        port = int(PORT)
        if accepts(port):  # somebody's server: all is as printed but for the port
            port = free_port()
            for config in (where / "configs").glob("*.toml"):
                config.write_text(config.read_text(encoding="utf-8").replace(f":{PORT}", f":{port}"), encoding="utf-8")
        temporary = where.parent / "tmp"  # what the README puts into /tmp
        temporary.mkdir()
        end = time.monotonic() + 90
        said = {}
        for block in self.shell:
            printed = [c for c in block if c not in SKIPPED]
            run = [SHORTENED.get(c, (c,))[0].replace(f":{PORT}", f":{port}").replace("/tmp/", f"{temporary}/")
                   for c in printed]
            if run:
                outputs = self.run_block(run, where, port, max(1.0, end - time.monotonic()))
                said.update(zip(printed, outputs.values()))
        self.assertEqual(len(said), len(set(self.all) - set(SKIPPED)))
        for name in re.findall(r"^\| `(\w+)` \| \d+ \|", (SOURCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
            self.assertIn(name, said["build/release/lsrun --list"])
        self.assertTrue((where / "results" / "latest" / "report.html").exists())
        self.assertIn("my_chat", said[self.all[-1]])

    def test_the_config_is_one(self):
        text = next(content for language, content in self.blocks if language == "toml")
        where = self.folder()
        (where / "readme.toml").write_text(text, encoding="utf-8")
        ended = self.lsrun("--config", "readme.toml", "--explain", where=where)
        self.assert_code(ended, 0)


if __name__ == "__main__":
    unittest.main()
