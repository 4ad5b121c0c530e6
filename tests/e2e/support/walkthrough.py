"""A page's commands, run as a reader would who types them one after the other in a clone of the project."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time

from support.documents import blocks
from support.places import BUILD, SOURCE, free_port

PORT = "8800"  # of the target that the pages start
# These never run unless a table says what to do with them.
NEVER = re.compile(r"\b(sudo|apt|apt-get|pip|curl|wget|git|rm|docker)\b")


def accepts(port):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


class Walkthrough:
    """All `sh` blocks of a page, in order, in one shell; blocks that name a file are saved before what comes behind them.

    `skipped`: commands that are not run; `instead`: command -> what is run in its place. The page's port 8800 is replaced
    by a free one, /tmp by a folder of the test's.
    """

    def __init__(self, text, where, skipped=(), instead=None):
        self.where, self.port = where, free_port()
        self.steps, self.shown = [], []  # [(printed, run, block's line)]; [(number of the command, block)]
        self.script = []
        instead = instead or {}
        for block in blocks(text):
            if block.language == "sh":
                for command in block.commands():
                    if command not in skipped:
                        self._add(command, instead.get(command, command), block.line)
            elif block.language == "output":
                self.shown.append((len(self.steps) - 1, block))
            elif block.file:
                self._save(block)

    def _local(self, text):
        return text.replace(f":{PORT}", f":{self.port}").replace("/tmp/", f"{self.where.parent}/tmp/")

    def _add(self, printed, run, line):
        number = len(self.steps)
        self.steps.append((printed, self._local(run), line))
        self.script += ["{", self._local(run), f"}} >{self.where.parent}/out-{number} 2>&1", f"echo $? >>{self.where.parent}/codes"]
        if run.endswith("&"):  # whoever types the next line is slower than a server that starts
            self.script.append(f"for _ in $(seq 600); do (: <>/dev/tcp/127.0.0.1/{self.port}) 2>/dev/null && break; sleep 0.1; done")

    def _save(self, block):
        kept = self.where.parent / f"saved-{block.line}"
        kept.write_text(self._local(block.content), encoding="utf-8")
        target = self._local(block.file)
        self.script += [f"mkdir -p $(dirname {target})", f"cp {kept} {target}"]

    def clone(self):
        """Makes the folder as a clone is after ./tools/build.sh, with the build under test as build/release."""
        (self.where / "build").mkdir(parents=True)
        (self.where.parent / "tmp").mkdir()
        (self.where / "build" / "release").symlink_to(BUILD)
        for part in ("configs", "tools", "core/report/report.schema.json"):
            (self.where / part).parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (SOURCE / part).is_dir() else shutil.copy)(SOURCE / part, self.where / part)
        shutil.copy(SOURCE / "README.md", self.where)
        for config in (self.where / "configs").glob("*.toml"):
            config.write_text(self._local(config.read_text(encoding="utf-8")), encoding="utf-8")

    def run(self, timeout):
        """Runs it all; what is wrong, as a list of sentences. Afterwards `outputs` holds what each command wrote."""
        problems, late, running = [], False, False
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LSRUN_")}
        process = subprocess.Popen(["bash", "-c", "\n".join(self.script)], cwd=self.where, stdin=subprocess.DEVNULL,
                                   start_new_session=True, env=environment)
        try:
            process.wait(timeout)
            running = self._stays()
        except subprocess.TimeoutExpired:
            late = True
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # a session of its own: only what the page left behind
            except ProcessLookupError:
                pass
            process.wait(60)
        written = self.where.parent / "codes"
        codes = written.read_text().split() if written.exists() else []
        self.outputs = [path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
                        for path in (self.where.parent / f"out-{n}" for n in range(len(self.steps)))]
        for (printed, _, line), code, output in zip(self.steps, codes, self.outputs):
            if code != "0":
                problems.append(f"line {line}: `{printed}` ends with {code}:\n{output[-3000:]}")
        if late:
            problems.append(f"`{self.steps[len(codes)][0]}` did not end within {timeout} s")
        elif len(codes) != len(self.steps):
            problems.append(f"{len(codes)} of {len(self.steps)} commands ended")
        if running:
            problems.append("the page leaves its target running")
        return problems + [p for number, block in self.shown for p in self.differences(number, block)]

    def _stays(self):
        """Does the page's target still listen, long after the page told it to stop?"""
        end = time.monotonic() + 20
        while accepts(self.port):
            if time.monotonic() > end:
                return True
            time.sleep(0.05)
        return False

    def differences(self, number, block):
        """A block of `output` against what the command before it wrote: its lines in their order, `...` for any words;
        with `about` behind `output`, figures may be others."""
        if number < 0:
            return [f"line {block.line}: no command stands before this output"]
        about = block.file == "about"
        wrote = [plain(line, about) for line in self._global(self.outputs[number]).splitlines()]
        at, problems = 0, []
        for line in block.content.splitlines():
            wanted = ".*".join(map(re.escape, plain(line, about).split("...")))
            while at < len(wrote) and not re.fullmatch(wanted, wrote[at]):
                at += 1
            if at == len(wrote):
                problems.append(f"line {block.line}: `{self.steps[number][0]}` does not write `{line}` there:\n{self.outputs[number][-3000:]}")
                break
            at += 1
        return problems

    def _global(self, text):
        return text.replace(f":{self.port}", f":{PORT}").replace(f"{self.where.parent}/tmp/", "/tmp/")


def plain(line, about):
    """A line with one blank where there are several; figures as # if they do not count."""
    line = re.sub(r"\s+", " ", line).strip()
    return re.sub(r"\d+(?:[ .,:]\d+)*", "#", line) if about else line
