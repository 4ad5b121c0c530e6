"""The documents keep their word: each command is run, each config checked, each C++ compiled, each link followed, each
message that is quoted found in the source."""

import concurrent.futures
import functools
import json
import os
import re
import subprocess
import unittest

from support.case import EndToEnd
from support.documents import PAGES, anchors, blocks, links, text_of
from support.places import BUILD, SOURCE
from support.walkthrough import NEVER, Walkthrough

# What is not run as printed, and why. A command that stands in neither table runs; an entry that the page no longer has
# fails the test.
SKIPPED = {
    ("README.md", "./tools/demo.sh"): "installs packages and builds everything: minutes",
    ("README.md", "./tools/test.sh"): "installs packages, builds everything and runs all tests, this one too",
    ("docs/tutorial.md", "./tools/build.sh"): "builds everything: minutes",
    ("docs/measurement.md", "tests/bench/stall_peers.py --markdown"): "needs the other tools, and minutes of a quiet machine",
}
AT_ONCE = 2
SKIPPED_PAGES = {"CONTRIBUTING.md": "builds and tests everything in many ways: hours"}
SHORTENED = {
    ("README.md", "build/release/lstarget --listen 127.0.0.1:8800 --limits production &"):
        ("build/release/lstarget --listen 127.0.0.1:8800 --limits production --time-scale 20 &", "as the run below"),
    ("README.md", "build/release/lsrun startup_load"): ("build/release/lsrun startup_load --time-scale 20", "a minute in real time"),
}
# Languages of blocks. `output`: what the command before it writes; none: only shown.
KNOWN_LANGUAGES = {"", "sh", "output", "cpp", "toml", "json", "yaml", "xml"}
LOOKS_LIKE_A_COMMAND = re.compile(r"^ *(\./|build/|tests/|tools/|lsrun (\w+ )?-|lstarget -|cmake |ninja |ctest )", re.MULTILINE)
# A config that is shown in parts is completed by these.
REST_OF_A_CONFIG = {"target": '[target]\nurl = "http://127.0.0.1:8800"\n', "scenario": '[scenario]\nplugin = "chat_sync"\n'}


def skipped(page):
    return {command for where, command in SKIPPED if where == page}


def shortened(page):
    return {command: instead for (where, command), (instead, _) in SHORTENED.items() if where == page}


class Documents(EndToEnd):
    def walk(self, page, timeout=180):
        where = self.folder() / "lsrun"
        steps = Walkthrough(text_of(page), where, skipped(page), shortened(page))
        if steps.steps:
            steps.clone()
            self.assertEqual(steps.run(timeout), [], page)
        return steps


class Readme(Documents):
    def test_every_command_works_as_printed(self):
        steps = self.walk("README.md")
        said = dict(zip((printed for printed, _, _ in steps.steps), steps.outputs))
        self.assertGreater(len(said), 8)
        for name in re.findall(r"^\| `(\w+)` \| \d+ \|", text_of("README.md"), re.MULTILINE):
            self.assertIn(name, said["build/release/lsrun --list"])
        self.assertTrue((steps.where / "results" / "latest" / "report.html").exists())
        self.assertIn("my_chat", steps.outputs[-1])


class Docs(Documents):
    def test_every_command_of_the_other_pages_works_as_printed(self):
        pages = [page for page in PAGES if page != "README.md" and page not in SKIPPED_PAGES]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ended = {page: pool.submit(self.walk, page) for page in pages}
        for page, one in ended.items():
            with self.subTest(page):
                one.result()

    def test_every_config_is_one(self):
        where, found = self.folder(), 0
        for page in PAGES:
            for block in blocks(text_of(page)):
                if block.language != "toml" or block.file:  # what is saved is used by the commands behind it
                    continue
                found += 1
                with self.subTest(page=page, line=block.line):
                    missing = [text for table, text in REST_OF_A_CONFIG.items() if not re.search(rf"^\[+{table}s?\]", block.content, re.M)]
                    (where / "shown.toml").write_text("\n".join([block.content, *missing]), encoding="utf-8")
                    self.assert_code(self.lsrun("--config", "shown.toml", "--check", where=where, cwd=where,
                                                environment={"API_KEY": "of-the-test"}), 0)
        self.assertGreaterEqual(found, 3)


