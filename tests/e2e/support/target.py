"""lstarget as a process: started on a free port, waited for, asked for its own count of requests, stopped."""

import json
import os
import subprocess
import tempfile
import threading
import time
import urllib.request

from support import certificates
from support.places import LSTARGET, free_port


def address_of(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Target:
    """One lstarget from `start` to `stop`. `options` go to it as they are; the port stays over restarts.

    With LSRUN_TEST_TLS=1 in the environment it speaks TLS unless `scheme` says otherwise; small_plan then trusts it.
    """

    def __init__(self, *options, host="127.0.0.1", scheme=None):
        if scheme is None:
            scheme = "https" if os.environ.get("LSRUN_TEST_TLS") else "http"
            if scheme == "https":
                _, certificate, key = certificates.of_this_process()
                options += ("--tls-cert", certificate, "--tls-key", key)
        self.options = [str(o) for o in options]
        self.host, self.port, self.scheme = host, free_port(host), scheme
        self.process = None
        self.output = tempfile.TemporaryFile("w+")

    @property
    def url(self):
        return f"{self.scheme}://{address_of(self.host, self.port)}"

    def start(self, *before):
        """`before`: the words of a program that starts it in its place."""
        command = [*before, str(LSTARGET), "--listen", address_of(self.host, self.port), *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.output, text=True)
        watchdog = threading.Timer(60, self.process.kill)  # the loop below then ends
        watchdog.start()
        ready = any(line.startswith("READY") for line in iter(self.process.stdout.readline, ""))
        watchdog.cancel()
        if not ready:
            self.end()
            self.output.seek(0)
            words = self.output.read()
            self.output.close()
            raise AssertionError(f"{' '.join(command)} did not get ready:\n{words}")
        threading.Thread(target=self._drain, args=(self.process.stdout,), daemon=True).start()
        return self

    @staticmethod
    def _drain(pipe):
        with pipe:
            for _ in pipe:
                pass

    def stop(self):
        """Ends it, gently at first, and lets go of its output. Nothing happens if that was done already."""
        self.end()
        self.output.close()

    def end(self):
        """Ends its process; `start` may follow."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait(60)

    def reset(self):
        """Its counts to nothing, and its stall to come anew."""
        self._ask("/__lstarget/reset", method="POST").close()

    def get(self, path):
        with self._ask(path) as answer:
            return json.load(answer)

    def _ask(self, path, **request):
        context = certificates.believing_all() if self.scheme == "https" else None
        return urllib.request.urlopen(urllib.request.Request(self.url + path, **request), timeout=60, context=context)

    def seen(self):
        """How many requests have come so far, those under way included: one question, for runs that go on."""
        now = self.get("/__lstarget/stats")
        return now["requests"] + now["in_flight"]

    def stats(self):
        """What it counted in a run that is over. Asked again until two answers are equal: a request may still be under way."""
        seen = self.get("/__lstarget/stats")
        for _ in range(20):
            time.sleep(0.05)
            again = self.get("/__lstarget/stats")
            if again["requests"] == seen["requests"]:
                break
            seen = again
        return again
