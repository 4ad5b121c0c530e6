"""What an idle session costs with its connection, in lsrun and in the load generators that can hold one: bytes of the
process, by the difference of two runs, and the whole process's shared out. Each opens its connections, sends one request
on each and thinks; its memory is what it has a second before its end.
"""

import shutil

import measures
import memory
import peers
import running
import tsung

HOLD = 3  # seconds that are left for thinking
A_SECOND = 1_000  # sessions begun

WRK_SCRIPT = """
wrk.method, wrk.body = "POST", [[%s]]
wrk.headers["Content-Type"] = "application/json"
local asked = 0
function delay() -- before each request, also a connection's first: those come one after another, others never
  asked = asked + 1
  return asked <= %d and math.floor(asked * 1000 / %d) or 3600000
end
"""


def command(name, url, where, count, seconds):
    """The command by which `name` holds `count` connections to `url` until `seconds` are over; its files are in `where`."""
    if name == "wrk":
        (where / "post.lua").write_text(WRK_SCRIPT % (measures.BODY, count, A_SECOND))
        return ["wrk", "-t1", f"-c{count}", f"-d{seconds}s", "--timeout", f"{seconds}s", "-s", where / "post.lua", url]
    if name == "h2load":  # all begin at once; each has a clock of its own, which asks again after this run
        return ["h2load", "--h1", "-t", 1, "-c", count, "-D", seconds, "--rps", 1 / (2 * seconds), "-H", peers.HEADER,
                "-d", peers.body_file(where), url]
    if name == "oha":  # its connections take turns at one rate: each waits for count / A_SECOND seconds between two requests
        return ["oha", "--no-tui", "-z", f"{seconds}s", "-c", count, "-q", A_SECOND, "-m", "POST", "-H", peers.HEADER,
                "-d", measures.BODY, url]
    if name == "k6":
        options = f"{{vus: {count}, duration: '{seconds}s', gracefulStop: '0s'}}"
        return ["k6", "run", "--quiet", "--no-usage-report", peers.k6_script(where, url, "sleep(3600);", options)]
    if name == "locust":
        return ["locust", "-f", peers.locustfile(where, "wait_time = constant(3600)"), "--headless", "-u", count, "-r", A_SECOND,
                "-t", f"{seconds}s", "--host", url.removesuffix(peers.URL_PATH)]
    return tsung.command(where, url, peers.body_file(where), seconds, count, A_SECOND, think=3600)


def holding(name, count):
    """Bytes of `name` while `count` sessions think, each with a connection."""
    seconds = count // A_SECOND + HOLD
    if name == "lsrun":  # an address for each session, as its own connection: also the address's row is in it
        plan = memory.thinking(count, count, count / A_SECOND, HOLD, "constant(1h)", "bind")
        child, responder, _ = measures.ours(plan)
    else:
        with running.directory() as where, running.Responder(measures.SERVER) as responder:
            child = peers.run(name, command(name, responder.url + peers.URL_PATH, where, count, seconds), where)
        if child.code != 0:
            raise measures.Unfit(f"{name} ended with exit code {child.code}: {measures.last_words(child)}")
    if not count <= min(responder.connections, responder.requests):
        raise measures.Unfit(f"{name} opened {responder.connections} connections and sent {responder.requests} requests, not {count}")
    if responder.connections > 1.02 * count:
        raise measures.Unfit(f"{name} did not keep its connections: it opened {responder.connections} for {count}")
    return [size for when, size in child.memory if when < child.begun + child.wall_s - 1][-1]


def held(quick):
    """memory of an idle session with its connection: lsrun and other load generators that are installed"""
    few, many = 100, 2_000 if quick else 5_000
    rows = []
    for name in ["lsrun", *filter(shutil.which, ("wrk", "h2load", "tsung", "locust", "oha", "k6"))]:
        try:
            held = holding(name, many)
            each = (held - holding(name, few)) / (many - few)
        except measures.Unfit as why:
            rows.append(measures.Row(f"idle session with its connection, {name}", f"not measured: {why}"))
            continue
        rows.append(measures.Row(f"idle session with its connection, {name}", f"{each / 1000:.1f} kB, {many} of them less {few}; the whole "
                                  f"process's, shared out: {held / many / 1000:.1f} kB", figures={"value": each, "whole": held / many}))
    return rows
