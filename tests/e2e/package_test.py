"""The Debian package, taken apart: all that it should hold is there, and works from where it lies. Installing it by apt in a clean
root is tools/integrations/debian/try_package.sh."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from support.case import EndToEnd
from support.places import BUILD, CONFIGS, SOURCE, free_port

sys.path.insert(0, str(SOURCE / "tools" / "integrations" / "docker"))
import try_steps  # noqa: E402

BIN, SHARE = "usr/bin", "usr/share"


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps"), "dpkg-dev is missing: tools/install_deps.sh --tests installs it")
class Package(EndToEnd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="lsrun-package-")
        cls.addClassCleanup(folder.cleanup)
        cls.where = pathlib.Path(folder.name)
        done = subprocess.run(["cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.where / "made"], capture_output=True, text=True,
                              timeout=180)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        [cls.package] = (cls.where / "made").glob("*.deb")
        cls.root = cls.where / "root"
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.root], check=True, timeout=180)

    def field(self, name):
        return subprocess.run(["dpkg-deb", "-f", self.package, name], check=True, capture_output=True, text=True, timeout=180).stdout.strip()

    def test_its_name_version_and_dependencies_are_those_of_the_programs(self):
        version = re.search(r"project\(lsrun VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        self.assertRegex(self.package.name, rf"^lsrun_{re.escape(version)}_[a-z0-9]+\.deb$")
        self.assertEqual(self.field("Version"), version)
        depends = {word.split()[0] for word in self.field("Depends").split(",")}
        self.assertLessEqual({"libc6", "libssl3", "libstdc++6"}, depends)
        self.assertTrue(any(name.startswith("libspdlog") for name in depends), depends)

    def test_it_holds_all_that_is_documented_and_nothing_of_the_tests(self):
        for path in (f"{BIN}/lsrun", f"{BIN}/lstarget", f"{SHARE}/man/man1/lsrun.1.gz", f"{SHARE}/man/man1/lstarget.1.gz", f"{SHARE}/man/man5/lsrun-config.5.gz",
                     f"{SHARE}/bash-completion/completions/lsrun", f"{SHARE}/zsh/site-functions/_lsrun",
                     f"{SHARE}/fish/vendor_completions.d/lsrun.fish", f"{SHARE}/doc/lsrun/copyright", f"{SHARE}/doc/lsrun/changelog.gz", f"{SHARE}/doc/lsrun/CHANGELOG.md.gz",
                     "usr/include/lsrun/abi.h", "usr/include/lsrun/scenario.hpp", "usr/lib/cmake/lsrun/lsrunConfig.cmake",
                     *(f"usr/lib/lsrun/plugins/{name}.so" for name in ("chat_sync", "parlant_events", "json", "csv", "html", "junit", "markdown")),
                     *(f"{SHARE}/lsrun/configs/{path.name}" for path in CONFIGS.iterdir())):
            self.assertTrue((self.root / path).is_file(), path)
        self.assertEqual([p for p in self.root.rglob("*") if "test" in p.name and "_test.toml" not in p.name], [])
        self.assertEqual({p.name for p in self.root.iterdir()}, {"usr"})

    def test_its_programs_find_their_plugins_and_configs_from_where_they_lie(self):
        where = self.folder()
        lsrun = self.root / BIN / "lsrun"
        listed = self.lsrun("--list", command=lsrun, where=where)
        self.assert_code(listed, 0)
        self.assertIn("heavy_load", listed.out)
        port = free_port()
        launch = f"{self.root / BIN / 'lstarget'} --listen 127.0.0.1:{port} --delay 5ms"
        ended = self.lsrun("startup_load", "--duration", "2s", "--sessions", "5", "--target", f"http://127.0.0.1:{port}", "--set",
                           f"target.launch={launch}", "--set", "limits.create_session=none", "--set", "run.lag_limit=none", "--set",
                           "thresholds.check=[]", "--output", where / "results", command=lsrun, where=where, results=where / "results")
        self.assert_code(ended, 0)
        self.assert_laws(ended.report)
        self.assertTrue((ended.directory / "report.html").exists())


class Dockerfile(unittest.TestCase):
    def test_its_steps_are_ones_that_can_be_tried_and_it_ends_as_another_user_than_root(self):
        steps = try_steps.steps((try_steps.HERE / "Dockerfile").read_text(encoding="utf-8"))
        names = [name for name, _ in steps]
        self.assertEqual(names.count("FROM"), 2)
        last = dict(steps[len(names) - 1 - names[::-1].index("FROM"):])
        self.assertNotIn(last["USER"], ("root", "0"))
        self.assertEqual(last["ENTRYPOINT"], '["lsrun"]')
        for name, rest in steps:
            if name == "RUN" and rest.startswith("tools/"):
                self.assertTrue((SOURCE / rest.split()[0]).exists(), rest)
        with self.assertRaises(SystemExit):
            try_steps.steps("FROM a\nHEALTHCHECK x\n")


if __name__ == "__main__":
    unittest.main()
