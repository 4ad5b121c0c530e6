#!/usr/bin/env python3
"""lsrun's histograms and HdrHistogram's own Python package (PyPI: hdrhistogram) read each other.

usage: histogram_by_hdrhistogram.py HISTOGRAM_TOOL; exit 77 (skipped) where the package is not installed.
"""
import os
import random
import subprocess
import sys
import tempfile
import unittest

import hdrhistogram

if not hdrhistogram.use_python_package():
    print("skipped: the Python package hdrhistogram is not installed (tools/install_deps.sh --tests, or pip install hdrhistogram)")
    sys.exit(77)

from hdrh.histogram import HdrHistogram  # noqa: E402
from hdrh.log import HistogramLogReader  # noqa: E402

TOOL = sys.argv.pop(1)
PERCENTILES = (50.0, 90.0, 99.0, 99.9)


def run(what, text):
    return subprocess.run([TOOL, what], input=text, capture_output=True, text=True, check=True, timeout=20).stdout


def samples(seed):
    rng = random.Random(seed)
    # A multiple of 1000 values: then all implementations round the rank of these percentiles alike.
    return [(min(3_600_000_000, int(rng.lognormvariate(11, 2)) + 1), 1 + rng.randrange(5) * 2) for _ in range(500)]


def filled(values):
    h = HdrHistogram(1, 3_600_000_000, 3)
    for value, count in values:
        h.record_value(value, count)
    return h


def padded(values):
    total = sum(count for _, count in values)
    return values + [(1000, -total % 1000 or 1000)]


class CrossCheck(unittest.TestCase):
    def test_hdrhistogram_reads_what_lsrun_wrote(self):
        for seed in range(10):
            values = padded(samples(seed))
            text = run("encode", "\n".join(f"{v} {c}" for v, c in values)).strip()
            theirs, read = filled(values), HdrHistogram.decode(text)
            self.assertEqual(read.get_total_count(), theirs.get_total_count())
            self.assertEqual([read.get_count_at_value(v) for v, _ in values],
                             [theirs.get_count_at_value(v) for v, _ in values])
            self.assertEqual([read.get_value_at_percentile(p) for p in PERCENTILES],
                             [theirs.get_value_at_percentile(p) for p in PERCENTILES])

    def test_lsrun_reads_what_hdrhistogram_wrote(self):
        for seed in range(10):
            theirs = filled(padded(samples(seed)))
            text = theirs.encode()
            text = text.decode() if isinstance(text, bytes) else text
            count, _, *found = map(int, run("decode", text).split())
            self.assertEqual(count, theirs.get_total_count())
            self.assertEqual(found, [theirs.get_value_at_percentile(p) for p in PERCENTILES])

    def test_hdrhistogram_reads_lsruns_log(self):
        values = padded(samples(99))
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "histograms.hlog")
            subprocess.run([TOOL, "log", path], input="\n".join(f"{v} {c}" for v, c in values), text=True, check=True,
                           timeout=20)
            reader = HistogramLogReader(path, HdrHistogram(1, 3_600_000_000, 3))
            read = reader.get_next_interval_histogram()
            self.assertEqual(read.get_total_count(), sum(c for _, c in values))
            self.assertEqual(read.get_tag(), "chat")
            self.assertIsNone(reader.get_next_interval_histogram())
            reader.close()


if __name__ == "__main__":
    unittest.main()
