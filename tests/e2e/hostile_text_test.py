"""What a hostile target says, where it ends up: HTML report in a real browser, CSV, terminal, log, debug session."""

import csv
import itertools
import re
import shutil
import subprocess
import tempfile
import unittest

from support.answering import Answering, answer_of, fine, refusal
from support.case import EndToEnd
from support.plan import phases, small_plan, unhurried
from support.run import write_config

BROWSER = next((b for b in map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]) if b), None)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--v=0", "--window-size=1280,2400"]
MARKER = "marker-of-a-script-that-ran"
TEXTS = [f"</script><script>document.title='{MARKER}'</script>", f"<img src=x onerror=\"document.title='{MARKER}'\">",
         f"<!--<script>document.title='{MARKER}'", f"'\"><svg/onload=document.title='{MARKER}'>",
         "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "=HYPERLINK(\"http://x\",\"y\")",
         "\x1b]0;title\x07\x1b[2J\x1b[31mred", "bell\x07back\x08space", "c1\u009b31m\u0090q\u009c", "\u202egpj.exe\u2066",
         "null\x00byte", "two\nlines\r\nthree", "\ud83d\ude00 emoji and 你好"]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile(prefixed):
    """Answers all of TEXTS in turn, as an envelope's message; other ways of being hostile in between."""
    turn = itertools.count()

    def answer(method, target, headers, body):
        if method == "GET":
            return answer_of({"status": "ok"})
        n = next(turn)
        if n % 2 == 0:
            return fine()  # so that sessions open, and go on
        n //= 2
        text = TEXTS[n % len(TEXTS)].encode("utf-16", "surrogatepass").decode("utf-16")
        if n % 7 == 5:
            return answer_of(text.encode(), status=f"503 {TEXTS[0]}", headers=["X-Note: =1+1", "Server: <b>\x1b[1m"])
        if n % 11 == 7:
            return b"HTTP/1.1 \x1b[31m<script> nonsense\r\n\r\n" + text.encode()
        return refusal((prefixed + text))

    return answer


class HostileText(EndToEnd):
    def hostile_target(self, prefixed=""):
        target = Answering(hostile(prefixed))
        self.addCleanup(target.close)
        return target

    def run_hostile(self):
        target = self.hostile_target()
        plan = small_plan(target.url, phases=phases((unhurried(2000), 12, "step"), ("300ms", 0, "step")), retry={"attempts": 1},
                          reports={"write": ["json", "csv", "html"]}, sessions={"think_time": "constant(20ms)"})
        ended = self.run_plan(plan)
        self.assert_laws(ended.report)
        said = "".join(f["message"] for f in ended.report["failures"])
        for part in ("<script>document.title", "=cmd|", "gpj.exe", "onerror", "emoji and 你好"):
            self.assertIn(part, said, "the target's words are to be seen")
        return ended

    def test_every_report_of_a_hostile_target_is_inert(self):
        ended = self.run_hostile()
        for name in ("report.json", "report.html", "lsrun.log", "journal.jsonl"):
            text = (ended.directory / name).read_text(encoding="utf-8")
            self.assertEqual(CONTROL.findall(text), [], name)
        self.assertEqual(CONTROL.findall(ended.out + ended.err), [], "the terminal")
        again = self.lsrun("report", ended.directory)
        self.assertEqual(CONTROL.findall(again.out + again.err), [], "the terminal, by lsrun report")
        self.check_csv(ended.directory / "csv")
        if BROWSER:
            self.check_in_browser(ended.directory / "report.html")

    def check_csv(self, folder):
        files = sorted(folder.glob("*.csv"))
        self.assertGreater(len(files), 4)
        cells = 0
        for file in files:
            with open(file, newline="", encoding="utf-8-sig") as rows:
                for row in csv.reader(rows):
                    for cell in row:
                        cells += 1
                        self.assertEqual(CONTROL.findall(cell), [], file.name)
                        if not re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell):
                            self.assertNotRegex(cell, r"^[=+\-@\t\r]", file.name)
        self.assertGreater(cells, 500)
        self.assertIn("=cmd|", (folder / "failures.csv").read_text(encoding="utf-8-sig"))

    def check_in_browser(self, page):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            done = subprocess.run([BROWSER, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()],
                                  capture_output=True, text=True, encoding="utf-8", timeout=180)
        self.assertIn('data-drawn="yes"', done.stdout, "the page's own scripts did not run to their end")
        title = re.search(r"<title>(.*?)</title>", done.stdout, re.S).group(1)
        self.assertNotIn(MARKER, title, "a script of the target ran")
        self.assertNotRegex(done.stdout, r"<(img|svg)[^>]*(onerror|onload)")
        self.assertEqual([line for line in done.stderr.splitlines() if "CONSOLE" in line], [])

    def test_a_debug_session_shows_no_control_characters(self):
        target = self.hostile_target("\x1b[31m")
        where = self.folder()
        plan = small_plan(target.url, retry={"attempts": 1}, sessions={"turns": "constant(3)"})
        ended = self.lsrun("--config", write_config(where, plan), "--debug-session", where=where)
        self.assertIn("[31m", ended.out)
        self.assertEqual(CONTROL.findall(ended.out + ended.err), [])


if __name__ == "__main__":
    unittest.main()
