"""What must be true of every report, and of a report beside the target's own count."""

OUTCOMES = ["ok", "business_error", "rate_limited", "timeout", "connect_error", "server_error", "client_error",
            "protocol_error", "cancelled", "empty_poll"]


def _add(sums, requests):
    for outcome, n in requests.items():
        sums[outcome] = sums.get(outcome, 0) + n


def _same(problems, what, left, right):
    if left != right:
        problems.append(f"{what}: {left} is not {right}")


def _under_way(problems, what, begun, ended, most):
    if not ended <= begun <= ended + most:
        problems.append(f"{what}: {begun} begun, {ended} ended, at most {most} may be under way")


def laws(report, under_way=0):
    """The laws of conservation, summed up anew from the report's parts. Returns a list of those that do not hold.

    `under_way`: as many sessions may have been in a step when the figures stop; for runs that were killed.
    """
    problems = []
    totals = report["totals"]
    rows = [("totals", totals["requests"])]
    for table, key in (("operations", "operation"), ("addresses", "address"), ("phases", "name"), ("timeline", "t_s"),
                       ("turns", "turn"), ("tenants", "tenant")):
        rows += [(f"{table} {row[key]}", row["requests"]) for row in report[table]]
    for what, requests in rows:
        _same(problems, f"{what}: sent against the sum of outcomes", requests["sent"], sum(requests[o] for o in OUTCOMES))
    for table in ("operations", "addresses", "phases", "timeline") + (("tenants",) if report["tenants"] else ()):
        sums = {}
        for row in report[table]:
            _add(sums, row["requests"])
        for outcome, n in totals["requests"].items():
            _same(problems, f"{table}: sum of {outcome} against the total", sums.get(outcome, 0), n)
    for row in report["operations"]:
        _same(problems, f"{row['operation']}: statuses against sent", sum(row["statuses"].values()), row["requests"]["sent"])
    for row in report["addresses"]:
        sums = {}
        for one in row["operations"]:
            _add(sums, one["requests"])
            _same(problems, f"{row['address']} {one['operation']}: statuses against sent", sum(one["statuses"].values()),
                  one["requests"]["sent"])
        for outcome, n in row["requests"].items():
            _same(problems, f"{row['address']}: operations' {outcome}", sums.get(outcome, 0), n)
    s, steps = totals["sessions"], totals["steps"]
    _under_way(problems, "sessions attempted", s["attempted"], s["opened"] + s["failed_to_open"], under_way)
    _same(problems, "sessions opened", s["opened"], s["closed"] + s["expired"] + s["lost"] + s["alive_at_end"])
    _under_way(problems, "steps", steps["started"], steps["succeeded"] + steps["failed"], under_way)
    _same(problems, "the phases' sessions_opened", sum(p["sessions_opened"] for p in report["phases"]), s["opened"])
    _same(problems, "the timeline's opened", sum(p["opened"] for p in report["timeline"]), s["opened"])
    r = totals["requests"]
    failed = sum(r[o] for o in ("timeout", "connect_error", "server_error", "client_error", "protocol_error"))
    listed = sum(a["count"] for f in report["failures"] for a in f["attempts"] if a["attempt"] > 0)  # 0: of steps
    _same(problems, "failures listed", listed, failed + r["rate_limited"])
    if not report["conservation"]["holds"]:
        problems.append(f"the report's own laws: {report['conservation']['laws']}")
    return problems


def client_counts(report):
    """{address: {operation: {status: n}}} as lsrun counted."""
    return {row["address"]: {one["operation"]: dict(one["statuses"]) for one in row["operations"] if one["statuses"]}
            for row in report["addresses"] if row["requests"]["sent"] > 0}


def _folded(table, fold):
    result = {}
    for operation, statuses in table.items():
        _add(result.setdefault(fold.get(operation, operation), {}), {str(s): n for s, n in statuses.items()})
    return result


def same_counts(report, stats, fold=None):
    """Is the client's count the target's, for every address, operation, status and outcome? A list of differences.

    For runs in which every request was answered. `fold` renames operations that one side splits: {"a": "b"}.
    """
    problems, fold = [], fold or {}
    _same(problems, "requests", report["totals"]["requests"]["sent"], stats["requests"])
    client = {address: _folded(table, fold) for address, table in client_counts(report).items()}
    target = {address: _folded(table, fold) for address, table in stats["by_address"].items()}
    for address in sorted(set(client) | set(target)):
        _same(problems, f"{address}: operations and statuses", client.get(address), target.get(address))
    operations = _folded({row["operation"]: row["statuses"] for row in report["operations"] if row["statuses"]}, fold)
    _same(problems, "operations and statuses", operations, _folded(stats["by_operation"], fold))
    for outcome in OUTCOMES:
        _same(problems, f"outcome {outcome}", report["totals"]["requests"][outcome], stats["outcomes"].get(outcome, 0))
    return problems


def spread(report):
    """The largest deviation of an address's requests from the mean, as a share of the mean."""
    counts = [row["requests"]["sent"] for row in report["addresses"]]
    mean = sum(counts) / len(counts)
    return max(abs(n - mean) for n in counts) / mean
