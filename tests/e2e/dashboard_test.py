"""The live page and the JSON behind it, while a real run goes on: in a browser, by hand, and by viewers that misbehave."""

import http.client
import json
import re
import select
import signal
import socket
import threading
import time
import unittest

from support.browser import BROWSER, Browser
from support.case import EndToEnd
from support.plan import phases, small_plan

# What page and snapshot have to agree on, as JSON.
FIGURES = """JSON.stringify({ t_s: report.t_s, rows: timeline.n, sent: timeline.sent, p95: timeline.p95_ms, totals: report.totals,
  ratios: report.ratios, rates: report.rates, latency: report.latency, thresholds: report.thresholds, verdict: report.verdict })"""


def place_of(said, what="the run is shown at"):
    found = re.search(re.escape(what) + r" http://127\.0\.0\.1:(\d+)/", said)
    return found and int(found.group(1))


def ask(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body.decode()


class Stream:
    """A viewer of /api/v1/stream that is no browser: events as (id, name, data, when)."""

    def __init__(self, port, last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/api/v1/stream", headers={"Last-Event-ID": last} if last else {})
        self.answer = self.connection.getresponse()

    def events(self):
        fields = {}
        for line in iter(self.answer.readline, b""):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                yield fields["id"], fields["event"], json.loads(fields["data"]), time.monotonic()
                fields = {}

    def close(self):
        self.connection.close()


class Passage:
    """A way to a port of this machine that can be cut; what was sent on it is kept."""

    def __init__(self, port):
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sent, self.pairs, self.over, self.cutting = b"", [], False, False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while not self.over:
            if self.cutting:
                for pair in list(self.pairs):
                    self._drop(pair)
                self.cutting = False
            ready, _, _ = select.select([self.listener, *(s for pair in self.pairs for s in pair)], [], [], 0.1)
            for one in ready:
                if one is self.listener:
                    self.pairs.append((self.listener.accept()[0], socket.create_connection(("127.0.0.1", self.to))))
                    continue
                pair = next((p for p in self.pairs if one in p), None)
                if pair is None:
                    continue
                piece = self._piece(one)
                if one is pair[0]:
                    self.sent += piece
                if not piece:
                    self._drop(pair)
                else:
                    pair[1 if one is pair[0] else 0].sendall(piece)

    @staticmethod
    def _piece(one):
        try:
            return one.recv(1 << 16)
        except OSError:
            return b""

    def _drop(self, pair):
        self.pairs.remove(pair)
        for one in pair:
            one.close()

    def cut(self):
        """Every connection there is now."""
        self.cutting = True

    def close(self):
        self.over = True
        self.thread.join(20)
        self.listener.close()
        for pair in list(self.pairs):
            self._drop(pair)


class Dashboard(EndToEnd):
    def begin(self, length="7s", *words, **over):
        """A run that is looked at, and its port."""
        self.lstarget = self.target("--delay", "5ms")
        plan = small_plan(self.lstarget.url, phases=phases((length, 6, "step"), ("500ms", 0, "step")),
                          thresholds={"check": ["success_ratio >= 90%", "p95(response_time) < 1us"]}, **over)
        run = self.start_plan(plan, "--dashboard", "127.0.0.1:0", *words)
        return run, self.wait_until("word of where the page is", lambda: place_of(run.said()))


class Page(Dashboard):
    @unittest.skipUnless(BROWSER, "no Chromium on this machine: the live page is not opened in a browser")
    def test_a_browser_shows_what_the_snapshot_says_and_all_of_it_after_a_cut(self):
        browser = Browser(self.folder())
        self.addCleanup(browser.close)
        browser.page("about:blank").wait("true", 60)  # it takes its time to start
        run, port = self.begin("10m", target={"metrics": "/metrics", "metrics_series": ["lstarget_sessions_alive"]})
        passage = Passage(port)
        self.addCleanup(passage.close)
        first = browser.page(f"http://127.0.0.1:{port}/")
        second = browser.page(f"http://127.0.0.1:{passage.port}/")
        for page in (first, second):
            page.wait("document.documentElement.dataset.drawn === 'yes' && timeline.n >= 2")
        self.agree(first, port)
        self.assertEqual(browser.said, [], "consoles")
        first.value("document.querySelectorAll('#operations thead button')[1].click(); zoom(0.5, 1.75)")
        first.value("remember('dark')")
        # The page's own memory of it: it may be live again before the next question reaches it.
        second.value("globalThis.was = []; new MutationObserver(() => was.push(document.documentElement.dataset.live))"
                     ".observe(document.documentElement, { attributeFilter: ['data-live'] })")
        passage.cut()
        second.wait("was.includes('lost') && document.documentElement.dataset.live === 'live'")
        self.assertRegex(passage.sent.decode(), r"(?i)last-event-id: [0-9a-f]+-\d+\r\n", "the browser says what it heard")
        self.agree(second, port)
        self.assertEqual(first.value("timeline.t_s.slice(0, 3).join()"), second.value("timeline.t_s.slice(0, 3).join()"))
        run.process.send_signal(signal.SIGINT)
        ended = run.finish()
        self.assert_code(ended, 130)
        for page in (first, second):
            page.wait("document.documentElement.dataset.live === 'over'")
            self.assertEqual(json.loads(page.value("JSON.stringify(report.totals)")), ended.report["totals"])
            self.assertEqual(page.value("timeline.t_s.length"), len(ended.report["timeline"]))
            self.assertIn("was interrupted: no verdict. 1 of 2 thresholds held until then", page.value("document.getElementById('verdict').innerText"))
            self.assertIn("The run is over", page.value("document.getElementById('line').innerText"))
            page.wait("document.querySelectorAll('#series canvas').length === 1 && timeline.target_series_0.includes(6)")
        self.assertEqual(first.value("document.querySelector('#operations [aria-sort]').getAttribute('aria-sort')"), "ascending", "as it was sorted")
        scale = first.value("(({ min, max }) => [min, max])(charts.specs[0].plot.scales.x)")
        self.assertEqual(scale, [0.5, 1.75], "as it was zoomed")
        self.assert_same_counts(ended.report, self.lstarget)

    def agree(self, page, port):
        """The page shows what the snapshot says, asked after it: so the page lags behind by less than a second."""
        def same_second():
            snapshot = json.loads(ask(port, "/api/v1/snapshot")[2])
            shown = json.loads(page.value(FIGURES))
            return (snapshot, shown) if shown["t_s"] == snapshot["t_s"] else None

        snapshot, shown = self.wait_until("page that shows the second of the snapshot", same_second)
        expected = {k: snapshot[k] for k in ("t_s", "totals", "ratios", "rates", "latency", "thresholds", "verdict")}
        rows = snapshot["timeline"]
        expected.update(rows=len(rows), sent=[r["requests"]["sent"] for r in rows], p95=[r.get("p95_ms") for r in rows])
        self.assertEqual(shown, expected)
        text = page.value("(() => { show_first(); const e = document.getElementById('figure-ok'); return [e.textContent, whole(report.totals.requests.ok)]; })()")
        self.assertEqual(text[0], text[1])
        self.assertGreater(page.value("document.querySelectorAll('#requests canvas, #sessions canvas').length"), 1)
        drawn = page.value("[charts.specs.find((s) => s.section === 'requests').plot.data[0].length, timeline.n]")
        self.assertEqual(drawn[0], drawn[1] + 1, "every second is drawn")


class Viewers(Dashboard):
    def test_the_stream_is_the_run_second_by_second_and_is_taken_up_where_it_was_left(self):
        run, port = self.begin("8s")
        viewer = Stream(port)
        self.assertEqual(viewer.answer.getheader("Content-Type"), "text/event-stream")
        heard = []
        for event in viewer.events():
            heard.append(event)
            if len(heard) == 3:
                break
        viewer.close()
        self.assertEqual([name for _, name, _, _ in heard][:2], ["snapshot", "second"])
        time.sleep(1.2)
        again = Stream(port, last=heard[-1][0])
        heard += again.events()
        again.close()
        ended = run.finish()
        self.assert_code(ended, 99)
        numbers = [int(i.rsplit("-", 1)[1]) for i, _, _, _ in heard]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))), "no event twice, none left out")
        rows = [*heard[0][2]["timeline"], *(data["row"] for _, name, data, _ in heard if name == "second")]
        self.assertEqual(rows, ended.report["timeline"], "the report's own rows")
        self.assertEqual(heard[-1][1], "end")
        self.assertEqual(heard[-1][2]["verdict"], ended.report["verdict"])
        self.assertEqual(heard[-1][2]["state"], "over")
        seconds = [(data["t_s"], at) for _, name, data, at in heard if name == "second"]
        # Half of them: a viewer on a busy machine has slow moments of its own.
        late = sorted(at - t_s for t_s, at in seconds)
        self.assertLess(late[len(late) // 2] - late[0], 1, "an event comes a second after what it tells of, at most")

    def test_only_reading_is_allowed_foreign_names_are_refused_and_viewers_that_do_not_read_hold_up_nothing(self):
        run, port = self.begin("8s")
        for path in ("/", "/api/v1/snapshot", "/api/v1/stream"):
            self.assertEqual(ask(port, path, Host="evil.example")[0], 403, path)
            status, headers, _ = ask(port, path, "POST")
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
            self.assertEqual(ask(port, path, "HEAD")[0], 200)
        status, headers, page = ask(port, "/", Host=f"localhost:{port}")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("default-src 'none'", page)
        self.assertNotRegex(page.split("<script>")[0], r'(src|href)="(?!#)', "it asks for nothing but the stream")
        self.assertEqual(ask(port, "/nothing")[0], 404)
        silent = []
        for _ in range(30):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            silent.append(one)
            self.addCleanup(one.close)
        for one in silent[:15]:
            one.close()
        started = time.monotonic()
        ended = run.finish()
        self.assert_true_run(ended, self.lstarget, 99)
        self.assertEqual(ended.report["verdict"]["validity"], "valid")
        self.assertLess(time.monotonic() - started, 8.5 + 10)  # all of the run, and what its end takes on a busy machine
        self.assertGreaterEqual(len(ended.report["timeline"]), 8)

    def test_what_cannot_be_listened_on_ends_the_run_before_it_begins(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            target = self.target()
            for option in ("--dashboard", "--prometheus"):
                ended = self.run_plan(small_plan(target.url), option, f"127.0.0.1:{port}")
                self.assert_code(ended, 2)
                self.assertIn(f"{option}: cannot listen on 127.0.0.1 port {port}", ended.err)
                self.assertEqual(list((ended.results).glob("*")) if ended.results.exists() else [], [])
        ended = self.lsrun("light_load", "--dashboard", "8089")
        self.assert_code(ended, 2)
        self.assertIn('--dashboard: "8089": there is no port', ended.err)
        self.assertEqual(target.stats()["requests"], 0)


if __name__ == "__main__":
    unittest.main()
