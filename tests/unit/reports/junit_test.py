"""junit.xml as CI servers take it: checked by xmllint against the schema that Jenkins' xunit plugin checks it with
(vendor/junit-10.xsd); GitLab and GitHub's actions read a part of that."""
import pathlib
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as xml

from writing import HOSTILE, ReportCase

XSD = pathlib.Path(__file__).parent / "vendor" / "junit-10.xsd"


def faults(document):
    """What in this XML is not as the schema has it, in xmllint's words; "" if nothing."""
    assert shutil.which("xmllint"), "xmllint is missing: tools/install_deps.sh --tests installs it"
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", XSD, "-"], input=document.encode(), capture_output=True, timeout=30)
    return "" if done.returncode == 0 else done.stderr.decode(errors="replace")


class JunitReport(ReportCase):
    plugin = "junit"

    def suites(self):
        text = self.written("junit.xml")
        self.assertEqual(faults(text), "")
        root = xml.fromstring(text)
        self.assertEqual(root.tag, "testsuites")
        suite = root.find("testsuite")
        cases = suite.findall("testcase")
        for tag, expected in [("failures", "failure"), ("errors", "error")]:
            self.assertEqual(int(suite.get(tag)), len(suite.findall(f"testcase/{expected}")))
        self.assertEqual(int(suite.get("tests")), len(cases))
        self.assertEqual(len({(c.get("classname"), c.get("name")) for c in cases}), len(cases), "cases of one name")
        return suite, cases

    def test_each_threshold_is_a_case_with_what_was_observed(self):
        _, cases = self.suites()
        by_name = {c.get("name"): c for c in cases}
        self.assertEqual(len(cases), len(self.document["thresholds"]) + 1)
        for threshold in self.document["thresholds"]:
            case = by_name[threshold["expression"]]
            result = case.find("system-out") if threshold["holds"] else case.find("failure")
            self.assertIn("observed " + threshold["observed_text"], result.text)
            self.assertIn(threshold["bound_text"], result.text)
            self.assertEqual(case.find("failure") is None, threshold["holds"])

    def test_a_crossed_threshold_says_where_it_was_worst_what_failed_and_what_to_do(self):
        _, cases = self.suites()
        failure = next(c for c in cases if c.find("failure") is not None).find("failure")
        self.assertEqual(failure.get("message"), "observed 864ms, bound < 500ms")
        for words in [self.document["thresholds"][0]["note"], self.document["failures"][0]["message"],
                      self.document["advice"][0]["advice"]]:
            self.assertIn(words, failure.text)

    def test_a_run_that_is_not_valid_is_an_error_and_not_a_failure_of_the_target(self):
        self.document["verdict"].update(validity="generator_limited", reasons=["lag p99 was 2s"])
        suite, cases = self.suites()
        self.assertEqual(suite.get("errors"), "1")
        self.assertIn("lag p99 was 2s", cases[0].find("error").get("message"))

    def test_counts_that_do_not_add_up_are_an_error(self):
        self.document["conservation"]["holds"] = self.document["conservation"]["laws"][0]["holds"] = False
        suite, cases = self.suites()
        self.assertEqual(suite.get("errors"), "1")
        self.assertIn(self.document["conservation"]["laws"][0]["law"], cases[0].find("error").text)

    def test_a_threshold_on_something_not_measured_fails(self):
        threshold = self.document["thresholds"][1]
        threshold.update(holds=False)
        for key in ["observed", "observed_text"]:
            del threshold[key]
        _, cases = self.suites()
        self.assertIn("not measured", cases[2].find("failure").get("message"))

    def test_hostile_text_stays_text(self):
        for text in HOSTILE:
            self.poison(text)
            for i, threshold in enumerate(self.document["thresholds"]):
                threshold["expression"] += str(i)
            suite, _ = self.suites()
            self.assertNotRegex("".join(suite.itertext()), r"[\x00-\x08\x0b-\x1f\x7f\u202e\ufffe]")

    def test_an_almost_empty_document_is_still_a_proper_file(self):
        self.document = {"schema": "lsrun-report/1"}
        suite, cases = self.suites()
        self.assertEqual((len(cases), suite.get("errors")), (1, "1"))

    def test_runs_of_any_length_have_a_time_that_the_schema_takes(self):
        for seconds in (0, 0.0004, 0.1, 59.99, 3602.123456, 14400, 1234567.891):
            self.document["run"]["duration_s"] = seconds
            self.suites()

    def test_the_schema_refuses_what_is_not_of_it(self):
        for wrong in ["<testsuites><testcase name='a'/></testsuites>", "<testsuite name='a' tests='1' failures='0'/>",
                      "<testsuite name='a' tests='1' failures='0' errors='0' time='1e3'/>",
                      "<testsuites><testsuite name='a' tests='0' failures='0' errors='0' time='1'>x</testsuite></testsuites>"]:
            self.assertIn("fails to validate", faults(wrong), wrong)


if __name__ == "__main__":
    unittest.main()
