"""Configs of tests: dictionaries, merged over one small plan, written as TOML."""

import json
import os

from support import certificates


def merged(base, over):
    """`base` with the values of `over`; tables are merged, everything else replaces; None takes a key away."""
    result = dict(base)
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def _inline(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)  # JSON's escapes are TOML's too


def _key(key):
    return key if key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def toml(config):
    """The config as TOML: plain values first, a [table] for each dictionary, [[tables]] for lists of them."""
    lines, tables = [], []
    for key, value in config.items():
        if isinstance(value, dict):
            tables += [f"\n[{key}]"] + [f"{_key(k)} = {_inline(v)}" for k, v in value.items()]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                tables += [f"\n[[{key}]]"] + [f"{_key(k)} = {_inline(v)}" for k, v in one.items()]
        else:
            lines.append(f"{_key(key)} = {_inline(value)}")
    return "\n".join(lines + tables) + "\n"


def phases(*spans):
    """phases(("2s", 10), ("1s", 0, "step")): name by place, duration, sessions, ramp."""
    result = []
    for number, span in enumerate(spans, 1):
        one = {"name": f"phase{number}", "duration": span[0], "sessions": span[1]}
        if len(span) > 2:
            one["ramp"] = span[2]
        result.append(one)
    return result


def trust_in(url):
    """What a plan needs besides to believe a Target's certificate; nothing where it speaks no TLS."""
    return {"target.tls": {"ca": str(certificates.of_this_process()[0])}} if url.startswith("https:") else {}


def unhurried(ms):
    """A phase of so many milliseconds, as its length in a config; where more than four programs wait for each processor it is as
    much longer, so that there is as much in it."""
    busy = os.getloadavg()[0] / os.cpu_count() / 4
    return f"{round(ms * min(max(busy, 1), 8))}ms"


def small_plan(url, **over):
    """8 sessions over 4 forwarded addresses for a second and a half (see unhurried), nothing limited, closed in the end; `over`
    as in merged."""
    plan = {
        "name": "small",
        "target": {"url": url},
        "scenario": {"plugin": "chat_sync"},
        "pool": {"count": 4, "from": ["127.64.0.0/16"]},
        "limits": {"create_session": "none", "chat": "none", "default": "none"},
        "sessions": {"think_time": "constant(100ms)"},
        "retry": {"attempts": 5, "first": "50ms", "most": "500ms"},
        "phases": phases((unhurried(1500), 8, "step"), ("300ms", 0, "step")),
        "reports": {"write": ["json"]},
        # Of a hundred requests one slow moment of a busy machine is the 99th percentile.
        "run": {"lag_limit": "none", "cpu_limit": "none", "missed_limit": "none"},
    }
    if "target.tls" not in over:
        plan.update(trust_in(url))
    return merged(plan, over)
