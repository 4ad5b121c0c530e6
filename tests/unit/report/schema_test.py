#!/usr/bin/env python3
"""Documents fit the published schema, the schema refuses what does not, the documentation names every field.

usage: schema_test.py SAMPLE_DOCUMENT_PROGRAM SOURCE_DIRECTORY. With UPDATE_GOLDEN=1 the golden sample is written anew.
"""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema

SOURCE = pathlib.Path(sys.argv.pop())
PROGRAM = sys.argv.pop()
GOLDEN = SOURCE / "tests/golden/report/sample.json"


def setUpModule():
    global directory, schema, documents
    directory = pathlib.Path(tempfile.mkdtemp(prefix="lsrun_schema_"))
    subprocess.run([PROGRAM, directory], check=True, timeout=60)
    schema = json.loads((directory / "schema.json").read_text())
    documents = {n: json.loads((directory / f"{n}.json").read_text()) for n in ("sample", "empty", "interrupted")}
    if os.environ.get("UPDATE_GOLDEN") == "1":
        shutil.copy(directory / "sample.json", GOLDEN)


def tearDownModule():
    shutil.rmtree(directory)


def faults(document):
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}"
            for e in jsonschema.Draft202012Validator(schema).iter_errors(document)]


class Schema(unittest.TestCase):
    def test_the_compiled_in_schema_is_the_published_file_and_is_a_schema(self):
        self.assertEqual((directory / "schema.json").read_text(),
                         (SOURCE / "core/report/report.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)

    def test_a_rich_an_empty_and_an_interrupted_run_fit_it(self):
        for name, document in documents.items():
            self.assertEqual(faults(document), [], name)

    def test_what_does_not_fit_is_refused(self):
        def broken(change):
            document = copy.deepcopy(documents["sample"])
            change(document)
            return faults(document)
        self.assertTrue(broken(lambda d: d.update(schema="lsrun-report/2")))
        self.assertTrue(broken(lambda d: d.update(surprise=1)))
        self.assertTrue(broken(lambda d: d["totals"]["requests"].pop("timeout")))
        self.assertTrue(broken(lambda d: d["totals"]["requests"].update(sent=-1)))
        self.assertTrue(broken(lambda d: d["ratios"].update(success_ratio=98.7)))
        self.assertTrue(broken(lambda d: d["verdict"].update(exit_code=1)))
        self.assertTrue(broken(lambda d: d["timeline"][0].update(p95_ms=None)))
        self.assertTrue(broken(lambda d: d["operations"][0]["statuses"].update(none=1)))

    def test_every_object_of_the_document_that_lsrun_names_is_closed(self):
        open_objects = []

        def walk(node, path):
            if isinstance(node, dict):
                if "properties" in node and node.get("additionalProperties") is not False:
                    open_objects.append(path)
                for key, value in node.items():
                    walk(value, f"{path}/{key}")
            elif isinstance(node, list):
                for i, value in enumerate(node):
                    walk(value, f"{path}/{i}")
        walk(schema, "")
        self.assertEqual(open_objects, [])


class Golden(unittest.TestCase):
    def test_the_golden_sample_is_what_the_program_writes(self):
        self.assertEqual((directory / "sample.json").read_text(), GOLDEN.read_text(),
                         "after a wanted change run with UPDATE_GOLDEN=1")

    def test_everything_occurs_in_it(self):
        sample = documents["sample"]
        for name, value in sample.items():
            self.assertTrue(value or value == 0, f"{name} is empty")
        for outcome, count in sample["totals"]["requests"].items():
            self.assertGreater(count, 0, outcome)


class Documentation(unittest.TestCase):
    def test_every_field_of_the_schema_is_described(self):
        text = (SOURCE / "docs/report-fields.md").read_text()
        missing = set()

        def walk(node):
            if isinstance(node, dict):
                for name, field in node.get("properties", {}).items():
                    described = f".{name}`" in text or f"`{name}`" in text or f"## {name}" in text
                    if not described:
                        missing.add(name)
                    if "$ref" not in field and "const" not in field and not field.get("description") \
                            and field.get("type") != "object":
                        missing.add(f"{name} (no description in the schema)")
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)
        walk(schema)
        self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
