"""The config's JSON Schema: what editors are given says the same as lsrun itself, as far as a schema can say it."""

import concurrent.futures
import json
import os
import re
import subprocess
import tomllib
import unittest

import jsonschema

from support.case import EndToEnd
from support.places import CONFIGS, LSRUN, SCHEMA, SOURCE
from support.plan import toml

COMMITTED = CONFIGS / "lsrun-config.schema.json"
LEAST = {"target": {"url": "http://127.0.0.1:9"}, "scenario": {"plugin": "chat_sync"}}


def changed(table, key, value):
    """The least config with one key set; `table` may be nested, "" is the top."""
    config = json.loads(json.dumps(LEAST))
    at = config
    for part in table.split(".") if table else []:
        at = at.setdefault(part, {})
    at[key] = value
    return config


# Values of one key for each form: those that lsrun takes and those that it does not. The test asks both.
VALUES = {
    ("target", "request_timeout"): ["5s", "1h30m", "500ms", ".5s", "1.s", " 5s ", "${WAIT}", 5, 5.0, "5", "", "-5s", "5 s", "5x", "five",
                                    "none", True, ["5s"]],
    ("sessions", "expire_after"): ["none", "1h", "none ", 1, "None"],
    ("rate", "base"): ["30/min", "100/s", "90/30s", "0.5/s", "30 / min", "none", 30, "30", "30/", "/s", "30/fortnight"],
    ("limits", "chat"): ["30/min", "none", 30, "30", {"a": 1}],
    ("limits", "headroom"): ["5%", "0.5 %", "0%", 0.05, "5", "%", "none"],
    ("sessions", "own_memory"): ["6GiB", "100MB", "1048576B", "6 GiB", "none", 6, "6", "6gib", "6Gb"],
    ("sessions", "think_time"): ["5s", "uniform(2s, 8s)", "constant(5s)", "exponential( 3s )", "lognormal(2s,0.5)", "normal(5s, 1s)", "none",
                                 5, "uniform(2s)", "uniform(2, 8)", "lognormal(2s, 1s)", "gamma(2s)", "exponential(3s, 4s)"],
    ("sessions", "turns"): [5, "uniform(5, 20)", "constant(20)", "20", "lognormal(10, 0.5)", "none", 0, -1, 1.5, "uniform(5s, 8s)", "many"],
    ("load", "arrivals"): ["closed", "poisson(2/s)", "constant(30/min)", "open", "poisson(2)", "poisson", 2],
    ("target", "keep_alive"): [True, False, "true", 1],
    ("pool", "count"): [1, 0, 1000001, 1.5, "20", True],
    ("pool", "mode"): ["bind", "forwarded", "both", "header", 1, ""],
    ("pool", "from"): [["127.0.0.1"], "127.0.0.1", [""], [1]],
    ("rate", "lower_by"): [0.8, 0.01, 1, 0, "0.8"],
    ("target", "connections_per_address"): [4, "none", 0, "4"],
    ("target", "headers"): [{"X-A": "b"}, {"X A": "b"}, {"X-A": 1}, "X-A: b", {"": "b"}],
    ("scenario", "options"): [{"timeout": "5s"}, {"timeout": 5}, {"timeout": "5"}, {"timeut": "5s"}, "timeout=5s", []],
    ("scenario", "plugin"): ["chat_sync", "", 1],
    ("thresholds", "check"): [["p95(response_time) < 5s"], "p95(response_time) < 5s", []],
    ("reports", "write"): [["json"], ["json", "csv"], "json", [""]],
    ("reports", "language"): ["en", "zh", "de"],
    ("reports", "directry"): ["x"],
    ("", "name"): ["a", 1],
    ("", "nam"): ["a"],
    ("", "sessions"): [[], 5],
    ("", "phases"): [[{"name": "a", "duration": "1m", "sessions": 5}], [{"name": "a"}], [{"name": "a", "duration": 60}], {"name": "a", "duration": "1m"},
                     [{"name": "a", "duration": "1m", "ramp": "slope"}], [{"name": "a", "duration": "1m", "length": "1m"}], [5]],
    ("", "tenants"): [[{"name": "a", "anything": "b"}], [{"name": "a", "anything": 1}], [{"weight": 1}]],
    ("", "scenarios"): [[{"plugin": "chat_sync"}]],  # besides [scenario]
    ("", "limit"): [{}],
    ("target.tls", "insecure"): [False, "no"],
    ("target.tls", "certificate"): ["a"],
}
# Text forms in which a part comes from the environment are judged by lsrun after it is filled in.
ENVIRONMENT = {"WAIT": "7s"}


