"""What the tests of report writers share: making one report from a document, through the loader as lsrun does."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["LSRUN_BUILD"])
SAMPLE = pathlib.Path(__file__).parents[2] / "golden/report/sample.json"
# What a target may put in its answers, and what must then not be markup, a link or a control anywhere.
HOSTILE = ["</failure><script>alert(1)</script>", "]]>&amp;&#0;", '" onload="x', "\x00\x1b[2J\x07\ufffe\uffff",
           "![x](http://evil.example/p.png) [a](javascript:alert(1)) <img src=x>", "| cell | cell |\n| - | - |",
           "`` ` ```code", "@octocat fixes #12 !7 ~label https://evil.example www.evil.example x@evil.example",
           "# heading\n- list\n> quote\n***", "\\`\\|\\<b>", "a | b \\| c", "\u202egnp.exe", "_x_ *y* ~~z~~ $m$ <!-- c -->"]


def write(document, directory, plugin, *arguments):
    source = pathlib.Path(directory) / "document.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    return subprocess.run([BUILD / "tests/write_report", BUILD / f"plugins/{plugin}.so", source, directory, *arguments],
                          capture_output=True, text=True, timeout=60)


class ReportCase(unittest.TestCase):
    plugin = ""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.document = json.loads(SAMPLE.read_text(encoding="utf-8"))

    def written(self, file):
        done = write(self.document, self.folder, self.plugin)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.folder / file).read_text(encoding="utf-8")

    def poison(self, text):
        """Puts `text` wherever the document holds text that the target or the config has a hand in."""
        self.document["run"]["name"] = self.document["run"]["target_url"] = text
        self.document["verdict"]["reasons"] = [text]
        for failure in self.document["failures"]:
            failure["message"] = failure["operation"] = text
            for address in failure["addresses"]:
                address["address"] = text
        for operation in self.document["operations"]:
            operation["operation"] = text
        for threshold in self.document["thresholds"]:
            threshold["expression"] = threshold["note"] = text
        for advice in self.document["advice"]:
            for key in ["finding", "evidence", "advice"]:
                advice[key] = text
