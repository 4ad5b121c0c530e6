"""The CSV report as users take it: read by the csv module, loaded into SQLite, hostile text made harmless."""
import csv
import json
import sqlite3
import unittest

from writing import SAMPLE, ReportCase, write

TABLES = ["requests_by_second", "operations", "addresses", "phases", "failures", "thresholds"]


def load(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, strict=True))


class CsvReport(ReportCase):
    def make(self):
        done = write(self.document, self.folder, "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {p.stem: load(p) for p in (self.folder / "csv").glob("*.csv")}

    def test_every_table_has_a_row_for_each_row_of_the_document(self):
        tables = self.make()
        for name in TABLES:
            part = "timeline" if name == "requests_by_second" else name
            self.assertEqual(len(tables[name]), len(self.document[part]), name)
        for name in ["turns", "tenants", "rate_adjustments", "scenario_metrics", "alerts", "advice"]:
            self.assertEqual(len(tables[name]), len(self.document[name]), name)

    def test_lines_end_with_crlf_and_all_rows_are_as_wide_as_the_header(self):
        self.make()
        for path in (self.folder / "csv").glob("*.csv"):
            text = path.read_bytes()
            self.assertTrue(text.endswith(b"\r\n"), path)
            self.assertEqual(text.count(b"\n"), text.count(b"\r\n"), path)
            with open(path, newline="", encoding="utf-8") as f:
                self.assertEqual(len({len(row) for row in csv.reader(f, strict=True)}), 1, path)

    def test_sqlite_sums_the_seconds_to_the_totals(self):
        tables = self.make()
        db = sqlite3.connect(":memory:")
        for name in TABLES:
            columns = list(tables[name][0])
            db.execute("create table %s (%s)" % (name, ", ".join('"%s" numeric' % c for c in columns)))
            db.executemany("insert into %s values (%s)" % (name, ",".join("?" * len(columns))),
                           [tuple(r[c] if r[c] != "" else None for c in columns) for r in tables[name]])
        totals = self.document["totals"]["requests"]
        self.assertEqual(db.execute("select sum(requests), sum(ok), sum(rate_limited) from requests_by_second").fetchone(),
                         (totals["sent"], totals["ok"], totals["rate_limited"]))
        self.assertEqual(db.execute("select sum(requests) from addresses").fetchone(), (totals["sent"],))
        p95 = next(o for o in self.document["operations"] if o["operation"] == "chat")["response_time"]["p95_ms"]
        self.assertEqual(db.execute("select response_time_p95_ms from operations where operation = 'chat'").fetchone(), (p95,))
        self.assertEqual(db.execute("select count(*) from operations where response_time_p95_ms is null").fetchone()[0],
                         sum("response_time" not in o for o in self.document["operations"]))

    def test_sqlite_joins_what_is_unfolded_with_the_rows_it_belongs_to(self):
        self.make()
        db = sqlite3.connect(":memory:")
        for path in (self.folder / "csv").glob("*.csv"):
            with open(path, newline="", encoding="utf-8") as file:
                header, *content = csv.reader(file, strict=True)
            columns = ", ".join(f'"{c}" numeric' for c in header)
            db.execute(f"create table {path.stem} ({columns})")
            places = ",".join("?" * len(header))
            db.executemany(f"insert into {path.stem} values ({places})", content)
        by_address = db.execute("select a.address, sum(f.requests) from failure_addresses f join addresses a using (address)"
                                " group by a.address order by a.address").fetchall()
        expected = {}
        for failure in self.document["failures"]:
            for row in failure["addresses"]:
                expected[row["address"]] = expected.get(row["address"], 0) + row["count"]
        self.assertEqual(by_address, sorted(expected.items()))
        statuses = db.execute("select sum(s.requests) from statuses s join operations using (operation)").fetchone()[0]
        self.assertEqual(statuses, self.document["totals"]["requests"]["sent"])

    def test_a_spreadsheet_can_hold_every_cell_row_and_column(self):
        self.document["failures"][0]["message"] = "x" * 200
        for name, rows in self.make().items():
            self.assertLess(len(rows), 1 << 20, name)
            for row in rows:
                self.assertLess(len(row), 1 << 14, name)
                self.assertLess(max(len(cell) for cell in row.values()), 32767, name)

    def test_the_mark_of_utf8_is_there_for_excel_when_asked_for(self):
        self.assertEqual(write(self.document, self.folder, "csv", "bom=true").returncode, 0)
        for path in (self.folder / "csv").glob("*.csv"):
            self.assertTrue(path.read_bytes().startswith(b"\xef\xbb\xbf"), path)
        self.assertIn("会话", (self.folder / "csv/failures.csv").read_text(encoding="utf-8-sig"))

    def test_each_address_is_told_by_operation(self):
        tables = self.make()
        for address in tables["addresses"]:
            inner = [r for r in tables["address_operations"] if r["address"] == address["address"]]
            self.assertEqual(sum(int(r["requests"]) for r in inner), int(address["requests"]))
            self.assertEqual(sum(int(r["rate_limited"]) for r in inner), int(address["rate_limited"]))

    def test_failures_join_their_attempts_and_addresses_by_row(self):
        tables = self.make()
        for failure in tables["failures"]:
            for part in ["failure_attempts", "failure_addresses"]:
                inner = [int(r["requests"]) for r in tables[part] if r["failure_row"] == failure["failure_row"]]
                self.assertEqual(sum(inner), int(failure["count"]), part)

    def test_the_target_s_own_metrics_and_the_slowest_requests_are_unfolded(self):
        tables = self.make()
        names = [s["series"] for s in self.document["target_series"]["series"]]
        wanted = [(p["t_s"], names[i], v) for p in self.document["timeline"]
                  for i, v in enumerate(p["target"].get("series", [])) if v is not None]
        self.assertEqual([(float(r["t_s"]), r["series"], float(r["value"])) for r in tables["target_series"]], wanted)
        self.assertEqual([(r["operation"], float(r["response_time_ms"]), r["trace_id"]) for r in tables["slowest"]],
                         [(o["operation"], s["response_time_ms"], s["trace_id"])
                          for o in self.document["operations"] for s in o.get("slowest", [])])
        del self.document["target_series"]
        for path in (self.folder / "csv").glob("*.csv"):
            path.unlink()
        self.assertNotIn("target_series", self.make())

    def test_text_of_the_target_is_no_formula_and_holds_no_controls(self):
        for message in ["=cmd|' /C calc'!A0", "+1", "-2", "@x", "\t=1", "\r=1", 'a,"b"\x07\x1b[2J\nend']:
            self.document["failures"][0]["message"] = message
            cell = self.make()["failures"][0]["message"]
            self.assertNotRegex(cell, r"^\s*[=+\-@]")
            self.assertNotRegex(cell, r"[\x00-\x1f\x7f]")
        self.assertEqual(cell, 'a,"b"[2J end')

    def test_a_run_that_is_not_valid_is_marked_in_every_row(self):
        self.document["verdict"]["validity"] = "generator_limited"
        for name, rows in self.make().items():
            for row in rows:
                self.assertEqual(row["run_validity"], "generator_limited", name)

    def test_what_was_not_measured_is_an_empty_cell(self):
        for point in self.document["timeline"]:
            del point["target"], point["p95_ms"]
        row = self.make()["requests_by_second"][0]
        self.assertEqual((row["target_cpu_cores"], row["p95_ms"]), ("", ""))

    def test_an_almost_empty_document_makes_headers_alone(self):
        self.document = {"schema": "lsrun-report/1"}
        tables = self.make()
        self.assertTrue(set(TABLES) <= set(tables))
        self.assertTrue(all(rows == [] for rows in tables.values()))

    def test_a_document_of_another_schema_is_refused_with_a_sentence_and_leaves_no_file(self):
        self.document["schema"] = "something/9"
        done = write(self.document, self.folder, "csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn("lsrun-report/1", done.stderr)
        self.assertFalse((self.folder / "csv").exists() and list((self.folder / "csv").iterdir()))

    def test_the_json_report_is_the_document_in_both_layouts(self):
        sizes = []
        for pretty in ["true", "false"]:
            done = write(self.document, self.folder, "json", SAMPLE, f"pretty={pretty}")
            self.assertEqual(done.returncode, 0, done.stderr)
            text = (self.folder / "report.json").read_text(encoding="utf-8")
            self.assertEqual(json.loads(text), self.document)
            self.assertEqual((self.folder / "report.schema.json").read_bytes(), SAMPLE.read_bytes())
            sizes.append(len(text.splitlines()))
        self.assertGreater(sizes[0], 100)
        self.assertEqual(sizes[1], 1)


if __name__ == "__main__":
    unittest.main()