class Schema(EndToEnd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.committed = json.loads(COMMITTED.read_text(encoding="utf-8")) if COMMITTED.exists() else {}

    def printed(self, *words):
        ended = self.lsrun("schema", *words)
        self.assert_code(ended, 0)
        self.assertEqual(ended.err, "")
        return ended.out

    def faults(self, config, schema=None):
        return [f"{'.'.join(map(str, e.path))}: {e.message[:200]}"
                for e in jsonschema.Draft7Validator(schema or self.committed).iter_errors(config)]

    def test_the_file_beside_the_configs_is_what_lsrun_prints(self):
        text = self.printed("config")
        if os.environ.get("UPDATE_GOLDEN") == "1":
            COMMITTED.write_text(text, encoding="utf-8")
        self.assertTrue(text == COMMITTED.read_text(encoding="utf-8"),
                        f"{COMMITTED} is not what `lsrun schema config` prints; UPDATE_GOLDEN=1 writes it anew")
        jsonschema.Draft7Validator.check_schema(json.loads(text))

    def test_the_reports_schema_is_the_published_file(self):
        self.assertEqual(self.printed("report"), SCHEMA.read_text(encoding="utf-8"))

    def test_every_shipped_config_is_accepted_and_names_the_schema_by_a_path_that_is_there(self):
        configs = sorted(CONFIGS.glob("*.toml"))
        self.assertGreaterEqual(len(configs), 8)
        for path in configs:
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                self.assertEqual(self.faults(tomllib.loads(text)), [])
                named = re.match(r"#:schema (\S+)\n", text)
                self.assertTrue(named, "its first line is no #:schema line")
                self.assertEqual((path.parent / named[1]).resolve(), COMMITTED)

    def test_the_readmes_config_is_accepted(self):
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        config = re.search(r"^```toml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)[1]
        self.assertEqual(self.faults(tomllib.loads(config)), [])

    def test_the_effective_config_is_accepted_with_every_default_in_it(self):
        target = self.target("--delay", "1ms")
        ended = self.small_run(target)
        self.assert_code(ended, 0)
        effective = tomllib.loads((ended.directory / "effective.toml").read_text(encoding="utf-8"))
        self.assertGreater(len(effective["rate"]), 6)
        self.assertEqual(self.faults(effective), [])

    def test_schema_and_lsrun_agree_on_what_a_key_may_hold(self):
        where = self.folder()
        cases = [(table, key, value, changed(table, key, value)) for (table, key), values in VALUES.items() for value in values]

        def check(number):
            path = where / f"plan{number}.toml"
            path.write_text(toml(cases[number][3]), encoding="utf-8")
            return subprocess.run([LSRUN, "--config", path, "--check"], cwd=where, env=dict(os.environ, **ENVIRONMENT), text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=180)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            ended = list(pool.map(check, range(len(cases))))
        for (table, key, value, config), one in zip(cases, ended):
            with self.subTest(f"[{table}] {key} = {value!r}"):
                self.assertIn(one.returncode, (0, 2), one.stderr)
                faults = self.faults(config)
                self.assertEqual(not faults, one.returncode == 0, f"schema: {faults}; lsrun: {one.stderr}")
        self.assertGreater(sum(one.returncode == 0 for one in ended), 50)
        self.assertGreater(sum(one.returncode == 2 for one in ended), 80)

    def test_a_config_without_target_or_scenario_is_refused_by_both(self):
        where = self.folder()
        for config in ({}, {"target": LEAST["target"]}, {"scenario": LEAST["scenario"]}, {"target": {}, "scenario": {"plugin": "chat_sync"}}):
            (where / "plan.toml").write_text(toml(config), encoding="utf-8")
            self.assertNotEqual(self.faults(config), [], config)
            self.assert_code(self.lsrun("--config", where / "plan.toml", "--check", where=where), 2)

    def test_plugins_that_are_found_bring_their_options(self):
        ended = self.lsrun("plugins", "--schema")
        self.assert_code(ended, 0)
        plugins = json.loads(ended.out)
        self.assertLessEqual({"chat_sync", "parlant_events"}, set(plugins["scenarios"]))
        self.assertLessEqual({"json", "csv", "html", "junit", "markdown"}, set(plugins["reports"]))
        for schema in (*plugins["scenarios"].values(), *plugins["reports"].values()):
            jsonschema.Draft7Validator.check_schema(schema)
        for name, schema in plugins["scenarios"].items():
            listed = self.lsrun("plugins", name).out
            for key, option in schema["properties"].items():
                self.assertRegex(listed, rf"(?m)^    {key} ")
                self.assertIn(option["description"].split(" (")[0], listed)
        one = json.loads(self.lsrun("plugins", "chat_sync", "--schema").out)
        self.assertEqual((list(one["scenarios"]), list(one["reports"])), (["chat_sync"], []))


if __name__ == "__main__":
    unittest.main()
