"""Programs that a machine's other work does not hold up: those of tests that judge times."""

import functools
import subprocess


@functools.cache
def ahead():
    """The words before a command that make it come before all ordinary programs; none where the system does not allow it.

    What is judged then is the program, not how busy the machine is. Two such programs share the processors in turn; the second
    lowest place, as lsrun's workers take one below that of its main thread.
    """
    words = ("chrt", "--rr", "2")
    try:
        allowed = subprocess.run([*words, "true"], capture_output=True, timeout=30).returncode == 0
    except FileNotFoundError:
        allowed = False
    return words if allowed else ()
