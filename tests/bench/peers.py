"""Other load generators, if they are installed, as rows of bench.py: the same request, 100 connections, closed loop."""

import json
import shutil
import statistics

import measures
import running

URL_PATH = "/sessions/chat"


def commands(url, here, seconds):
    """By name: the command that loads `url` for `seconds` with 100 connections; its files are in `here`."""
    (here / "body.json").write_text(measures.BODY)
    (here / "targets").write_text(f"POST {url}\nContent-Type: application/json\n@{here}/body.json\n")
    (here / "script.js").write_text(
        f"import http from 'k6/http';\nconst body = {json.dumps(measures.BODY)};\n"
        f"const about = {{headers: {{'Content-Type': 'application/json'}}}};\n"
        f"export default function () {{ http.post('{url}', body, about); }}\n")
    (here / "locustfile.py").write_text(
        "from locust import FastHttpUser, task\n\n\nclass Customer(FastHttpUser):\n    @task\n    def post(self):\n"
        f"        self.client.post({URL_PATH!r}, data={measures.BODY!r}, headers={{'Content-Type': 'application/json'}})\n")
    header = "Content-Type: application/json"
    return {
        "oha": ["oha", "--no-tui", "-z", f"{seconds}s", "-c", 100, "-m", "POST", "-H", header, "-d", measures.BODY, url],
        "h2load": ["h2load", "--h1", "-t", 1, "-c", 100, "-D", seconds, "-H", header, "-d", here / "body.json", url],
        "k6": ["k6", "run", "--quiet", "--vus", 100, "--duration", f"{seconds}s", here / "script.js"],
        "locust": ["locust", "-f", here / "locustfile.py", "--headless", "-u", 100, "-r", 100, "-t", f"{seconds}s",
                   "--host", url.removesuffix(URL_PATH)],
        "vegeta": ["vegeta", "attack", "-rate", 0, "-max-workers", 100, "-connections", 100, "-duration", f"{seconds}s",
                   "-targets", here / "targets", "-output", "/dev/null"],
    }


def measured(name, seconds):
    with running.directory() as here, running.Responder(measures.SERVER) as responder:
        child = running.run(commands(responder.url + URL_PATH, here, seconds)[name], measures.CLIENT, cwd=here)
    return measures.judged(child, responder, name)


def peers(quick):
    """other load generators that are installed, in wrk's CPU per request"""
    seconds, pairs = (2, 1) if quick else (4, 3)
    rows = []
    with running.directory() as here:
        names = commands("http://127.0.0.1:1" + URL_PATH, here, seconds)
    for name in names:
        if shutil.which(name) is None:
            continue
        try:
            ratios = [measured(name, seconds) / measures.wrk(seconds)[0] for _ in range(pairs)]
        except measures.Unfit as why:
            rows.append(measures.Row(name, f"not measured: {why}"))
            continue
        rows.append(measures.Row(name, f"{measures.spread(ratios)} x wrk's CPU per request", figures={"value": statistics.median(ratios)}))
    if shutil.which("tsung") is not None:
        # Its controller has Erlang start the node that makes the load: not a child whose CPU could be told.
        rows.append(measures.Row("tsung", "not measured: its load comes from a process that is not its child"))
    return rows or [measures.Row("peers", "none of oha, h2load, k6, locust, vegeta, tsung is installed")]
