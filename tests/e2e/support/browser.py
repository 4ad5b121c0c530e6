"""A headless Chromium that is asked while its page lives: over its debugging pipe, JSON between NUL bytes."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import time

BROWSER = next((b for b in map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]) if b), None)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"]


class Browser:
    """One Chromium with its pages. `folder` holds its profile. Whatever pages say to their consoles is in `said`."""

    def __init__(self, folder):
        to_it, self._out = os.pipe()
        self._in, from_it = os.pipe()
        # Chromium reads its file 3 and writes its file 4.
        place = ("import fcntl, os, sys; a, b = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]); "
                 "os.dup2(a, 3); os.dup2(b, 4); os.execv(sys.argv[3], sys.argv[3:])")
        self.process = subprocess.Popen(["python3", "-c", place, str(to_it), str(from_it), BROWSER, *FLAGS,
                                         f"--user-data-dir={folder}/profile", "about:blank"], pass_fds=(to_it, from_it),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_it)
        os.close(from_it)
        self._numbers, self._rest, self._answers = itertools.count(1), b"", {}
        self.said = []

    def page(self, url, width=1280, height=1600, **features):
        """A new page at this URL; features: prefers_color_scheme="dark" and the like."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Log"):
            page.ask(f"{domain}.enable")
        page.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        page.ask("Emulation.setEmulatedMedia", features=[{"name": n.replace("_", "-"), "value": v} for n, v in features.items()])
        page.ask("Page.navigate", url=url)
        return page

    def ask(self, method, session=None, timeout=180, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + timeout
        while number not in self._answers:
            self._read(end)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def _read(self, end):
        if not select.select([self._in], [], [], max(0, end - time.monotonic()))[0]:
            raise AssertionError("the browser did not answer in time")
        piece = os.read(self._in, 1 << 20)
        if not piece:
            raise AssertionError("the browser has ended")
        *whole, self._rest = (self._rest + piece).split(b"\0")
        for one in map(json.loads, whole):
            if "id" in one:
                self._answers[one["id"]] = one
            elif one.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                self.said.append(one["params"])

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        for end in (self._in, self._out):
            os.close(end)


class Page:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def ask(self, method, **parameters):
        return self.browser.ask(method, self.session, **parameters)

    def value(self, expression):
        """The value of a JavaScript expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, expression, timeout=90):
        """Asks until the expression's value is true; returns it."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            value = self.value(f"document.documentElement && document.body && ({expression})")
            if value:
                return value
            time.sleep(0.05)
        seen = self.value("document.body.innerText")[:2000]
        raise AssertionError(f"within {timeout} s this did not come true: {expression}; said: {self.browser.said}; the page: {seen}")

    def shot(self, path, whole=False):
        """A picture of what is seen, or of the whole page, as PNG."""
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))
