"""What the tests of a real Parlant server need: the server as a process, lsrun as a process, and the laws of a report."""

import glob
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from support.places import free_port  # noqa: E402
BUILD = pathlib.Path(os.environ.get("LSRUN_BUILD", HERE.parents[2] / "build"))
LSRUN = os.environ.get("LSRUN_BIN", str(BUILD / "lsrun"))
PLUGINS = os.environ.get("LSRUN_PLUGINS", str(BUILD / "plugins"))

OUTCOMES = ["ok", "business_error", "rate_limited", "timeout", "connect_error", "server_error", "client_error",
            "protocol_error", "cancelled", "empty_poll"]


PATIENCE_S = 400  # for runs of up to two and a half minutes; it ends when they do


class Skip(Exception):
    """The server cannot be installed on this machine; the text says why."""


def environment():
    """The interpreter of the virtual environment that holds Parlant; Skip if there cannot be one."""
    done = subprocess.run([HERE / "setup.sh"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=400)
    sys.stderr.write(done.stderr)
    if done.returncode == 77:
        raise Skip(done.stderr.strip().splitlines()[-1])
    if done.returncode != 0:
        raise RuntimeError(f"setup.sh ended with {done.returncode}")
    return os.path.join(done.stdout.strip().splitlines()[-1], "bin", "python")


class Server:
    """A Parlant server on a free port of loopback, from `with` to the block's end."""

    def __init__(self, python, *options):
        self.port = free_port()
        self.log = tempfile.TemporaryFile("w+")
        command = [python, HERE / "server.py", "--port", self.port, "--tool-port", free_port(), *options]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.agent_id = ""

    def __enter__(self):
        watchdog = threading.Timer(180, self.process.kill)  # readline below then ends
        watchdog.start()
        for line in self.process.stdout:
            if line.startswith("READY "):
                self.agent_id = dict(word.split("=", 1) for word in line.split()[1:])["agent_id"]
                break
        watchdog.cancel()
        if not self.agent_id:
            self.__exit__()
            raise RuntimeError("the Parlant server did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()  # never let its pipe fill
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.process.stdout.close()
        self.log.close()


class CountingForwarder:
    """A TCP forwarder in front of a server that counts the connections made through it, and who closed them first."""

    def __init__(self, port):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self.closed_by_server = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._target), 5)
            server.settimeout(None)
            first = threading.Event()
            threading.Thread(target=self._pump, args=(client, server, first, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, first, True), daemon=True).start()

    def _pump(self, source, sink, first, from_server):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            pass
        if not first.is_set():
            first.set()
            self.closed_by_server += from_server
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()


class Run:
    """One run of lsrun with a config of its own; started at once, judged by `finish`."""

    def __init__(self, name, config):
        self.directory = tempfile.TemporaryDirectory(prefix=f"lsrun-{name}-")
        path = os.path.join(self.directory.name, f"{name}.toml")
        results = os.path.join(self.directory.name, "results")
        text = f'name = "{name}"\n{config}\n[reports]\nwrite = ["json"]\ndirectory = "{results}"\n'
        text += f'[plugins]\npath = ["{PLUGINS}"]\n'
        pathlib.Path(path).write_text(text)
        self.output = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([LSRUN, "--config", path, "--no-color"], stdout=self.output,
                                        stderr=subprocess.STDOUT, cwd=self.directory.name)

    def finish(self, timeout=PATIENCE_S):
        """Waits for the end; (exit code, report). The report is checked against its own laws of conservation."""
        try:
            return self._finish(timeout)
        finally:
            self.close()

    def close(self):
        """Ends a run that goes on, and forgets its files."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
        if not self.output.closed:
            self.output.close()
            self.directory.cleanup()

    def _finish(self, timeout):
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"lsrun did not end within {timeout} s:\n{self.tail()}") from None
        found = [p for p in glob.glob(os.path.join(self.directory.name, "results", "*", "report.json"))
                 if not os.path.islink(os.path.dirname(p))]
        assert len(found) == 1, f"{len(found)} reports, exit code {code}:\n{self.tail()}"
        with open(found[0], encoding="utf-8") as file:
            report = json.load(file)
        check_conservation(report)
        print(f"\n    {report['run']['name']}: {report['totals']['requests']}", file=sys.stderr)
        return code, report

    def tail(self):
        self.output.seek(0)
        return "".join(self.output.readlines()[-40:])


def count(requests, outcome):
    return requests.get(outcome, 0)  # a figure that was not measured is absent


def check_conservation(report):
    """Every request ended in exactly one outcome, every session too, in total and by operation."""
    totals = report["totals"]
    for what, requests in [("total", totals["requests"])] + [(o["operation"], o["requests"]) for o in report["operations"]]:
        ended = sum(count(requests, outcome) for outcome in OUTCOMES)
        assert requests["sent"] == ended, f"{what}: {requests['sent']} sent, {ended} ended: {requests}"
    for outcome in ["sent"] + OUTCOMES:
        by_operation = sum(count(o["requests"], outcome) for o in report["operations"])
        assert count(totals["requests"], outcome) == by_operation, f"{outcome}: operations do not add up to the total"
    s = totals["sessions"]
    assert s["opened"] + s["failed_to_open"] == s["attempted"], s
    assert s["opened"] == s["closed"] + s["expired"] + s["lost"] + s["alive_at_end"], s


def operation(report, name):
    """The requests of an operation; all zero if there were none."""
    for entry in report["operations"]:
        if entry["operation"] == name:
            return entry["requests"]
    return {"sent": 0}


def times(report, name):
    """A scenario's time metric: count, min_ms, p50_ms ...; only {"count": 0} if nothing was added to it."""
    for entry in report["scenario_metrics"]:
        if entry["name"] == name:
            return entry.get("values", {"count": 0})
    return {"count": 0}


def added(report, name):
    """The sum of a scenario's count metric."""
    return next((entry.get("sum", 0) for entry in report["scenario_metrics"] if entry["name"] == name), 0)
