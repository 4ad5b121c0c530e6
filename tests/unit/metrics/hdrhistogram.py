"""HdrHistogram's own readers, where they are installed: its Python package (PyPI: hdrhistogram) and its Java tool (Debian:
libhdrhistogram-java, with any java). tools/install_deps.sh --tests installs both."""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys

HIGHEST = 3_600_000_000
JAR = pathlib.Path("/usr/share/java/hdrhistogram.jar")
_ENVIRONMENT = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "lsrun" / "hdrhistogram"


def use_python_package():
    """Makes `import hdrh` work if the package is installed, here or in the environment that install_deps.sh makes. Did it?"""
    for folder in sorted(_ENVIRONMENT.glob("lib/python3*/site-packages")):
        if folder.parent.name == f"python{sys.version_info[0]}.{sys.version_info[1]}":
            sys.path.append(str(folder))
    try:
        import hdrh.histogram  # noqa: F401
        return True
    except ImportError:
        return False


def have_java_tool():
    return JAR.exists() and shutil.which("java") is not None


def tags_by_java(path):
    """The tags of a histogram log, by HdrHistogram's Java tool."""
    out = _java("-i", path, "-listtags")
    return out.split("Tags found in input file:", 1)[1].split()


Distribution = collections.namedtuple("Distribution", "count highest rows")  # rows: (value, percentile 0..1, count up to there)


def read_by_java(path, tag):
    """All histograms of a tag in a log, summed up by HdrHistogram's Java tool: values in the log's own unit."""
    out = _java("-i", path, "-tag", tag, "-outputValueUnitRatio", "1")
    rows = [(float(v), float(p), int(n)) for v, p, n in re.findall(r"^ *([\d.]+) ([\d.]+) +(\d+)(?: +\S+)?$", out, re.M)]
    highest, count = re.search(r"#\[Max *= *([\d.]+), Total count *= *(\d+)\]", out).groups()
    return Distribution(int(count), float(highest), rows)


def _java(*words):
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", JAR, "org.HdrHistogram.HistogramLogProcessor", *words]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True, timeout=60).stdout
