"""The HTML report as people use it: two languages, keyboard, screen reader and contrast, a phone, paper."""
import html
import json
import re
import unittest

from support.html_page import SOURCE, PageCase, Text, needs_browser

WORDS = {n: json.loads((SOURCE / f"plugins/reports/html/words/{n}.json").read_text(encoding="utf-8")) for n in ("en", "zh")}
# The run report brings these in English; another language has to have its own.
FROM_THE_REPORT = ("advice.", "clause.", "define.")
AXE = SOURCE / "tests/e2e/vendor/axe-core/axe.min.js"


class Words(unittest.TestCase):
    def test_no_language_lacks_a_word_of_another(self):
        own = {n: {k for k in w if not k.startswith(FROM_THE_REPORT)} for n, w in WORDS.items()}
        self.assertEqual(own["en"], own["zh"])
        self.assertTrue({k for k in WORDS["en"] if k.startswith("define.")} <= set(WORDS["zh"]))

    def test_texts_are_not_empty_have_the_same_places_and_no_markup(self):
        for key, text in WORDS["zh"].items():
            self.assertTrue(text.strip() and not re.search(r"[<>&]", text), key)
            if key in WORDS["en"]:
                places = [sorted(set(re.findall(r"\{(\w+)\}", w[key]))) for w in WORDS.values()]
                self.assertEqual(places[0], places[1], key)
                self.assertFalse(re.search(r"[<>&]", WORDS["en"][key]), key)

    def test_every_word_that_the_page_asks_for_is_there(self):
        scripts = "".join(p.read_text(encoding="utf-8") for p in (SOURCE / "plugins/reports/html/js").glob("*.js"))
        for key in re.findall(r'say\("([\w.]+)"[,)]', scripts):
            self.assertIn(key, WORDS["en"])

    def test_chinese_has_all_that_the_run_report_says_in_english(self):
        schema = json.loads((SOURCE / "core/report/report.schema.json").read_text(encoding="utf-8"))
        advice = schema["properties"]["advice"]["items"]["properties"]
        for name in advice["id"]["enum"]:
            self.assertIn(f"advice.{name}.finding", WORDS["zh"])
            self.assertIn(f"advice.{name}.advice", WORDS["zh"])
        for name in advice["clauses"]["items"]["properties"]["id"]["enum"]:
            self.assertIn(f"clause.{name}", WORDS["zh"])
        sample = json.loads((SOURCE / "tests/golden/report/sample.json").read_text(encoding="utf-8"))
        for name in sample["definitions"]:
            self.assertIn(f"define.{name}", WORDS["zh"])
        for a in sample["advice"]:
            for clause in a["clauses"]:
                self.assertEqual(set(re.findall(r"\{(\w+)\}", WORDS["zh"]["clause." + clause["id"]])), set(clause["values"]))


