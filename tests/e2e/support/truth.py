"""What lstarget's log says was true, and how much a busy machine may have added to it."""

import csv
import math
import os

# How long a thread that lost its core may wait until it has it again on a busy machine: a time slice of Linux's scheduler.
TIME_SLICE_S = 4e-3
FEW = 3
# Byte by byte (LSRUN_READ=bytes) an answer of lstarget's, some 400 bytes, is read in as many system calls: 0.2 to 0.25 ms each
# on the machine where it was measured; twice that is allowed. A thread that spends an eighth of its time in them, as at 500
# answers a second, is held up whenever its core is: a host that slowed its virtual processors to a twelfth of their speed for
# 80 ms, again and again and on a machine at rest, put 7 % of all answers off, and neither a log nor a wait for the processor
# shows it. So the median alone is JUDGED then.
# Through TLS (LSRUN_TEST_TLS=1) four records are written or read between the stamps of the two sides: 0.15 ms on that machine at
# 20 requests a second, when no cache holds any of it; 0.2 ms is allowed.
BYTES = "bytes" in os.environ.get("LSRUN_READ", "")
READ_S = (0.5e-3 if BYTES else 0) + (0.2e-3 if os.environ.get("LSRUN_TEST_TLS") else 0)

PERCENTILES = (("p50_ms", 50), ("p90_ms", 90), ("p99_ms", 99), ("p99_9_ms", 99.9), ("max_ms", 100))
JUDGED = PERCENTILES[:1] if BYTES else PERCENTILES


def percentile(values, percent):
    """The value at or below which `percent` of the values lie, as histograms of HdrHistogram's kind define it."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered) - 1e-9) - 1)]


def read_log(path):
    """The log's rows in the order of arrival, numbers as numbers."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [{k: v if k in ("operation", "session", "traceparent") else int(v) for k, v in row.items()} for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row["arrived_ns"])


def given(rows):
    """Seconds from each request's arrival to its reply: what the target really took, whatever it had been told to take."""
    return [(row["replied_ns"] - row["arrived_ns"]) / 1e9 for row in rows]


def schedule(rows, per_second):
    """When each request should have come, if one is planned every 1 / per_second: the i-th row's place, in ns.

    The schedule's beginning is not told by the target. It is taken from the request that came least late, which came at
    its place at the earliest; so the places are never too early, and too late by the least travelling time (some 50 us).
    """
    step = 1e9 / per_second
    begin = min(row["arrived_ns"] - i * step for i, row in enumerate(rows))
    return [begin + i * step for i in range(len(rows))]


def lateness(rows, planned):
    """Seconds from each request's place to its arrival, as the target's clock saw it."""
    return [(row["arrived_ns"] - at) / 1e9 for row, at in zip(rows, planned)]


def timer_lateness(rows):
    """Seconds from when each reply was to go out until it did: how late the target's own wake-ups are."""
    return [(row["replied_ns"] - row["due_ns"]) / 1e9 for row in rows]


def reading(rows):
    """Seconds from each reply until it may have been read, byte by byte or through TLS, one after the other. Otherwise 0."""
    seconds, free = [0.0] * len(rows), 0
    for i in sorted(range(len(rows)), key=lambda i: rows[i]["replied_ns"]):
        free = max(free, rows[i]["replied_ns"]) + READ_S * 1e9
        seconds[i] = (free - rows[i]["replied_ns"]) / 1e9
    return seconds


def noise(rows, planned):
    """Seconds of wake-ups that the target saw for each request: the client's for the send, its own for the request and the reply;
    and what lsrun is known to take for the reading."""
    return [sum(parts) for parts in zip(lateness(rows, planned), timer_lateness(rows), reading(rows))]


def differences(times, truth, busy, only=JUDGED, both_ways=False):
    """Which percentiles of `times` (a latency of the report) are not those of `truth` (seconds). A list of sentences.

    Each must be within 1 % or 50 us, whichever is larger. Above, it may be more by two wake-ups that no log can show: a
    request reaches the target's first stamp one wake-up after the client's, and a reply the client's clock one after the
    target's last. Three others in the same run are in the log, measured by the target: `busy`, see noise(). What they cost
    is allowed on top, taken half-way from the percentile to 100; on an idle machine that is some 0.1 ms. Below the truth
    nothing is allowed but the 1 %, unless `both_ways`: where `truth` counts from something that the client knew later.

    Where a percentile lies among the FEW largest, one thread that lost its core once decides it, and no other request's log
    tells of that: there a time slice is allowed besides. What lies about time in general shows in the percentiles below.
    """
    problems = []
    for key, percent in only:
        true, seen = percentile(truth, percent), times[key] / 1e3
        slack = max(0.01 * true, 50e-6)
        own = percentile(busy, (100 + percent) / 2) + (TIME_SLICE_S if (100 - percent) / 100 * len(truth) < FEW else 0)
        if not true - slack - (own if both_ways else 0) <= seen <= true + slack + own:
            problems.append(f"{key}: {seen * 1e3:.3f} ms, in truth {true * 1e3:.3f} ms; allowed are {slack * 1e3:.3f} ms and "
                            f"{own * 1e3:.3f} ms of this machine's own noise")
    return problems
