"""Measurements of memory: what idle sessions and connections take, and whether it grows with a run's length."""

import measures
import running


def thinking(sessions, addresses, ramp, hold, think, mode="forwarded", **target):
    """Sessions that open within `ramp` seconds and then think; at most one connection an address."""
    def plan(url):
        made = running.closed_loop(url, ramp, sessions, target={"connections_per_address": 1, **target},
                                   pool={"count": addresses, "from": ["127.64.0.0/12"], "mode": mode})
        made["sessions"].update(think_time=think, expire_after="none", cleanup_every="none")
        made["phases"] = [{"name": "opening", "duration": f"{ramp}s", "sessions": sessions, "ramp": "linear"},
                          {"name": "hold", "duration": f"{hold}s", "ramp": "hold"}]
        return made
    return plan


def memory(quick):
    """bytes per idle session, 1 000 000 of them over 1 000 addresses"""
    many, few = 200_000 if quick else 1_000_000, 10_000
    peak, opened = {}, {}
    for sessions in (few, many):
        child = measures.ours(thinking(sessions, 1_000, max(2, sessions // 50_000), 2, "constant(1h)"))[0]
        peak[sessions], opened[sessions] = child.peak_bytes, child.report["totals"]["sessions"]["opened"]
    if opened[many] < 0.99 * many:
        raise measures.Unfit(f"only {opened[many]} of {many} sessions were opened in time")
    each = (peak[many] - peak[few]) / (opened[many] - opened[few])
    whole = peak[many] / opened[many]
    return [measures.at_most(f"bytes per idle session, {many} of them", each, f"{each:.0f} B beyond a run of {few}; the whole process's, "
                             f"shared out: {whole:.0f} B", "<= 160 B", 160, peaks=peak, whole=whole),
            measures.at_most("  peak memory of that run", peak[many], f"{peak[many] / 2**20:.0f} MiB", "<= 300 MiB", 300 << 20)]


def held_bytes(child):
    return max(t["generator"]["rss_bytes"] for t in child.report["timeline"] if t["phase"] == "hold" and "generator" in t)


def idle(quick):
    """bytes per idle keep-alive connection, 19 000 of them"""
    count = 5_000 if quick else 19_000
    held = {}
    # One session and one connection an address: the difference is the connections'. Each has a source address of its own:
    # once one address has used half of its local ports, Linux searches thousands of them for each new connection.
    for keep in (False, True):
        child = measures.ours(thinking(count, count, 4, 3, "constant(1h)", "bind", keep_alive=keep))[0]
        held[keep] = held_bytes(child)
    each = (held[True] - held[False]) / count
    whole = held[True] / count
    return [measures.at_most(f"bytes per idle connection, {count} of them", each, f"{each:.0f} B beyond a run without; the whole process's with "
                             f"their sessions and addresses, shared out: {whole:.0f} B", "<= 400 B", 400, held=held, whole=whole)]


def grown(short, long):
    """What a run has more in memory after `long` seconds than another after `short`: before its end, and at its peak, which as a
    rule is the report's writing."""
    before_end, peaks = [], []
    for seconds in (short, long):
        child = measures.ours(lambda url, s=seconds: running.closed_loop(url, s), timeout=seconds + 60)[0]
        before_end.append([t["generator"]["rss_bytes"] for t in child.report["timeline"] if "generator" in t and t["span_s"] > 0.5][-1])
        peaks.append(child.peak_bytes)
    return [measures.at_most(f"memory after {long} s against {short} s, {what}", seen[1] - seen[0],
                             f"{(seen[1] - seen[0]) / 2**20:+.2f} MiB ({seen[1] / 2**20:.1f} and {seen[0] / 2**20:.1f})", "within 2 MiB", 2 << 20,
                             bytes=seen)
            for what, seen in (("while they run", before_end), ("peaks with the report's writing", peaks))]


def length(quick):
    """memory after ten times the run's length"""
    return grown(*((1, 10) if quick else (3, 30)))


def long_length(quick):
    """memory after ten times the run's length, a minute and ten (11 minutes; only if it is named)"""
    return grown(*((6, 60) if quick else (60, 600)))


ALL = {m.__name__: m for m in (memory, idle, length)}
BY_NAME = {"long_length": long_length}  # too long for those who have not asked for it
