#!/usr/bin/env python3
"""lstarget over real sockets: its answers byte for byte, its windows, its waiting, its count of what it was sent."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LSTARGET = pathlib.Path(os.environ.get("LSRUN_BUILD", SOURCE / "build" / "release")) / "lstarget"
GOLDEN = SOURCE / "tests" / "golden" / "lstarget"
AGENT = '{"agent_id": "lstagent01"}'
HELLO = '{"kind": "message", "source": "customer", "message": "hello"}'


class Connection:
    """One client connection that knows HTTP just well enough to find an answer's end."""

    def __init__(self, port, host="127.0.0.1", tls=None):
        self.host, self.port = host, port
        self.socket = socket.create_connection((host, port), timeout=60)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.input = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.input.close()
        self.socket.close()

    def send(self, method, path, body=None, *headers):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        data = (body or "").encode()
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        self.socket.sendall("\r\n".join([*lines, *headers, "", ""]).encode() + data)

    def answer(self):
        """The next answer's bytes as text."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.input.readline()
            if not line:
                raise ConnectionError(f"the connection ended after {head!r}")
            head += line
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        body = self.input.read(int(length.group(1))) if length else b""
        if b"chunked" in head:
            while not body.endswith(b"0\r\n\r\n") or body[-6:-5] not in (b"", b"\n"):
                line = self.input.readline()
                if not line:
                    raise ConnectionError("the connection ended within chunks")
                body += line + self.input.read(int(line, 16) + 2)
        return (head + body).decode()

    def ask(self, method, path, body=None, *headers):
        self.send(method, path, body, *headers)
        return self.answer()

    def json(self, method, path, body=None, *headers):
        return json.loads(self.ask(method, path, body, *headers).split("\r\n\r\n", 1)[1])

    def status(self, method, path, body=None, *headers):
        return int(self.ask(method, path, body, *headers)[9:12])

    def closed_after(self):
        """Seconds until the other side closes."""
        begin = time.monotonic()
        if self.input.read(1) != b"":
            raise AssertionError("bytes that nobody asked for")
        return time.monotonic() - begin


class Target(unittest.TestCase):
    maxDiff = None

    def start(self, *options, listen="127.0.0.1:0"):
        process = subprocess.Popen([str(LSTARGET), "--listen", listen, *options], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)
        ready = process.stdout.readline()
        self.assertRegex(ready, r"^READY url=https?://\S+:\d+ agent_id=\S+ pid=\d+$")
        self.process, self.port = process, int(re.search(r":(\d+) ", ready).group(1))
        return ready

    def connect(self, **named):
        connection = Connection(self.port, **named)
        self.addCleanup(connection.__exit__)
        return connection

    def stats(self):
        with Connection(self.port) as one:
            return one.json("GET", "/__lstarget/stats")


def chat(session, timeout=60):
    return json.dumps({"message": "hi", "customer_id": "c", "session_id": session, "timeout": timeout})


def times_of(seconds):
    """Bounds of a wait that should take so long on a busy machine."""
    return seconds - 0.02, seconds + 1.0


def parse_golden(name):
    """[(method, path, body or None, headers, pattern)]"""
    for block in (GOLDEN / name).read_text().split("\n=== ")[1:]:
        first, *lines = block.rstrip("\n").split("\n")
        method, path, *body = first.split(" ", 2)
        headers = [line[4:] for line in lines if line.startswith("+++ ")]
        answer = "\r\n".join(line.replace("\\n", "\n") for line in lines if not line.startswith("+++ "))
        if "Transfer-Encoding: chunked" in lines or lines[0].endswith("204 No Content"):
            answer += "\r\n\r\n"  # ends with an empty line
        yield method, path, body[0] if body else None, headers, answer


PATTERNS = {
    "date": r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "id": r"[0-9A-Za-z]{10}", "trace": r"[0-9a-f]{32}",
    "utc": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "length": r"[0-9a-f]+"}


def same(answer, golden, known):
    pattern = re.escape(golden)
    for word, regex in PATTERNS.items():
        pattern = pattern.replace(re.escape("{%s}" % word), regex)
    for word, value in known.items():
        pattern = pattern.replace(re.escape("{%s}" % word), re.escape(value))
    return re.fullmatch(pattern, answer, re.S)


class Shapes(Target):
    def check(self, name, known, connection):
        for method, path, body, headers, golden in parse_golden(name):
            for word, value in known.items():
                path = path.replace("{%s}" % word, value)
            answer = connection.ask(method, path, body, *headers)
            with self.subTest(f"{method} {path}"):
                if not same(answer, golden, known):
                    self.assertEqual(answer, golden)

    def test_answers_are_those_of_the_golden_file(self):
        self.start("--delay", "100ms")
        one = self.connect()
        known = {"session": one.json("POST", "/sessions", AGENT)["id"], "port": str(self.port)}
        self.check("answers.txt", known, one)
        self.assertLess(one.closed_after(), 2)  # the last answer is a 500, which ends the connection

    def test_refusals_are_those_of_the_golden_file(self):
        limits = "create_session=1/min,chat=1/min,list_events=1/min,read_session=1/min,read_agent=1/min"
        self.start("--policy", "production", "--limits", limits)
        one = self.connect()
        session = one.json("POST", "/sessions", AGENT)["id"]
        known = {"session": session, "port": str(self.port)}
        one.ask("POST", f"/sessions/{session}/events", HELLO)
        one.ask("GET", f"/sessions/{session}/events?wait_for_data=0")
        one.ask("GET", f"/sessions/{session}")
        one.ask("GET", "/agents/lstagent01")
        self.check("refusals.txt", known, one)

    def test_a_preamble_and_a_split_reply(self):
        self.start("--preamble", "--split", "2", "--delay", "100ms")
        one = self.connect()
        session = one.json("POST", "/sessions", AGENT)["id"]
        one.ask("POST", f"/sessions/{session}/events", HELLO)
        first = one.json("GET", f"/sessions/{session}/events?min_offset=1&kinds=message&wait_for_data=9")
        self.assertEqual([e["data"].get("tags") for e in first], [["__preamble__"]])
        with self.connect() as stream:
            text = stream.ask("GET", f"/sessions/{session}/events?min_offset={first[0]['offset'] + 1}&sse=true&wait_for_data=3")
        told = [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]
        self.assertEqual([e["data"].get("status", "message") for e in told],
                         ["ready", "processing", "typing", "message", "ready", "typing", "message", "ready", "ready"])

    def test_a_streamed_reply_grows_to_its_null(self):
        self.start("--stream", "--delay", "100ms")
        one = self.connect()
        session = one.json("POST", "/sessions", AGENT)["id"]
        one.ask("POST", f"/sessions/{session}/events", HELLO)
        event = one.json("GET", f"/sessions/{session}/events?min_offset=1&kinds=message&wait_for_data=9")[0]
        text = one.ask("GET", f"/sessions/{session}/events/{event['id']}?sse=true")
        last = json.loads([line for line in text.split("\n") if line.startswith("data: ")][-1][6:])
        self.assertEqual(last["data"]["chunks"], ["This is ", "a stub ", "reply to ", "your message.", None])


class Windows(Target):
    def test_places_come_back_one_window_after_each_hit(self):
        self.start("--limits", "read_agent=6/min", "--time-scale", "30")  # six in 2 s
        one = self.connect()
        asked = []  # when it was sent, when it was answered, its status: counted in between
        begin = time.monotonic()
        while time.monotonic() - begin < 4.5:
            sent = time.monotonic()
            status = one.status("GET", "/agents/lstagent01")
            asked.append((sent, time.monotonic(), status))
            time.sleep(0.02 if len(asked) > 6 else 0.1)
        let = [(sent, answered) for sent, answered, status in asked if status == 200]
        refused = [(sent, answered) for sent, answered, status in asked if status == 429]
        self.assertEqual([status for _, _, status in asked[:6]], [200] * 6)
        self.assertEqual(len(let) + len(refused), len(asked))
        self.assertGreaterEqual(len(let), 12)
        self.assertGreater(len(refused), 2)
        for (earlier, _), (_, later) in zip(let, let[6:]):
            self.assertGreater(later - earlier, 2.0, "a seventh was let through within 2 s")
        for sent, answered in refused:  # each for the six before it, of which the first was still counted
            _, first = [one for one in let if one[0] < answered][-6]
            self.assertLess(sent - first, 2.0, "refused though a place was free")

    def test_addresses_count_apart_and_stats_are_what_was_sent(self):
        self.start("--limits", "production", "--delay", "1ms")
        one, sent = self.connect(), {}
        for i in range(90):
            address, session = f"10.0.0.{i % 3}", f"s{i % 45}"
            answer = one.json("POST", "/sessions/chat", chat(session), f"X-Forwarded-For: {address}, 9.9.9.9")
            outcome = "ok" if answer["status"] == 200 else "rate_limited"
            sent.setdefault(address, []).append(outcome)
        for i in range(35):
            one.ask("GET", "/agents/lstagent01", None, "X-Real-IP: 10.0.0.9")
        one.ask("GET", "/health")
        stats = self.stats()
        for address, outcomes in sent.items():
            self.assertEqual(outcomes.count("ok"), 20)  # 10 firsts let through, known again in the second round
            counted = stats["by_address_outcome"][address]
            self.assertEqual(sum(n.get("ok", 0) for n in counted.values()), 20)
            self.assertEqual(sum(n.get("rate_limited", 0) for n in counted.values()), 10)
        self.assertEqual(stats["by_address"]["10.0.0.9"], {"read_agent": {"200": 30, "429": 5}})
        self.assertEqual(stats["requests"], 125)
        self.assertEqual(stats["outcomes"], {"ok": 90, "rate_limited": 35})
        self.assertEqual(stats["by_operation"]["chat"], {"200": 30})
        self.assertEqual(stats["by_operation"]["create_session"], {"200": 60})
        self.assertEqual(stats["sessions"], {"created": 30, "alive": 30, "evicted": 0, "deleted": 0})
        one.ask("POST", "/__lstarget/reset", "")
        self.assertEqual(self.stats()["requests"], 0)

    def test_forwarded_addresses_can_be_distrusted(self):
        self.start("--no-trust-forwarded")
        self.connect().ask("GET", "/agents", None, "X-Forwarded-For: 10.0.0.1")
        self.assertEqual(list(self.stats()["by_address"]), ["127.0.0.1"])

    def test_an_agent_thrown_away_is_slow_again(self):
        self.start("--lru", "2", "--delay", "1ms", "--first-turn-delay", "400ms")
        one = self.connect()
        took = {}
        for session in ("a", "b", "b", "c", "a"):
            begin = time.monotonic()
            self.assertEqual(one.json("POST", "/sessions/chat", chat(session))["code"], 0)
            took.setdefault(session, []).append(time.monotonic() - begin)
        self.assertGreater(min(took["a"] + took["c"] + took["b"][:1]), 0.39)
        self.assertLess(took["b"][1], 0.3)
        stats = self.stats()
        self.assertEqual(stats["sessions"], {"created": 3, "alive": 3, "evicted": 2, "deleted": 0})
        self.assertEqual(stats["by_operation"], {"create_session": {"200": 3}, "chat": {"200": 2}})


class Waiting(Target):
    def timed(self, connection, *request):
        begin = time.monotonic()
        answer = connection.ask(*request)
        return answer, time.monotonic() - begin

    def assert_took(self, took, seconds):
        low, high = times_of(seconds)
        self.assertGreater(took, low)
        self.assertLess(took, high)

    def test_polls_and_streams_end_when_their_time_is_over(self):
        self.start()
        one = self.connect()
        events = f"/sessions/{one.json('POST', '/sessions', AGENT)['id']}/events"
        answer, took = self.timed(one, "GET", events + "?wait_for_data=1")
        self.assertTrue(answer.startswith("HTTP/1.1 504 "))
        self.assert_took(took, 1)
        answer, took = self.timed(one, "GET", events + "?wait_for_data=1&sse=true")
        self.assertTrue(answer.endswith("\r\n\r\n0\r\n\r\n"))
        self.assert_took(took, 1)
        self.assertLess(self.timed(one, "GET", events + "?wait_for_data=0")[1], 0.5)
        self.assertEqual(self.stats()["outcomes"], {"ok": 2, "empty_poll": 2})

    def test_a_reply_reaches_a_waiting_poll_and_a_stream_as_it_comes(self):
        self.start("--delay", "400ms", "--poll-every", "10ms")
        one, poll = self.connect(), self.connect()
        session = one.json("POST", "/sessions", AGENT)["id"]
        poll.send("GET", f"/sessions/{session}/events?min_offset=1&kinds=message&wait_for_data=9")
        begin = time.monotonic()
        one.ask("POST", f"/sessions/{session}/events", HELLO)
        answer = poll.answer()
        self.assert_took(time.monotonic() - begin, 0.4)
        self.assertIn("This is a stub reply", answer)

    def test_2000_replies_are_held_at_once(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        many = 2000 if hard >= 2100 or hard == resource.RLIM_INFINITY else hard - 100
        self.start("--delay", "8s", "--threads", "2")
        connections = [self.connect() for _ in range(many)]
        begin = time.monotonic()
        for i, one in enumerate(connections):
            one.send("POST", "/sessions/chat", chat(f"s{i}"))
        while (held := self.stats()["in_flight"]) < many and time.monotonic() - begin < 7.5:
            time.sleep(0.02)
        self.assertEqual(held, many)
        self.assertTrue(all('"SUCCESS"' in one.answer() for one in connections))
        self.assertLess(time.monotonic() - begin, 8 + 8)
        self.assertEqual(self.stats()["outcomes"], {"ok": many})

    def test_an_idle_connection_is_closed(self):
        self.start("--idle-timeout", "700ms")
        one = self.connect()
        one.ask("GET", "/agents")
        self.assert_took(one.closed_after(), 0.7)
        self.assertEqual(self.stats()["connections"]["closed_idle"], 1)

    def test_the_default_idle_time_is_five_seconds(self):
        self.start()
        one = self.connect()
        one.ask("GET", "/agents")
        self.assert_took(one.closed_after(), 5)

    def test_clients_that_hang_up_are_counted_as_cancelled(self):
        self.start("--delay", "3s")
        with self.connect() as one:
            one.send("POST", "/sessions/chat", chat("a"))
        end = time.monotonic() + 60
        seen = []  # how many are under way, as it changes
        while (stats := self.stats())["outcomes"] == {} and time.monotonic() < end:
            if seen[-1:] != [stats["in_flight"]]:
                seen.append(stats["in_flight"])
            time.sleep(0.05)
        self.assertEqual(stats["outcomes"], {"cancelled": 1})
        self.assertEqual(stats["in_flight"], 0)
        self.assertEqual(seen[-1:], [1], "it is under way until its reply would have been due")


class Server(Target):
    def test_garbage_is_refused_and_harms_nobody(self):
        self.start("--limits", "production")
        rubbish = [b"\x16\x03\x01\x00\xa5\x01\x00", b"GET\r\n\r\n", b"\r\n" * 20 + b"\x00" * 500, b"A" * 200_000,
                   b"POST /sessions HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n{",
                   b"POST /sessions HTTP/1.1\r\nContent-Length: -1\r\n\r\n{",
                   b"POST /sessions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                   b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000 + b"\r\n"]
        for bytes_ in rubbish:
            with self.subTest(bytes_[:40]), Connection(self.port) as one:
                try:
                    one.socket.sendall(bytes_)
                    one.socket.shutdown(socket.SHUT_WR)
                    answer = one.input.read(100)
                except ConnectionError:
                    answer = b""
                self.assertTrue(answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 ")), answer)
        deep = "[" * 100_000
        self.assertEqual(self.connect().status("POST", "/sessions/chat", deep), 422)
        self.assertEqual(self.connect().status("POST", "/sessions/chat", '{"message":"\xff'), 422)
        self.assertEqual(self.connect().status("GET", "/sessions/%00%ff/events?wait_for_data=99999999999999999999"), 422)
        self.assertEqual(self.connect().status("GET", "/health"), 200)
        self.assertIsNone(self.process.poll())

    def test_requests_in_pieces_and_in_a_row_are_understood(self):
        self.start()
        one = self.connect()
        for byte in b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n":
            one.socket.sendall(bytes([byte]))
        self.assertIn('{"status":"ok"}', one.answer())
        one.socket.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        for _ in range(3):
            self.assertIn('{"status":"ok"}', one.answer())
        self.assertIn("Connection: close\r\n", one.ask("GET", "/health", None, "Connection: close"))
        self.assertLess(one.closed_after(), 2)

    def test_it_ends_at_once_on_signals(self):
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            self.start("--threads", "2")
            one = self.connect()
            one.send("GET", f"/sessions/{one.json('POST', '/sessions', AGENT)['id']}/events?wait_for_data=60")
            begin = time.monotonic()
            self.process.send_signal(signal_)
            self.assertEqual(self.process.wait(5), 0)
            self.assertLess(time.monotonic() - begin, 1)

    def test_https(self):
        openssl = shutil.which("openssl")
        if not openssl:
            self.skipTest("no openssl to make a certificate with")
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                        certificate, "-days", "2"], check=True, capture_output=True)
        self.assertIn("url=https://", self.start("--tls-cert", certificate, "--tls-key", key, "--delay", "10ms"))
        trust = ssl.create_default_context(cafile=certificate)
        one = self.connect(tls=trust)
        for _ in range(3):
            self.assertEqual(one.json("POST", "/sessions/chat", chat("a"))["code"], 0)

    def test_ipv6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no ::1 on this machine")
        self.assertIn("url=http://[::1]:", self.start(listen="[::1]:0"))
        one = self.connect(host="::1")
        one.ask("GET", "/agents")
        self.assertEqual(list(one.json("GET", "/__lstarget/stats")["by_address"]), ["::1"])

    def test_leak_keeps_memory_on_purpose(self):
        self.start("--leak", "64KiB/session", "--delay", "0s")
        one = self.connect()

        def resident():
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text()).group(1))

        before = resident()
        for i in range(300):
            one.ask("DELETE", f"/sessions/{one.json('POST', '/sessions', AGENT)['id']}")
        self.assertGreater(resident() - before, 300 * 64 * 0.9)

    def test_wrong_options_say_what_to_write(self):
        for words in (["--limits", "chat=30"], ["--delay", "5"], ["--leak", "2KiB"], ["--listen", "nowhere"], ["--split", "0"],
                      ["--business-share", "80%", "--error-share", "30%"], ["--bogus"], ["--tls-cert", str(GOLDEN / "answers.txt")]):
            with self.subTest(words):
                ended = subprocess.run([str(LSTARGET), *words], capture_output=True, text=True, timeout=180)
                self.assertEqual(ended.returncode, 2)
                self.assertGreater(len(ended.stderr), 20)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ended = subprocess.run([str(LSTARGET), "--listen", f"127.0.0.1:{taken.getsockname()[1]}"], capture_output=True,
                                   text=True, timeout=180)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("cannot listen on", ended.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1, argv=sys.argv)
