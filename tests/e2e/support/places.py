"""Where things are: the build under test, the sources, and free ports of loopback."""

import os
import pathlib
import socket

SOURCE = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("LSRUN_BUILD", SOURCE / "build" / "release"))
LSRUN = BUILD / "lsrun"
LSTARGET = BUILD / "lstarget"
CONFIGS = SOURCE / "configs"
SCHEMA = SOURCE / "core" / "report" / "report.schema.json"


def free_port(host="127.0.0.1"):
    """A port of `host` that nobody listens on at this moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.bind((host, 0))
        return one.getsockname()[1]


def have_ipv6():
    """Has this machine the address ::1? Containers often have not."""
    try:
        free_port("::1")
        return True
    except OSError:
        return False
