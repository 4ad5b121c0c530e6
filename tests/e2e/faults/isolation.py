"""What needs the system's leave: a network of few ports, a disk of few bytes, a limit that nobody raises. Each for one thread
of the test and what it starts; gone with that thread."""

import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import threading

from support.places import BUILD

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 1 << 18
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40

# Starts a program with limits of open files, soft and hard; nobody may raise the hard one, root by its capability neither.
# Under UBSan the hard one is only pretended, see spare_files.c.
LIMITED = """
import ctypes, os, resource, sys
PR_CAPBSET_DROP = CAP_SYS_RESOURCE = 24
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0)
soft, hard, spare = int(sys.argv[1]), int(sys.argv[2]), os.environ.get("LSRUN_SPARE_FILES")
if spare and soft == hard:
    os.environ.update(LD_PRELOAD=spare, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
    hard = 4096
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
os.execv(sys.argv[3], sys.argv[3:])
"""
if "undefined" in os.environ.get("LSRUN_SANITIZED", ""):
    os.environ["LSRUN_SPARE_FILES"] = str(BUILD / "tests" / "spare_files.so")

# Starts a program that may make no file longer than this.
SHORT_FILES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.argv[2], sys.argv[2:])
"""

_libc = ctypes.CDLL(None, use_errno=True)


class Forbidden(Exception):
    """This machine does not let the test do that."""


def _call(what, *words):
    if getattr(_libc, what)(*words) != 0:
        raise Forbidden(f"{what}: {os.strerror(ctypes.get_errno())}")


def in_own_thread(work):
    """work() in a thread of its own, whose namespaces are its own; its result or exception."""
    result = []

    def run():
        try:
            result.append((work(), None))
        except BaseException as failure:  # pylint: disable=broad-except
            result.append((None, failure))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, failure = result[0]
    if failure is not None:
        raise failure
    return value


def own_network(first_port, last_port):
    """A loopback of this thread's own, with these ports to connect from."""
    _call("unshare", CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP | IFF_RUNNING) + bytes(22))
    try:
        pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(f"{first_port} {last_port}")
    except OSError as failure:
        raise Forbidden(str(failure)) from None


def own_disk(path, size):
    """A disk of `size` bytes at `path`, which only this thread and its children see."""
    _call("unshare", CLONE_NEWNS)
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    path.mkdir(exist_ok=True)
    _call("mount", b"tmpfs", str(path).encode(), b"tmpfs", 0, f"size={size}".encode())
