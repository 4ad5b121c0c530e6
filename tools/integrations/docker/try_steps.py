#!/usr/bin/env python3
"""Tries the Dockerfile where there is no Docker: each stage is a clean Debian 12 in a directory (../clean_root.sh), each step is
carried out there as Docker would, and at the end the image's command runs as the image's user.

usage: try_steps.py [WORD...]     the words take the place of CMD. Needs root and mmdebstrap; minutes."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
CLEAN_ROOT = HERE.parent / "clean_root.sh"
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "ENTRYPOINT", "CMD"}


def steps(text):
    """[(instruction, rest)] of a Dockerfile; comments off, continued lines joined. An instruction that is not known here fails."""
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = [tuple(line.split(None, 1)) for line in lines]
    unknown = [name for name, _ in found if name not in KNOWN]
    if unknown:
        raise SystemExit(f"try_steps.py does not know {', '.join(unknown)}")
    return found


class Stage:
    """One stage: its root, and what the steps so far say of directory, user and environment."""

    def __init__(self, root):
        self.root, self.directory, self.user, self.environment, self.entry, self.command = root, "/", "root", [], [], []
        subprocess.run([CLEAN_ROOT, "make", root], check=True, timeout=600)

    def run(self, words):
        """Runs words in the root; their exit code."""
        environment = dict(os.environ, CLEAN_ROOT_USER=self.user, CLEAN_ROOT_DIR=self.directory)
        return subprocess.run([CLEAN_ROOT, "run", self.root, *self.environment, *words], env=environment, timeout=3600,
                              stdin=subprocess.DEVNULL).returncode

    def path(self, inside):
        return self.root / pathlib.PurePosixPath(self.directory, inside).relative_to("/")


def copy(stage, words, stages):
    """COPY [--from=STAGE] SOURCE TARGET: a directory's content into a directory, which is made."""
    origin = None
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).removeprefix("--from=")]
    source, target = words
    if origin:
        shutil.copytree(origin.path(source), stage.path(target), symlinks=True, dirs_exist_ok=True)
        return
    # The build's context is what git has of the sources: what .dockerignore leaves out is not in it.
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", source], cwd=SOURCE, check=True, stdout=subprocess.PIPE)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (SOURCE / name).exists():
            (stage.path(target) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, stage.path(target) / name, follow_symlinks=False)


def carry_out(stage, name, rest, stages):
    if name == "WORKDIR":
        stage.directory = rest
        stage.path("").mkdir(parents=True, exist_ok=True)
    elif name == "USER":
        stage.user = rest
    elif name == "ENV":
        stage.environment += shlex.split(rest)
    elif name == "COPY":
        copy(stage, rest.split(), stages)
    elif name == "ENTRYPOINT":
        stage.entry = json.loads(rest)
    elif name == "CMD":
        stage.command = json.loads(rest)
    elif stage.run(["/bin/sh", "-c", rest]) != 0:
        raise SystemExit(f"try_steps.py: this step failed: RUN {rest}")


def main(words):
    work = pathlib.Path(tempfile.mkdtemp(prefix="lsrun-stages-"))
    try:
        stages, stage = {}, None
        for name, rest in steps((HERE / "Dockerfile").read_text(encoding="utf-8")):
            print(f"== {name} {rest}", flush=True)
            if name == "FROM":
                image, *named = rest.split()
                if image != "debian:12":
                    raise SystemExit(f"try_steps.py makes debian:12 only, not {image}")
                name_of_stage = named[1] if named else str(len(stages))
                stage = stages[name_of_stage] = Stage(work / name_of_stage)
            else:
                carry_out(stage, name, rest, stages)
        command = [*stage.entry, *(words or stage.command)]
        print(f"== {shlex.join(command)}, by {stage.user} in {stage.directory}", flush=True)
        return stage.run(command)
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", work], check=False)  # were anything still mounted there, it stays


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
