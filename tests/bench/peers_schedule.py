"""How well a fixed rate is kept, in lsrun and in the load generators that plan one for the whole run: 5 000 requests a second
at equal distances. The responder has from the kernel when each came; what it cannot see is when the plan began, so that
is taken from the requests that were least late.
"""

import array
import json
import shutil

import measures
import peers
import running

RATE = 5_000
SECONDS = 6
FIRST = 1  # second: starting is not judged


def lateness(times):
    """By how many seconds each request after the first second came later than by a plan of equal distances. The plan is laid so
    that one in a hundred came before it: not by the very earliest, which may be a burst's."""
    begun = next(i for i, t in enumerate(times) if t - times[0] > FIRST)
    behind = [t - i / RATE for i, t in enumerate(times[begun:])]
    plan = sorted(behind)[len(behind) // 100]
    return sorted(max(0.0, late - plan) for late in behind)


def command(name, url, where):
    if name == "vegeta":
        return ["vegeta", "attack", f"-rate={RATE}/1s", f"-duration={SECONDS}s", "-connections=100", "-targets", peers.vegeta_targets(where, url),
                "-output", "/dev/null"]
    if name == "oha":
        return ["oha", "--no-tui", "-z", f"{SECONDS}s", "-c", 100, "-q", RATE, "-m", "POST", "-H", peers.HEADER, "-d", measures.BODY, url]
    options = json.dumps({"scenarios": {"load": {"executor": "constant-arrival-rate", "rate": RATE, "timeUnit": "1s",
                                                 "duration": f"{SECONDS}s", "preAllocatedVUs": 200, "maxVUs": 200}}})
    return ["k6", "run", "--quiet", "--no-usage-report", peers.k6_script(where, url, options=options)]


def measured(name):
    """Half and all but one in a hundred of the requests were at most so late, in ms; how many came in a second."""
    with running.directory() as where:
        file = where / "times"
        with running.Responder(measures.SERVER, times=file) as responder:
            if name == "lsrun":
                plan = running.closed_loop(responder.url, SECONDS, rate={"base": f"{RATE}/s"})
                child = running.lsrun({**plan, "reports": {"write": ["json"]}}, measures.CLIENT)
            else:
                child = peers.run(name, command(name, responder.url + peers.URL_PATH, where), where)
        if child.code != 0:
            raise measures.Unfit(f"{name} ended with exit code {child.code}: {measures.last_words(child)}")
        # 0: the kernel begins to note the times when the first socket asks for them, and may miss the first requests.
        times = sorted(filter(None, array.array("d", file.read_bytes())))
    measures.check_rested(responder, name)
    late = lateness(times)
    return late[len(late) // 2] * 1e3, late[len(late) * 99 // 100] * 1e3, (len(times) - 1) / (times[-1] - times[0])


def schedule(quick):
    """how late requests come by the plan of 5 000 a second: lsrun and other load generators that are installed"""
    rows = []
    for name in ["lsrun", *filter(shutil.which, ("vegeta", "oha", "k6"))]:
        try:
            runs = sorted(measured(name) for _ in range(1 if quick else 3))
        except measures.Unfit as why:
            rows.append(measures.Row(f"late at {RATE}/s, {name}", f"not measured: {why}"))
            continue
        p50, p99, reached = runs[len(runs) // 2]  # the middle run, by its median
        rows.append(measures.Row(f"late at {RATE}/s, {name}", f"p50 {p50:.3f} ms, p99 {p99:.3f} ms, {reached:.0f}/s",
                                 figures={"p50_ms": p50, "p99_ms": p99, "runs": runs}))
    return rows
