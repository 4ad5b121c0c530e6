"""summary.md as GitHub and GitLab show it: rendered by cmark-gfm, GitHub's own renderer, where it is installed."""
import re
import shutil
import subprocess
import unittest

from writing import HOSTILE, ReportCase

EXTENSIONS = [a for name in ["table", "strikethrough", "autolink"] for a in ("-e", name)]


def rendered(text):
    return subprocess.run(["cmark-gfm", "--unsafe", *EXTENSIONS], input=text, capture_output=True, text=True, check=True,
                          timeout=20).stdout


class MarkdownReport(ReportCase):
    plugin = "markdown"

    def page(self):
        return self.written("summary.md")

    def test_the_verdict_and_every_threshold_are_told_crossed_ones_first(self):
        page = self.page()
        self.assertRegex(page.splitlines()[0], r"^## ❌ lsrun `heavy_load`: failed$")
        self.assertIn("6 of 7 thresholds hold", page)
        rows = [line for line in page.splitlines() if line.startswith(("| ✅", "| ❌"))]
        self.assertEqual(len(rows), len(self.document["thresholds"]))
        self.assertIn("❌ crossed | `p95(response_time) < 500ms` | 864ms", rows[0])

    def test_a_run_that_is_not_valid_gives_no_verdict(self):
        self.document["verdict"].update(validity="generator_limited", reasons=["lag p99 was 2s"])
        page = self.page()
        self.assertIn("no verdict", page.splitlines()[0])
        self.assertIn("> - lag p99 was 2s", page)

    def test_it_fits_a_comment_after_any_number_of_failures_and_operations(self):
        self.document["failures"] *= 50
        self.document["operations"] *= 100
        self.assertLess(len(self.page()), 65536 / 2)

    def test_an_almost_empty_document_makes_a_page(self):
        self.document = {"schema": "lsrun-report/1"}
        self.assertIn("no verdict", self.page())

    def test_no_word_of_the_target_mentions_people_or_issues(self):
        self.poison("@octocat #12 !7 ~bug https://evil.example www.evil.example")
        outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", self.page())
        self.assertNotRegex(outside_code, r"@octocat|#12|!7|~bug|https://|www\.evil")

    @unittest.skipUnless(shutil.which("cmark-gfm"), "cmark-gfm is not installed")
    def test_the_tables_are_tables(self):
        html = rendered(self.page())
        self.assertEqual(html.count("<table>"), 2)
        self.assertEqual(html.count("<tr>"), 1 + len(self.document["thresholds"]) + 1 + len(self.document["operations"]) + 1)

    @unittest.skipUnless(shutil.which("cmark-gfm"), "cmark-gfm is not installed")
    def test_hostile_text_is_no_markup_no_link_and_no_image(self):
        plain = sorted(re.findall(r"<(\w+)", rendered(self.page())))
        for text in HOSTILE:
            self.poison(text)
            self.document["verdict"]["reasons"] = []
            html = rendered(self.page())
            self.assertEqual(sorted(re.findall(r"<(\w+)", html)), plain, f"{text!r} in\n{html}")
            self.assertNotRegex(html, r"[\x00-\x08\x0b-\x1f\x7f\u202e]")


if __name__ == "__main__":
    unittest.main()
