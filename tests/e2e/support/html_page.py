"""A report.html made from a document and opened in a headless Chromium."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["LSRUN_BUILD"])
SOURCE = pathlib.Path(__file__).parents[3]
SAMPLE = SOURCE / "tests/golden/report/sample.json"
BROWSER = next((b for b in map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]) if b), None)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--v=0"]
VOID = {"meta", "br", "hr", "img", "input", "link", "rect"}

needs_browser = unittest.skipUnless(BROWSER, "no Chromium on this machine: the page is not opened in a browser")


class Text(html.parser.HTMLParser):
    """What a reader sees, as text; hidden parts are left out; tags and attributes are kept apart."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.open = [], [], []
        self.feed(page)
        self.text = re.sub(r"\s+", " ", "".join(self.words).replace("\u202f", " "))

    def hidden(self):
        return any(is_hidden for _, is_hidden in self.open)

    def handle_starttag(self, tag, attributes):
        seen = dict(attributes)
        is_hidden = tag in ("script", "style") or ("hidden" in seen and seen.get("id") != "body")
        if not self.hidden() and not (is_hidden and tag not in ("script", "style")):
            self.tags.append((tag, seen))
        if tag not in VOID:
            self.open.append((tag, is_hidden))

    def handle_startendtag(self, tag, attributes):
        if not self.hidden():
            self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.open and any(t == tag for t, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if not self.hidden():
            self.words.append(data)

    def count(self, tag, **wanted):
        return sum(t == tag and all(a.get(k) == v for k, v in wanted.items()) for t, a in self.tags)


def sample():
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


class PageCase(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(self.directory.cleanup)
        self.folder = pathlib.Path(self.directory.name)
        self.document = sample()

    def write(self):
        source = self.folder / "document.json"
        source.write_text(json.dumps(self.document), encoding="utf-8")
        done = subprocess.run([BUILD / "tests/write_report", BUILD / "plugins/html.so", source, self.folder],
                              capture_output=True, text=True, timeout=180)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.folder / "report.html").read_text(encoding="utf-8")

    def chromium(self, page, *flags, size="1280,2400"):
        """Chromium's output on the page; whatever was said to its console is a failure."""
        done = subprocess.run([BROWSER, *FLAGS, f"--window-size={size}", f"--user-data-dir={self.folder / 'profile'}",
                               *flags, page if isinstance(page, str) else page.as_uri()],
                              capture_output=True, text=True, encoding="utf-8", timeout=200)
        self.assertEqual([line for line in done.stderr.splitlines() if "CONSOLE" in line], [])
        return done.stdout

    def tried(self, script, *before):
        """A copy of the page without its content policy, with a script behind its own (and some before)."""
        text = (self.folder / "report.html").read_text(encoding="utf-8")
        text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", text)
        inner = "".join(f"<script>{s}</script>" for s in (*before, script))
        page = self.folder / "tried.html"
        page.write_text(text.replace("</body>\n</html>", inner + "</body>\n</html>"), encoding="utf-8")
        return page

    def browse(self, extra_script=None, *flags, size="1280,2400"):
        """The page after its scripts; `extra_script` runs behind them, in a copy without the content policy."""
        page = self.tried(extra_script) if extra_script else self.folder / "report.html"
        seen = self.chromium(page, *flags, "--dump-dom", size=size)
        self.assertIn('data-drawn="yes"', seen, "the page's scripts did not run to their end")
        return seen

    def answer(self, page):
        """What the extra script left in data-tried, as JSON."""
        return json.loads(html.unescape(re.search(r'data-tried="([^"]*)"', page).group(1)))
