"""A plugin project outside the tree, as a user makes one: the SDK is installed into a prefix, `lsrun new` writes the
project, its one command builds it, lsrun loads it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE, BUILD, TOOL, COMPILER = sys.argv[1:5]


def run(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=240)
    return done.returncode, done.stdout + done.stderr


class OutOfTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="lsrun-test-")
        cls.root = pathlib.Path(cls.directory.name)
        code, said = run(CMAKE, "--install", BUILD, "--component", "sdk", "--prefix", cls.root / "prefix")
        assert code == 0, said

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def built(self, kind, name):
        project = self.root / f"{kind}_{name}"
        code, said = run(TOOL, "new", kind, name, project)
        self.assertEqual(code, 0, said)
        code, said = run(CMAKE, "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.root / 'prefix'}",
                         f"-DCMAKE_CXX_COMPILER={COMPILER}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
        self.assertEqual(code, 0, said)
        code, said = run(CMAKE, "--build", project / "build")
        self.assertEqual(code, 0, said)
        return project / "build" / f"{name}.so"

    def test_a_new_scenario_builds_against_the_installed_sdk_and_loads(self):
        plugin = self.built("scenario", "my_chat")
        self.assertEqual(run(TOOL, "load", plugin), (0, "my_chat 0.1.0\nscenario my_chat\n"))
        code, symbols = run("nm", "-D", "--defined-only", plugin)
        self.assertEqual(code, 0, symbols)
        self.assertEqual([line.split()[-1] for line in symbols.splitlines()], ["lsrun_plugin_entry"])

    def test_a_new_report_builds_and_may_have_a_word_of_the_language_as_its_name(self):
        self.assertEqual(run(TOOL, "load", self.built("report", "default")), (0, "default 0.1.0\nreport default\n"))

    def test_nothing_is_overwritten_and_bad_names_are_refused(self):
        taken = self.root / "taken"
        taken.mkdir()
        (taken / "README.md").write_text("mine")
        for kind, name, directory in [("scenario", "my_chat", taken), ("scenario", "My-Chat", self.root / "a"),
                                      ("scenario", "1st", self.root / "b"), ("scenario", "", self.root / "c"),
                                      ("sink", "my_sink", self.root / "d"), ("scenario", "../x", self.root / "e")]:
            code, said = run(TOOL, "new", kind, name, directory)
            self.assertEqual(code, 2, said)
            self.assertIn("Nothing was written.", said)
        self.assertEqual((taken / "README.md").read_text(), "mine")
        self.assertEqual([p.name for p in taken.iterdir()], ["README.md"])
        self.assertFalse(any((self.root / d).exists() for d in "abcde"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