class Page(PageCase):
    def test_the_config_chooses_the_language_and_both_are_readable_without_a_script(self):
        page = self.write()
        self.assertIn("heavy_load did not hold", Text(page).text)
        self.assertIn("heavy_load 未达标", page)
        self.document["run"]["config"]["reports"] = {"language": "zh"}
        seen = Text(self.write())
        self.assertEqual(seen.count("html", lang="zh-CN"), 1)
        self.assertIn("heavy_load 未达标：7 项阈值中有 1 项被突破。p95(response_time) < 500ms 实测为 864 ms。", seen.text)
        self.assertIn("回答太慢", seen.text)
        self.assertNotIn("did not hold", seen.text)

    @needs_browser
    def test_language_sorting_meanings_and_copying_work_by_keyboard(self):
        self.write()
        page = self.browse("""
          const answer = {};
          const press = (e, key) => e.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          answer.resources = performance.getEntriesByType('resource').length;
          const heading = () => document.querySelectorAll('#operations thead th')[1];
          heading().querySelector('button').focus();
          answer.meaning = [document.activeElement.getAttribute('aria-describedby'), document.getElementById('meaning').textContent];
          press(document.activeElement, 'Escape');
          answer.gone = document.getElementById('meaning').hidden;
          document.activeElement.click();  // what Enter and Space do to a button
          answer.sorted = [heading().getAttribute('aria-sort'), document.activeElement === heading().querySelector('button')];
          const by_key = [...document.querySelectorAll('button, a, input, summary, pre, .chart, .long, .term')];
          answer.out_of_reach = by_key.filter((e) => e.tabIndex < 0).length;
          location.hash = '#example-0';
          const switches = document.querySelectorAll('#language button');
          switches[1].click();
          answer.zh = [document.documentElement.lang, document.title, document.querySelector('#operations h2').textContent,
            document.querySelectorAll('canvas').length, document.activeElement.textContent,
            document.querySelector('section.first:not([hidden]) h1').textContent];
          answer.english_left = [...document.querySelectorAll('#body h2, #body h3, #body thead th, nav a')].map((e) => e.textContent)
            .filter((t) => /[a-z]{4}/.test(t) && !/lsrun|list_events|create_session/.test(t));
          document.querySelectorAll('#language button')[0].click();
          answer.en = [document.documentElement.lang, document.querySelector('#operations h2').textContent];
          document.documentElement.dataset.tried = JSON.stringify(answer);""")
        got = json.loads(html.unescape(re.search(r'data-tried="([^"]*)"', page).group(1)))
        self.assertEqual(got["resources"], 0, "the page asked for something")
        self.assertEqual(got["meaning"][0], "meaning")
        self.assertIn("One HTTP exchange", got["meaning"][1])
        self.assertTrue(got["gone"])
        self.assertEqual(got["sorted"], ["ascending", True])
        self.assertEqual(got["out_of_reach"], 0)
        self.assertEqual(got["zh"][:5], ["zh-CN", "heavy_load 未达标 - lsrun 报告", "按操作", 13, "中文"])
        self.assertIn("未达标", got["zh"][5])
        self.assertEqual(got["english_left"], [])
        self.assertEqual(got["en"], ["en", "Operations"])

    @needs_browser
    def test_axe_finds_nothing_in_either_language_and_theme(self):
        self.write()
        script = """
          (async () => {
            const found = [];
            for (const [theme, name] of [['light', 'en'], ['dark', 'zh']]) {
              remember(theme);
              show_language(name);
              const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
              for (const v of result.violations) found.push([theme, name, v.id, v.nodes.length, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary.slice(0, 300)]);
              found.checked = (found.checked || 0) + result.passes.filter((p) => p.id === 'color-contrast').reduce((n, p) => n + p.nodes.length, 0);
            }
            document.documentElement.dataset.tried = JSON.stringify([found.checked, found]);
          })();"""
        page = self.tried(script, AXE.read_text(encoding="utf-8"))
        seen = self.chromium(page, "--virtual-time-budget=60000", "--dump-dom")
        checked, found = json.loads(html.unescape(re.search(r'data-tried="([^"]*)"', seen).group(1)))
        self.assertGreater(checked, 400, "texts whose contrast was measured")
        self.assertEqual(found, [])

    def framed(self, page, width):
        """The page in a frame of this width: whether it was drawn, its width, the width it needs, tables that are cut."""
        page = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page)
        frame = self.folder / "framed.html"
        frame.write_text(f"<!doctype html><iframe id='frame' style='width:{width}px;height:844px;border:0' srcdoc=\"" +
                         html.escape(page) + "\"></iframe><script>addEventListener('load', () => setTimeout(() => {"
                         "const d = document.getElementById('frame').contentDocument, root = d.documentElement;"
                         "const cut = [...d.querySelectorAll('table')].filter((t) => t.closest('[hidden], .u-legend') == null && t.getBoundingClientRect().right > root.clientWidth + 1);"
                         "document.documentElement.dataset.tried = JSON.stringify([root.dataset.drawn, root.clientWidth, root.scrollWidth,"
                         "cut.map((t) => (t.closest('section') || {}).id || 'first')]); }, 50));</script>", encoding="utf-8")
        seen = self.chromium(frame, "--virtual-time-budget=5000", "--dump-dom")
        return json.loads(html.unescape(re.search(r'data-tried="([^"]*)"', seen).group(1)))

    @needs_browser
    def test_a_phone_shows_it_without_scrolling_sideways(self):
        drawn, width, needed, _ = self.framed(self.write(), 390)
        self.assertEqual(drawn, "yes")
        self.assertLessEqual(width, 390)
        self.assertEqual(needed, width)

    @needs_browser
    def test_paper_cuts_no_table(self):
        # A4 between Chromium's margins, in CSS pixels; what is for print alone is shown.
        page = self.write().replace("@media print", "@media all")
        drawn, _, _, cut = self.framed(page, 718 + 15)
        self.assertEqual((drawn, cut), ("yes", []))

    @needs_browser
    def test_it_prints_on_a_few_pages(self):
        self.write()
        paper = self.folder / "report.pdf"
        self.chromium(self.folder / "report.html", f"--print-to-pdf={paper}")
        pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
        self.assertGreater(pages, 4)
        self.assertLess(pages, 30)


if __name__ == "__main__":
    unittest.main()
