"""Other load generators, if they are installed, as rows of bench.py: the same request, 100 connections, closed loop."""

import contextlib
import json
import re
import shutil
import statistics

import measures
import running
import tsung

URL_PATH = "/sessions/chat"
HEADER = "Content-Type: application/json"
NAMES = ("oha", "h2load", "k6", "locust", "vegeta", "tsung")


def k6_script(where, url, after="", options=""):
    """The file of a k6 script that posts to `url`, then does `after`; `options` are its own, a JavaScript object."""
    (where / "script.js").write_text(
        f"import http from 'k6/http';\nimport {{ sleep }} from 'k6';\nconst body = {json.dumps(measures.BODY)};\n"
        f"const about = {{headers: {{'Content-Type': 'application/json'}}}};\n"
        f"export const options = {options or '{}'};\n"
        f"export default function () {{ http.post('{url}', body, about); {after} }}\n")
    return where / "script.js"


def locustfile(where, wait=""):
    """The file of Locust users who post, each after `wait`."""
    (where / "locustfile.py").write_text(
        "from locust import FastHttpUser, constant, task\n\n\nclass Customer(FastHttpUser):\n"
        f"    {wait or 'pass'}\n\n    @task\n    def post(self):\n"
        f"        self.client.post({URL_PATH!r}, data={measures.BODY!r}, headers={{'Content-Type': 'application/json'}})\n")
    return where / "locustfile.py"


def body_file(where):
    (where / "body.json").write_text(measures.BODY)
    return where / "body.json"


def vegeta_targets(where, url):
    (where / "targets").write_text(f"POST {url}\n{HEADER}\n@{body_file(where)}\n")
    return where / "targets"


def command(name, url, where, seconds):
    """The command by which the peer `name` loads `url` for `seconds` with 100 connections; its files are in `where`."""
    if name == "oha":
        return ["oha", "--no-tui", "-z", f"{seconds}s", "-c", 100, "-m", "POST", "-H", HEADER, "-d", measures.BODY, url]
    if name == "h2load":
        return ["h2load", "--h1", "-t", 1, "-c", 100, "-D", seconds, "-H", HEADER, "-d", body_file(where), url]
    if name == "k6":
        return ["k6", "run", "--quiet", "--no-usage-report", "--vus", 100, "--duration", f"{seconds}s", k6_script(where, url)]
    if name == "locust":
        return ["locust", "-f", locustfile(where), "--headless", "-u", 100, "-r", 100, "-t", f"{seconds}s", "--host", url.removesuffix(URL_PATH)]
    if name == "vegeta":
        return ["vegeta", "attack", "-rate", 0, "-max-workers", 100, "-connections", 100, "-duration", f"{seconds}s",
                "-targets", vegeta_targets(where, url), "-output", where / "results"]
    return tsung.command(where, url, body_file(where), seconds, users=100)


def run(name, words, where, **rest):
    """A peer's command to its end, on the client's core, in the folder `where`."""
    with tsung.names(where) if name == "tsung" else contextlib.nullcontext({}) as environment:
        return running.run(words, measures.CLIENT, cwd=where, environment=environment, **rest)


def vegeta_failures(report):
    """What stands in a report of vegeta's, as JSON, of answers other than 200: their numbers and the first words."""
    told = json.loads(report)
    counts = {status: n for status, n in told["status_codes"].items() if status != "200"}
    return f"{counts} of {told['requests']}: {'; '.join(told['errors'][:2])}" if counts or told["errors"] else ""


def failures(name, child, where):
    """What the peer itself says went wrong with its requests; "" if nothing."""
    said = child.out
    if name == "vegeta":
        return vegeta_failures(running.run(["vegeta", "report", "-type=json", where / "results"]).out)
    if name == "tsung":
        said = "".join(log.read_text(errors="replace") for log in where.glob("tsung-log/*/tsung.log"))
    found = {
        "oha": r"Success rate:\s+(?!100\.00%)\S+|\[[345]\d\d\] \d+ responses",
        "h2load": r"[1-9]\d* (?:failed|errored|timeout)|[1-9]\d* [345]xx|, 0 done",
        "k6": r"http_req_failed\.*: (?!0\.00%)\S+.*",
        "locust": r"Aggregated +\d+ +[1-9]\d*\([\d.]+%\)",
        "tsung": r"stats: (?:error_(?!abort )\w+|[345]\d\d) .*",  # it is always ended while its sessions go on: error_abort
    }.get(name)
    return (re.search(found, said) or [""])[0] if found else ""


def measured(name, seconds):
    if name == "lsrun":
        return measures.ours(lambda url: running.closed_loop(url, seconds))[2]
    with running.directory() as where, running.Responder(measures.SERVER) as responder:
        child = run(name, command(name, responder.url + URL_PATH, where, seconds), where)
        wrong = failures(name, child, where)
    if wrong:
        raise measures.Unfit(f"{name} had errors: {wrong}")
    if responder.connections > 100:
        raise measures.Unfit(f"{name} lost connections: it opened {responder.connections} for its 100")
    return measures.judged(child, responder, name)


def peers(quick):
    """lsrun and other load generators that are installed, each on one core, in wrk's CPU per request"""
    seconds, pairs = (2, 1) if quick else (4, 3)
    rows = []
    for name in ["lsrun", *filter(shutil.which, NAMES)]:
        try:
            ratios = [measured(name, seconds) / measures.wrk(seconds)[0] for _ in range(pairs)]
        except measures.Unfit as why:
            rows.append(measures.Row(name, f"not measured: {why}"))
            continue
        rows.append(measures.Row(name, f"{measures.spread(ratios)} x wrk's CPU per request", figures={"value": statistics.median(ratios)}))
    return rows
