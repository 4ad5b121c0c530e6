"""Runs that show a leak, or none: sessions come and go over one target whose memory is watched."""

from support.plan import small_plan


def coming_and_going(url, seconds, **over):
    """Ten sessions at a time, each of two messages, then deleted, so that the target may use its memory again: some 45 a second."""
    steady = [{"name": "opening", "duration": "1s", "sessions": 10, "ramp": "step"},
              {"name": "steady", "duration": f"{seconds}s", "sessions": 10, "ramp": "hold"},
              {"name": "closing", "duration": "300ms", "sessions": 0, "ramp": "step"}]
    return small_plan(url, scenario={"options": {"delete_path": "/sessions/{session}"}},
                      limits={"delete_session": "none"}, sessions={"think_time": "none", "turns": "constant(2)"},
                      phases=steady, **over)


TARGET = ("--limits", "none", "--delay", "100ms")
LEAK = ("--leak", "2KiB/session")


def verdict(report):
    return report.get("leak", {}).get("verdict", "none")
