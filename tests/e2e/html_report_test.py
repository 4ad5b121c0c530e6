"""The HTML report in a real browser: drawn, complete, inert against hostile text, small, and without a network."""
import copy
import json
import re
import subprocess
import unittest

from support.html_page import BROWSER, FLAGS, PageCase, Text, needs_browser, sample

MARKER = "marker-of-a-script-that-ran"
HOSTILE = [f"</script><script>document.title='{MARKER}'</script>", f"<img src=x onerror=\"document.title='{MARKER}'\">",
           f"<!--<script>document.title='{MARKER}'", f"javascript:document.title='{MARKER}'", "a\x07b\x1b[2J\u202ec"]


FITTED = {"verdict": "suspected", "from_s": 33, "to_s": 53, "start_bytes": 560000000, "bytes_per_hour": 14000000000,
          "bytes_per_hour_least": 13000000000, "bytes_per_hour_most": 15000000000, "bytes_per_session": 400000.5,
          "envelope": [{"t_s": 33, "rss_bytes": 560000000}, {"t_s": 53, "rss_bytes": 640000000}]}


def point(second, like):
    p = copy.deepcopy(like)
    p["t_s"] = second
    p["p95_ms"] = round(300 + (second * 7919 % 1000) * 1.037, 3)
    p["p99_ms"] = round(p["p95_ms"] * 1.731, 3)
    p["requests"]["ok"] += second * 31 % 97
    p["generator"]["cpu"] = round(second * 13 % 100 / 997, 6)
    p["target"]["rss_bytes"] += second * 65537
    p["target"]["series"] = [second * 65537 + 412e6, second % 97 / 97, second * 7919 % 50]
    return p


def hour(document):
    points = document["timeline"]
    document["timeline"] = [point(s, points[s % len(points)]) for s in range(3600)]
    document["run"]["duration_s"] = 3600


