"""Where things are: the build under test, the sources, and free ports of loopback."""

import os
import pathlib
import random
import socket

SOURCE = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("LSRUN_BUILD", SOURCE / "build" / "release"))
LSRUN = BUILD / "lsrun"
LSTARGET = BUILD / "lstarget"
CONFIGS = SOURCE / "configs"
SCHEMA = SOURCE / "core" / "report" / "report.schema.json"


def free_port(host="127.0.0.1"):
    """A port of `host` that nobody listens on at this moment, and that no connection of another test is given as its own
    before the caller listens on it: one below those that the kernel gives to connections, if there are such."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    first_given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    chosen = random.SystemRandom().sample(range(10_000, first_given), 20) if first_given > 10_100 else []
    for port in [*chosen, 0]:
        with socket.socket(family) as one:
            try:
                one.bind((host, port))
            except OSError:
                if port == 0:
                    raise
                continue
            return one.getsockname()[1]
    raise AssertionError("not reached")


def have_ipv6():
    """Has this machine the address ::1? Containers often have not."""
    try:
        free_port("::1")
        return True
    except OSError:
        return False
