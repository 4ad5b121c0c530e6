"""junit.xml as CI servers take it. Their common structure is the one that Jenkins publishes with its xunit plugin
(junit-10.xsd); the tables below state it in our own words (which elements, attributes and contents it permits), and GitLab
and GitHub's actions read a part of it."""
import re
import unittest
import xml.etree.ElementTree as xml

from writing import HOSTILE, ReportCase

SUMS = {"tests", "failures", "errors"}
RESULT = {"type", "message"}
# element -> attributes that it must have, attributes that it may have, elements that it may hold, may it hold text
STRUCTURE = {
    "testsuites": (set(), {"name", "time"} | SUMS, {"testsuite"}, False),
    "testsuite": ({"name"} | SUMS, {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
                  {"testsuite", "properties", "testcase", "system-out", "system-err"}, False),
    "properties": (set(), set(), {"property"}, False),
    "property": ({"name", "value"}, set(), set(), False),
    "testcase": ({"name"}, {"time", "classname", "group"},
                 {"skipped", "error", "failure", "system-out", "system-err", "rerunFailure", "rerunError", "flakyFailure",
                  "flakyError"}, False),
    "failure": (set(), RESULT, set(), True),
    "error": (set(), RESULT, set(), True),
    "skipped": (set(), RESULT, set(), True),
    "system-out": (set(), set(), set(), True),
    "system-err": (set(), set(), set(), True),
}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def faults(element):
    """What in the tree is not of the published structure."""
    if element.tag not in STRUCTURE:
        return [f"no element {element.tag}"]
    must, may, children, text = STRUCTURE[element.tag]
    found = [f"{element.tag} lacks {a}" for a in must - set(element.keys())]
    found += [f"{element.tag} may not have {a}" for a in set(element.keys()) - must - may]
    if element.tag.startswith("testsuite") and not TIME.fullmatch(element.get("time", "")):
        found.append(f"time {element.get('time')}")
    if not text and (element.text or "").strip():
        found.append(f"{element.tag} may not hold text")
    for child in element:
        found += [f"{element.tag} may not hold {child.tag}"] if child.tag not in children else faults(child)
        if (child.tail or "").strip():
            found.append(f"text in {element.tag}")
    return found


class JunitReport(ReportCase):
    plugin = "junit"

    def suites(self):
        root = xml.fromstring(self.written("junit.xml"))
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(faults(root), [])
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

    def test_the_check_of_the_structure_finds_faults(self):
        for wrong in ["<testsuites><testcase name='a'/></testsuites>", "<testsuite name='a' tests='1' failures='0'/>",
                      "<testsuite name='a' tests='1' failures='0' errors='0' time='1e3'/>",
                      "<testsuites><testsuite name='a' tests='0' failures='0' errors='0' time='1'>x</testsuite></testsuites>"]:
            self.assertTrue(faults(xml.fromstring(wrong)), wrong)


if __name__ == "__main__":
    unittest.main()
