"""Plugins as others bring them: dropped in without a rebuild, refused when they are unfit, survived when they are faulty."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from support.case import EndToEnd
from support.places import BUILD, SOURCE
from support.plan import phases, small_plan

BAD = BUILD / "tests" / "plugins"

SCENARIO = r"""
#include <lsrun/scenario.hpp>

struct dropped_in {
  static constexpr auto name = "dropped_in";
  static constexpr auto help = "one POST a turn, built by a test";
  static constexpr lsrun::option options[] = {{"greeting", "hello", "what is said"}};
  struct session {};
  explicit dropped_in(const lsrun::setup& s)
      : greeting(s.str("greeting")), seen(s.count_metric("replies_seen", "Replies that were read.")),
        create(s.operation("create_session")), chat(s.operation("chat")) {
    if (greeting.empty()) throw std::invalid_argument("option greeting: it must not be empty");
  }
  lsrun::task<lsrun::outcome> open(lsrun::client& c, session&) { return say(c, create); }
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) { return say(c, chat); }
  lsrun::task<lsrun::outcome> say(lsrun::client& c, lsrun::operation o) {
    auto r = co_await c.post("/sessions/chat", c.object("message", greeting, "customer_id", c.customer_id(),
                             "session_id", c.customer_id(), "session_title", "t", "tenant_id", "t", "chatbot_id", "c",
                             "timeout", std::int64_t{60}), o);
    if (r.ok() && r.json_string("/message") == "SUCCESS") c.add(seen);
    co_return r.outcome();
  }
  std::string greeting;
  lsrun::metric seen;
  lsrun::operation create, chat;
};
LSRUN_SCENARIO(dropped_in, "1.0.0")
"""


def build(where, name="dropped_in"):
    """Compiles the scenario as its author would: one command, the SDK's headers, nothing of core."""
    source = where / f"{name}.cpp"
    source.write_text(SCENARIO)
    library = where / f"{name}.so"
    subprocess.run(["g++", "-std=c++20", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{SOURCE}/plugin_api/include",
                    f"-Wl,--version-script={SOURCE}/plugin_api/plugin.map", "-o", library, source],
                   check=True, timeout=180)
    return library


class DroppedIn(EndToEnd):
    @classmethod
    def setUpClass(cls):
        cls.built = tempfile.TemporaryDirectory(prefix="lsrun-plugin-")
        cls.library = build(pathlib.Path(cls.built.name))
        cls.addClassCleanup(cls.built.cleanup)

    def check(self, ended, target):
        self.assert_true_run(ended, target)
        ok = ended.report["totals"]["requests"]["ok"]
        self.assertGreater(ok, 20)
        seen = next(m for m in ended.report["scenario_metrics"] if m["name"] == "replies_seen")
        self.assertEqual(seen["sum"], ok)

    def test_in_a_directory_of_the_config(self):
        target = self.target("--delay", "5ms")
        self.check(self.small_run(target, scenario={"plugin": "dropped_in"}, plugins={"path": [self.built.name]}), target)

    def test_in_the_environments_directories(self):
        target = self.target("--delay", "5ms")
        empty = self.folder()
        plan = small_plan(target.url, scenario={"plugin": "dropped_in"})
        self.check(self.run_plan(plan, environment={"LSRUN_PLUGIN_PATH": f"{empty}:{self.built.name}"}), target)

    def test_by_the_path_of_the_file(self):
        target = self.target("--delay", "5ms")
        self.check(self.small_run(target, scenario={"plugin": str(self.library)}), target)

    def test_its_options_are_checked_and_shown(self):
        target = self.target()
        ended = self.small_run(target, scenario={"plugin": str(self.library), "options": {"greetin": "x"}})
        self.assert_code(ended, 2)
        self.assertIn("did you mean `greeting`?", ended.err)
        ended = self.small_run(target, scenario={"plugin": str(self.library), "options": {"greeting": ""}})
        self.assert_code(ended, 3)
        self.assertIn("it must not be empty", ended.err)
        shown = self.lsrun("plugins", "dropped_in", environment={"LSRUN_PLUGIN_PATH": self.built.name})
        self.assert_code(shown, 0)
        for part in ("greeting", "hello", "what is said"):
            self.assertIn(part, shown.out)
        self.assertEqual(target.stats()["requests"], 0)


@unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
class Unfit(EndToEnd):
    def test_unfit_plugins_are_refused_with_the_reason(self):
        target = self.target()
        for name, parts in (("bad_wrong_major", ["version"]), ("bad_too_new", ["newer"]), ("bad_no_entry", ["lsrun_plugin_entry"]),
                            ("bad_throws_in_create", ["refuses to start"]), ("bad_undefined_symbol", ["cannot be used"])):
            with self.subTest(name):
                library = BAD / f"{name}.so"
                self.assertTrue(library.exists(), library)
                ended = self.small_run(target, scenario={"plugin": str(library)})
                self.assert_code(ended, 3)
                self.assertIn("plan.toml:", ended.err)
                for part in parts:
                    self.assertIn(part, ended.err)
        self.assertEqual(target.stats()["requests"], 0)

    def test_one_that_crashes_is_named_before_lsrun_dies_of_it(self):
        target = self.target()
        for name in ("bad_crashes_in_create", "bad_crashes_in_load"):
            with self.subTest(name):
                ended = self.small_run(target, scenario={"plugin": str(BAD / f"{name}.so")})
                self.assertNotEqual(ended.code, 0)
                self.assertIn(name, ended.err)
        self.assertEqual(target.stats()["requests"], 0)


@unittest.skipUnless(BAD.is_dir(), "the faulty plugins are not built: target lsrun_test_plugins")
class Faulty(EndToEnd):
    def faulty(self, name, options=None, **over):
        target = self.target("--delay", "5ms")
        scenario = {"plugin": str(BAD / f"{name}.so"), "options": options or {}}
        ended = self.small_run(target, scenario=scenario, **over)
        self.assert_laws(ended.report)
        return ended

    def test_an_exception_in_a_step_is_a_plugin_fault_and_the_run_goes_on(self):
        for when in ("open", "turn", "after", "close"):
            with self.subTest(when):
                ended = self.faulty("bad_throws_in_step", {"when": when})
                self.assert_code(ended, 0)
                faults = ended.report["totals"]["steps"]["plugin_fault"]
                self.assertGreater(faults, 0)
                rows = [f for f in ended.report["failures"] if f["outcome"] == "plugin_fault"]
                self.assertEqual(sum(f["count"] for f in rows), faults)
                self.assertIn(f"thrown in {when}", json.dumps(rows))
                self.assertIn(f"thrown in {when}", ended.log)
                self.assertGreaterEqual(ended.report["run"]["duration_s"], 1.7, "the run went on to its end")

    def test_a_step_that_never_ends_does_not_hold_the_run(self):
        """Ended early, so that steps get five seconds instead of the thirty that they have after the last phase."""
        ended = self.faulty("bad_never_finishes", phases=phases(("20s", 4, "step")),
                            thresholds={"abort": ["requests >= 1"]})
        self.assert_code(ended, 99)
        self.assertIn("bad_never_finishes", ended.log)
        self.assertLess(ended.report["run"]["duration_s"], 15)
        self.assertEqual(ended.report["totals"]["steps"]["plugin_fault"], 4)

    def test_a_step_that_ends_twice_is_named_and_the_run_goes_on(self):
        ended = self.faulty("bad_finishes_twice")
        self.assertIn("bad_finishes_twice", ended.log)
        steps = ended.report["totals"]["steps"]
        self.assertGreater(steps["started"], 20)
        self.assertGreaterEqual(ended.report["run"]["duration_s"], 1.7)


if __name__ == "__main__":
    unittest.main()