class HtmlReport(PageCase):
    # What needs no browser.

    def test_verdict_thresholds_and_totals_are_readable_without_scripts(self):
        seen = Text(self.write())
        self.assertIn("heavy_load did not hold: 1 of 7 thresholds is crossed. p95(response_time) < 500ms was 864 ms.", seen.text)
        for t in self.document["thresholds"]:
            self.assertIn(t["expression"], seen.text)
        self.assertEqual(seen.count("tr", **{"class": "held"}), 6)
        self.assertEqual(seen.count("tr", **{"class": "crossed"}), 1)
        self.assertIn("3 687 requests in 1 min 00 s", seen.text)
        self.assertIn("Refused (429)87 2.46 %", seen.text)

    def test_nothing_in_the_page_leads_out_of_it(self):
        page = self.write()
        tags = Text(page)
        for tag, attributes in tags.tags:
            for name in ("src", "href", "action", "data", "poster", "srcset"):
                self.assertTrue(attributes.get(name, "#").startswith("#"), (tag, attributes))
        outside = re.sub(r"<script type=\"application/json\".*?</script>", "", page, flags=re.S)
        outside = re.sub(r"/\*!.*?\*/", "", outside, flags=re.S)  # the licence line of the charts' library
        self.assertEqual(set(re.findall(r"https?://[^\s<]*", outside)), {self.document["run"]["target_url"]})
        self.assertNotRegex(outside, r"@import|url\(")
        self.assertIn("default-src 'none'; script-src 'sha256-", page)

    def test_an_hour_of_seconds_stays_below_two_megabytes(self):
        hour(self.document)
        self.assertLess(len(self.write().encode()), 2_000_000)

    # What needs one.

    @needs_browser
    def test_every_link_to_a_chart_has_its_place(self):
        self.document["advice"] = [{"finding": c, "evidence": "e", "advice": "a", "chart": c} for c in
                                   ["requests", "latency", "turns", "sessions", "rate", "addresses", "generator", "target"]]
        self.write()
        seen = Text(self.browse())
        links = {a["href"][1:] for t, a in seen.tags if t == "a" and "href" in a and a["href"].startswith("#")}
        self.assertTrue({"requests", "latency", "turns", "target"} <= links)
        self.assertEqual(links - {a["id"] for _, a in seen.tags if "id" in a}, set())

    @needs_browser
    def test_a_run_that_is_not_valid_is_marked_and_judged_parts_are_shown(self):
        self.document["verdict"].update(validity="generator_limited", reasons=["lag p99 2.1s is over its limit 100ms"])
        self.document["leak"] = FITTED | {"verdict": "not_suspected", "bytes_per_hour": 1048576}
        seen = Text(self.write())
        self.assertIn("heavy_load gives no verdict: lsrun itself was the limit.", seen.text)
        self.assertIn("lag p99 2.1s is over its limit 100ms", seen.text)
        seen = Text(self.browse())
        self.assertEqual(seen.count("html", **{"data-validity": "generator_limited"}), 1)
        self.assertIn("No leak is suspected: the target's memory grows by 1 MiB an hour", seen.text)

    @needs_browser
    def test_charts_are_drawn_and_every_table_is_filled(self):
        self.document["leak"] = FITTED
        self.document["recovery"] = {"burst": "growth", "burst_end_s": 30, "success_before": 0.99, "p95_before_ms": 400,
                                     "recovered": True, "recovered_after_s": 5.5}
        self.write()
        seen = Text(self.browse(
            "for (const u of charts.drawn) { const d = u.ctx.getImageData(0, 0, u.ctx.canvas.width, u.ctx.canvas.height).data;"
            " const colours = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200) colours.add(d[i] << 16 | d[i+1] << 8 | d[i+2]);"
            " document.body.append(make('i', { class: colours.size > 8 ? 'painted' : 'blank' })); }"))
        self.assertEqual(seen.count("canvas"), 15)
        self.assertEqual((seen.count("i", **{"class": "painted"}), seen.count("i", **{"class": "blank"})), (15, 0))
        for a in self.document["addresses"]:
            self.assertIn(a["address"], seen.text)
        for words in ["Rate limit exceeded", "create_session", "first_reply", "attempt 1: 16, attempt 2: 2", "the run's end", "Effective config",
                      "A leak is suspected", "It recovered 5.5 s after", "POST /chat", "retry-after: 2", "Rate limit exceeded"]:
            self.assertIn(words, seen.text)
        self.assertEqual(seen.text.count("NaN") + seen.text.count("undefined") + seen.text.count("null"), 0)

    @needs_browser
    def test_the_target_s_own_metrics_lie_under_the_course_on_its_axis(self):
        self.write()
        got = self.answer(self.browse("""(async () => {
          const answer = { ids: [...document.querySelectorAll('#body section')].map((s) => s.id).slice(0, 3) };
          const [course, ...rest] = charts.specs, own = rest.filter((s) => s.host.id === 'series');
          answer.labels = own.map((s) => s.plot.series.map((l) => l.label));
          answer.wide = own.map((s) => s.plot.bbox.left === course.plot.bbox.left && s.plot.bbox.width === course.plot.bbox.width);
          zoom(10, 20);
          await null;  // a scale is set in the next microtask
          answer.zoomed = own.map((s) => [s.plot.scales.x.min, s.plot.scales.x.max]);
          answer.gap = own[0].plot.data[1][30];
          answer.values = [0, 5, 59].map((i) => own[1].plot.data[1][i]);
          document.documentElement.dataset.tried = JSON.stringify(answer); })();"""))
        self.assertEqual(got["ids"], ["requests", "series", "events"])
        self.assertEqual(got["labels"], [["at", "process_resident_memory_bytes", "rate(process_cpu_seconds_total) (right axis)"],
                                         ["at", 'db_pool_waiting{pool="main"}']])
        self.assertEqual(got["wide"], [True, True])
        self.assertEqual(got["zoomed"], [[10, 20], [10, 20]])
        self.assertIsNone(got["gap"])  # what was not read is a gap, not a 0
        rows = [p["target"]["series"][2] for p in (self.document["timeline"][i] for i in (0, 5, 59))]
        self.assertEqual(got["values"], rows)
        self.assertIn("1 of 60 times the target's metrics could not be read.", Text(self.browse()).text)

    @needs_browser
    def test_what_was_done_by_hand_is_marked_where_it_was_done(self):
        self.document["events"] = [{"at_s": 20.5, "what": "pause", "text": "no new sessions are opened"}]
        self.write()
        marked = """
          const answer = {}, u = charts.specs[1].plot, { ctx, bbox } = u;
          const all = ctx.getImageData(0, bbox.top, ctx.canvas.width, bbox.height);
          const dark = (s) => { const x = Math.round(u.valToPos(s, 'x', true)); let n = 0;
            for (let y = 0; y < all.height; ++y) for (let c = x - 1; c <= x + 1; ++c) {
              const i = (y * all.width + c) * 4;
              if (all.data[i + 3] > 100 && all.data[i] + all.data[i + 1] + all.data[i + 2] < 240) ++n;
            }
            return n; };
          answer.at = dark(20.5);
          answer.beside = dark(22.5);
          answer.words = document.querySelector('#events tbody').textContent;
          document.documentElement.dataset.tried = JSON.stringify(answer);"""
        got = self.answer(self.browse(marked))
        self.assertGreater(got["at"], got["beside"] + 20)
        self.assertIn("20.5", got["words"])
        self.assertIn("no new sessions are opened", got["words"])

    @needs_browser
    def test_the_slowest_requests_are_listed_with_what_finds_them_again(self):
        self.write()
        got = self.answer(self.browse("""
          const rows = [...document.querySelectorAll('#slowest tbody tr')].map((r) => [...r.children].map((c) => c.textContent));
          const button = document.querySelector('#slowest tbody button');
          document.documentElement.dataset.tried = JSON.stringify({ rows, label: button.getAttribute('aria-label') });"""))
        slowest = [s for o in self.document["operations"] for s in o.get("slowest", [])]
        self.assertEqual(len(got["rows"]), len(slowest))
        for row, s in zip(got["rows"], slowest):  # by operation, longest first
            self.assertEqual((row[3], row[5]), (str(s["session"]), s["address"]))
            self.assertIn(s["trace_id"], row[-1])
        self.assertEqual(got["label"], "Copy trace id " + slowest[0]["trace_id"])

    @needs_browser
    def test_hostile_text_runs_nothing_and_is_shown_as_text(self):
        for text in HOSTILE:
            d = self.document = sample()
            d["failures"][0]["message"] = d["failures"][0]["operation"] = text
            d["addresses"][0]["address"] = d["operations"][0]["operation"] = d["phases"][0]["name"] = text
            d["tenants"][0]["tenant"] = d["scenario_metrics"][0]["help"] = d["run"]["target_url"] = text
            d["run"]["config"] = {text: text}
            d["target_series"]["series"][0]["series"] = d["events"][0]["what"] = d["events"][0]["text"] = text
            d["operations"][0]["slowest"] = [{"at_s": 1, "response_time_ms": 2, "address": text, "session": 1, "turn": 1,
                                              "attempt": 1, "outcome": text, "status": 200, "trace_id": text}]
            d["advice"][0]["evidence"] = d["thresholds"][0]["expression"] = d["alerts"][0]["expression"] = text
            self.write()
            # The content policy is taken away: the text itself must be harmless.
            page = self.browse("document.documentElement.dataset.tried = 'yes';")
            seen = Text(page)
            self.assertNotIn(f"<title>{MARKER}", page)
            self.assertEqual(seen.count("img"), 0)
            self.assertEqual(sum(any(n.startswith("on") for n in a) for _, a in seen.tags), 0)
            self.assertNotRegex(page, "[\x07\x1b\u202e]")
            if text.startswith("<"):
                self.assertGreater(seen.text.count(text), 3)

    @needs_browser
    def test_the_content_policy_stops_a_script_that_got_into_the_page(self):
        page = self.write()
        (self.folder / "report.html").write_text(
            page.replace("<header>", f"<script>document.title='{MARKER}'</script><header>"), encoding="utf-8")
        done = subprocess.run([BROWSER, *FLAGS, f"--user-data-dir={self.folder / 'profile'}", "--dump-dom",
                               (self.folder / "report.html").as_uri()], capture_output=True, text=True, timeout=180)
        self.assertIn('data-drawn="yes"', done.stdout)
        self.assertNotIn(f"<title>{MARKER}", done.stdout)

    @needs_browser
    def test_sixty_five_thousand_addresses_keep_the_page_small_and_its_rows_few(self):
        hour(self.document)
        like = self.document["addresses"][0]
        self.document["addresses"] = []
        for i in range(65_000):
            a = copy.deepcopy(like)
            del a["operations"]
            a["address"] = f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}"
            a["requests"]["rate_limited"] = i % 1000
            self.document["addresses"].append(a)
        self.assertLess(len(self.write().encode()), 2_000_000)
        page = self.browse(
            "const rows = () => document.querySelectorAll('#addresses tbody tr').length;"
            "const box = document.querySelector('#addresses .long'), before = rows();"
            "const began = performance.now();"
            "document.querySelectorAll('#addresses th button')[0].click();"
            "const first = document.querySelector('#addresses tbody th').textContent;"
            "const field = document.querySelector('#addresses input'); field.value = '10.0.253.231'; field.dispatchEvent(new Event('input'));"
            "document.documentElement.dataset.tried = [before, first, rows(), performance.now() - began < 2000].join(' ');")
        before, first, found, fast = re.search(r'data-tried="([^"]*)"', page).group(1).split(" ")
        self.assertLess(int(before), 200)
        self.assertEqual(first, "10.0.0.0")
        self.assertEqual(found, "1")
        self.assertEqual(fast, "true", "sorting and searching took more than two seconds")

    @needs_browser
    def test_keys_move_the_cursor_and_zoom_all_charts_over_time(self):
        self.write()
        page = self.browse(
            "const press = (key) => charts.specs[0].place.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));"
            "press('ArrowRight'); press('ArrowRight'); press('ArrowRight'); const idx = timed_plots().map((u) => u.cursor.idx);"
            # Scales change in a microtask of the library's, which is queued before these.
            "press('+'); Promise.resolve().then(() => { const spans = timed_plots().map((u) => Math.round(u.scales.x.max - u.scales.x.min));"
            " press('0'); Promise.resolve().then(() => { const all = timed_plots().map((u) => Math.round(u.scales.x.max - u.scales.x.min));"
            " document.documentElement.dataset.tried = JSON.stringify([idx, spans, all]); }); });")
        idx, spans, whole = json.loads(re.search(r'data-tried="([^"]*)"', page).group(1).replace("&quot;", '"'))
        self.assertEqual(idx, [2] * 10)
        self.assertEqual(len(set(spans)), 1)
        self.assertLess(spans[0], 60)
        self.assertEqual(whole, [60] * 10)

    @needs_browser
    def test_a_document_with_any_part_absent_is_still_drawn(self):
        whole = sample()
        for part in [k for k in whole if k != "schema"]:
            self.document = {k: v for k, v in whole.items() if k != part}
            self.write()
            if part in ("timeline", "run", "totals", "addresses", "latency"):
                self.browse()
        self.document = {"schema": "lsrun-report/1"}
        self.write()
        self.browse()

    @needs_browser
    def test_figures_that_were_not_measured_are_left_out_of_charts_and_tables(self):
        for p in self.document["timeline"]:
            for name in ("target", "generator", "p95_ms", "multiplier"):
                p.pop(name, None)
        for o in self.document["operations"] + self.document["turns"] + self.document["phases"]:
            o.pop("response_time", None)
            o.pop("ratios", None)
        self.write()
        seen = Text(self.browse())
        self.assertEqual(seen.count("canvas"), 8)
        self.assertNotIn("The target's process ", seen.text)
        self.assertEqual(seen.text.count("NaN") + seen.text.count("undefined"), 0)


if __name__ == "__main__":
    unittest.main()
