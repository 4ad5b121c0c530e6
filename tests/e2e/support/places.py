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


_held = []  # sockets that keep the ports of free_port, to the end of this process


def free_port(host="127.0.0.1"):
    """A port of `host` for one listener, kept for this process to its end: no connection is given it, and no other test.

    It stays bound by a socket that does not listen. Linux lets another socket of ours listen there all the same, if both have
    SO_REUSEADDR, as lstarget's, asyncio's, Go's and Python's servers do; whoever binds without it, as the next call of this
    does, is refused. Until somebody listens, connections to it are refused, as to any port.
    """
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        one.bind((host, 0))
    except OSError:
        one.close()
        raise
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # after the bind: this one must be alone there
    _held.append(one)
    return one.getsockname()[1]


def have_ipv6():
    """Has this machine the address ::1? Containers often have not."""
    try:
        free_port("::1")
        return True
    except OSError:
        return False
