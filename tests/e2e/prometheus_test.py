"""`/metrics` as Prometheus sees it: checked by promtool, scraped by a real Prometheus, asked by every query of the Grafana
dashboard."""

import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest
import urllib.parse
import urllib.request

from support.case import EndToEnd
from support.places import SOURCE, free_port
from support.plan import phases, small_plan

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "lsrun/prometheus/usr/bin"
PROMETHEUS, PROMTOOL = (shutil.which(n) or shutil.which(str(CACHE / n)) for n in ("prometheus", "promtool"))
DASHBOARD = SOURCE / "tools/integrations/grafana/lsrun.json"
SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')


def fetch(url, accept="*/*"):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=60) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def samples(text):
    """(name, labels as written) -> value."""
    found = [SAMPLE.match(line) for line in text.splitlines() if not line.startswith("#")]
    assert all(found), text
    return {(m[1], m[2] or ""): float(m[3]) for m in found}


def queries():
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


class Metrics(EndToEnd):
    def begin(self, length, port=0):
        self.lstarget = self.target("--delay", "lognormal(5ms, 0.5)", "--limits", "chat=40/s,create_session=none,default=none")
        plan = small_plan(self.lstarget.url, phases=phases((length, 20, "step"), ("1s", 0, "step")),
                          thresholds={"check": ["success_ratio >= 90%", "p95(response_time) < 1us"]})
        run = self.start_plan(plan, "--prometheus", f"127.0.0.1:{port}", "--dashboard", f"127.0.0.1:{port}")
        found = self.wait_until("word of where the metrics are", lambda: re.search(r"(http://\S+)/metrics", run.said()))
        return run, found[1]

    def test_figures_are_those_of_the_snapshot_in_the_format_that_is_asked_for(self):
        run, url = self.begin("8s")
        self.wait_until("a second", lambda: json.loads(fetch(url + "/api/v1/snapshot")[1])["t_s"] > 1)
        for _ in range(20):  # both of the same second
            before = json.loads(fetch(url + "/api/v1/snapshot")[1])
            kind, text = fetch(url + "/metrics", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
            if json.loads(fetch(url + "/api/v1/snapshot")[1])["t_s"] == before["t_s"]:
                break
        self.assertEqual(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.assertTrue(text.endswith("\n# EOF\n"))
        seen = samples(text)
        by_outcome = {o: sum(v for (n, labels), v in seen.items() if n == "lsrun_requests_total" and f'outcome="{o}"' in labels)
                      for o in before["totals"]["requests"]}
        self.assertEqual({**by_outcome, "sent": sum(by_outcome.values())}, before["totals"]["requests"])
        count = sum(v for (n, _), v in seen.items() if n == "lsrun_response_time_seconds_count")
        self.assertEqual(count, before["latency"]["response_time"]["count"])
        self.assertEqual(seen["lsrun_sessions_opened_total", ""], before["totals"]["sessions"]["opened"])
        self.assertEqual(seen["lsrun_threshold_holds", 'threshold="p95(response_time) < 1us"'], 0)
        self.assertEqual(sorted(v for (n, _), v in seen.items() if n == "lsrun_phase_active"), [0, 1])
        self.assertNotIn("127.64.", text, "no series for an address")
        for name, labels in seen:
            buckets = [v for (n, l), v in seen.items() if n == name and n.endswith("_bucket") and l.split("le=")[0] == labels.split("le=")[0]]
            self.assertEqual(buckets, sorted(buckets))
        kind, older = fetch(url + "/metrics")
        self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
        self.assertIn("# TYPE lsrun_requests_total counter\n", older)
        if PROMTOOL:
            done = subprocess.run([PROMTOOL, "check", "metrics"], input=older, capture_output=True, text=True, timeout=180)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), "promtool's word on it")
        self.assert_code(run.finish(), 99)

    @unittest.skipUnless(PROMETHEUS, "no Prometheus on this machine: nothing scrapes the metrics")
    def test_prometheus_scrapes_it_and_every_query_of_the_dashboard_has_data(self):
        where, port, own = self.folder(), free_port(), free_port()
        (where / "prometheus.yml").write_text(
            "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n"
            f"  - {{ job_name: lsrun, static_configs: [{{ targets: ['127.0.0.1:{own}'] }}] }}\n", encoding="utf-8")
        with open(where / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen([PROMETHEUS, f"--config.file={where}/prometheus.yml", f"--storage.tsdb.path={where}/data",
                                       f"--web.listen-address=127.0.0.1:{port}"], cwd=where, stdout=log, stderr=log)
        self.addCleanup(server.wait, 10)
        self.addCleanup(server.terminate)
        api = f"http://127.0.0.1:{port}/api/v1/"

        def asked(query, at=None):
            text = query.replace("$__rate_interval", "5s").replace("$instance", ".*")
            try:
                return json.loads(fetch(api + "query?" + urllib.parse.urlencode({"query": text, "time": at or time.time()}))[1])["data"]["result"]
            except urllib.error.URLError as error:
                if isinstance(error, urllib.error.HTTPError) and error.code != 503:
                    raise AssertionError(f"{text}: {error.read().decode()}") from None
                return []  # it is not up yet

        self.wait_until("answer of Prometheus", lambda: asked("up"))  # it scrapes
        run, _ = self.begin("10m", own)
        self.wait_until("fourth scrape", lambda: [r for r in asked("count_over_time(lsrun_run_seconds[1m])") if float(r["value"][1]) >= 4])
        empty, now = [], time.time()
        for title, query in queries():
            values = [float(r["value"][1]) for r in asked(query, now)]
            if not values or all(map(math.isnan, values)):
                empty.append((title, query, values))
        self.assertEqual(empty, [])
        self.assertIsNone(run.process.poll(), "the run still goes on")
        targets = json.loads(fetch(api + "targets")[1])["data"]["activeTargets"]
        self.assertEqual([(t["health"], t["lastError"]) for t in targets], [("up", "")])
        units = json.loads(fetch(api + "metadata")[1])["data"]
        self.assertEqual(units["lsrun_response_time_seconds"][0]["type"], "histogram")
        self.assertEqual(units["lsrun_response_time_seconds"][0]["unit"], "seconds", "it was read as OpenMetrics")
        run.process.send_signal(signal.SIGINT)
        ended = run.finish()
        self.assert_code(ended, 130)
        self.assert_same_counts(ended.report, self.lstarget)

    def test_the_dashboard_is_whole(self):
        dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
        ids = [p["id"] for p in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreaterEqual(len(ids), 16)
        taken = set()
        for panel in dashboard["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells


if __name__ == "__main__":
    unittest.main()
