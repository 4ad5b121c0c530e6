#!/usr/bin/env python3
"""HdrHistogram's own Java tool (Debian: libhdrhistogram-java) reads lsrun's histogram log: equal counts and percentiles.

usage: histogram_by_java.py HISTOGRAM_TOOL; exit 77 (skipped) where java or the jar is not installed.
"""
import bisect
import os
import random
import subprocess
import sys
import tempfile
import unittest

import hdrhistogram

if not hdrhistogram.have_java_tool():
    print(f"skipped: there is no java, or no {hdrhistogram.JAR} (apt-get install default-jre-headless libhdrhistogram-java)")
    sys.exit(77)

TOOL = sys.argv.pop(1)


class CrossCheck(unittest.TestCase):
    def read(self, values):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "histograms.hlog")
            subprocess.run([TOOL, "log", path], input="\n".join(f"{v} {c}" for v, c in values), text=True, check=True,
                           timeout=20)
            self.assertEqual(hdrhistogram.tags_by_java(path), ["chat"])
            return hdrhistogram.read_by_java(path, "chat")

    def test_counts_and_percentiles_are_those_of_the_values(self):
        for seed in range(4):
            rng = random.Random(seed)
            values = [(min(hdrhistogram.HIGHEST, int(rng.lognormvariate(11, 2)) + 1), 1 + rng.randrange(5)) for _ in range(700)]
            read = self.read(values)
            flat = sorted(v for v, n in values for _ in range(n))
            self.assertEqual(read.count, len(flat))
            self.assertGreater(len(read.rows), 40)
            # Java names each value by the highest that it does not tell apart: no value of ours lies between the two.
            for value, share, count in read.rows:
                self.assertEqual(bisect.bisect_right(flat, value), count, f"seed {seed}: values up to {value}")
                self.assertGreaterEqual(count + 1e-6, share * len(flat), f"seed {seed}: percentile {share * 100}")
            lsrun = subprocess.run([TOOL, "percentiles", *(f"{share * 100:.10f}" for _, share, _ in read.rows)], text=True, timeout=20,
                                   input="\n".join(f"{v} {c}" for v, c in values), capture_output=True, check=True).stdout
            ours = list(map(int, lsrun.split()))
            # lsrun knows the greatest value exactly, and never says more.
            self.assertEqual(ours, [min(int(value), flat[-1]) for value, _, _ in read.rows], f"seed {seed}: lsrun's own percentiles")

    def test_one_value_and_the_ends_of_the_range(self):
        self.assertEqual(self.read([(5, 3)]).rows[-1][2], 3)
        read = self.read([(1, 1), (hdrhistogram.HIGHEST, 2)])
        self.assertEqual(read.count, 3)
        self.assertEqual(read.rows[0][0], 1)


if __name__ == "__main__":
    unittest.main()