class Words(unittest.TestCase):
    """What needs no program of the project's."""

    def all_blocks(self, language):
        return [(page, block) for page in PAGES for block in blocks(text_of(page)) if block.language == language]

    def test_the_tables_of_this_test_name_commands_that_the_pages_have(self):
        have = {(page, command) for page, block in self.all_blocks("sh") for command in block.commands()}
        self.assertEqual([entry for entry in [*SKIPPED, *SHORTENED] if entry not in have], [], "take these out of the tables")
        unsafe = [one for one in have if one not in SKIPPED and one not in SHORTENED and one[0] not in SKIPPED_PAGES and NEVER.search(one[1])]
        self.assertEqual(unsafe, [], "say in SKIPPED why these do not run, or shorten them")

    def test_scripts_that_are_not_run_are_there(self):
        commands = [command for _, command in SKIPPED]
        commands += [c for page, block in self.all_blocks("sh") if page in SKIPPED_PAGES for c in block.commands()]
        for command in commands:
            if not re.match(r"(\w+=\S+ )*[./\w]*/", command):
                continue  # a program of the system
            script = SOURCE / re.sub(r"^(\w+=\S+ )*", "", command).split()[0]
            with self.subTest(command):
                self.assertTrue(os.access(script, os.X_OK), f"{script} is not an executable file")

    def test_commands_stand_in_blocks_that_are_run(self):
        self.assertEqual(sorted({(page, b.language) for page in PAGES for b in blocks(text_of(page)) if b.language not in KNOWN_LANGUAGES}), [])
        hidden = [(page, b.line) for page, b in self.all_blocks("") if LOOKS_LIKE_A_COMMAND.search(b.content)]
        self.assertEqual(hidden, [], "commands stand in `sh` blocks")

    def test_options_of_commands_in_the_text_exist(self):
        """Commands inside a sentence are not run; their options are known to the program."""
        source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((SOURCE / "tools").rglob("*.cpp")))
        for page in PAGES:
            for command in re.findall(r"`(?:build/release/|\./)?(ls(?:run|target) [^`\n]+)`", text_of(page)):
                for option in re.findall(r" --([a-z][a-z-]*)", command):
                    with self.subTest(page=page, command=command):
                        self.assertRegex(source, rf'[", -]{option}[", ]')

    def test_json_can_be_read(self):
        for page, block in self.all_blocks("json"):
            with self.subTest(page=page, line=block.line):
                json.loads(block.content)

    def test_every_link_leads_somewhere(self):
        problems = []
        for page in PAGES:
            text = text_of(page)
            for words, target in links(text):
                if re.match(r"[a-z]+:", target):
                    continue  # another host: not asked
                path, _, anchor = target.partition("#")
                file = (SOURCE / page).parent / path if path else SOURCE / page
                if not file.exists():
                    problems.append(f"{page}: [{words}]({target}): no such file")
                elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
                    problems.append(f"{page}: [{words}]({target}): no such heading")
        self.assertEqual(problems, [])

    def test_every_page_is_in_the_index(self):
        index = (SOURCE / "docs" / "README.md").read_text(encoding="utf-8")
        listed = {target for _, target in links(index)}
        self.assertEqual([p for p in PAGES if p.startswith("docs/") and p != "docs/README.md" and p.removeprefix("docs/") not in listed], [])

    def test_cpp_compiles(self):
        """What is to be saved as a file is built by the commands behind it."""
        seen = {block.content: (page, block) for page, block in self.all_blocks("cpp") if not block.file}
        for page, block in seen.values():
            with self.subTest(page=page, line=block.line):
                done = subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                       f"-I{SOURCE}/plugin_api/include", "-x", "c++", "-"], input=block.content, capture_output=True,
                                      text=True, timeout=180)
                self.assertEqual(done.returncode, 0, done.stderr)


class Troubleshooting(unittest.TestCase):
    """docs/troubleshooting.md goes from a message to what to do: each message that it quotes is one of the program's own."""

    @functools.cached_property
    def source(self):
        """All strings of the sources, adjacent ones joined; what stands between them is written `...`."""
        texts = []
        for folder in ("core", "tools", "plugins", "plugin_api"):
            for path in sorted((SOURCE / folder).rglob("*")):
                if path.suffix in (".cpp", ".hpp", ".h"):
                    code = re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
                    texts.append(re.sub(r'"\s*\n?\s*"', "", code))
        return "\n".join(texts).replace('\\"', '"')

    def test_every_quoted_message_is_the_programs(self):
        quoted = re.findall(r"^### `+ ?(.*?) ?`+$", text_of("docs/troubleshooting.md"), re.MULTILINE)
        self.assertGreater(len(quoted), 15)
        missing = [(message, part) for message in quoted for part in re.split(r"\.\.\.", message)
                   if len(part.strip()) > 2 and part.strip() not in self.source]
        self.assertEqual(missing, [], "quote the program's own words, `...` for what it fills in")


if __name__ == "__main__":
    unittest.main()
