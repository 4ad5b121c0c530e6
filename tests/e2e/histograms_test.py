"""A run's histograms.hlog is read by HdrHistogram's own tools, and says what the report says."""

import sys
import unittest

from support.case import EndToEnd
from support.places import SOURCE
from support.truth import PERCENTILES, percentile

sys.path.insert(0, str(SOURCE / "tests" / "unit" / "metrics"))
import hdrhistogram  # noqa: E402


class Log(EndToEnd):
    """One run of two operations for both readers; skipped readers say what to install."""

    @classmethod
    def setUpClass(cls):
        cls.run_once = None

    def run_with_log(self):
        if Log.run_once is None:
            target = self.target("--limits", "none", "--delay", "lognormal(20ms,0.8)")
            ended = self.small_run(target)
            self.assert_true_run(ended, target)
            rows = {row["operation"]: row["response_time"] for row in ended.report["operations"] if "response_time" in row}
            self.assertEqual(set(rows), {"create_session", "chat"})
            Log.run_once = (ended.report, rows, (ended.directory / "histograms.hlog").read_bytes())
        path = self.folder() / "histograms.hlog"
        path.write_bytes(Log.run_once[2])
        return path, Log.run_once[1]

    def test_by_the_python_package(self):
        if not hdrhistogram.use_python_package():
            self.skipTest("the Python package hdrhistogram is not installed (tools/install_deps.sh --tests)")
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader
        path, rows = self.run_with_log()
        sums = {name: HdrHistogram(1, hdrhistogram.HIGHEST, 3) for name in rows}
        reader = HistogramLogReader(str(path), HdrHistogram(1, hdrhistogram.HIGHEST, 3))
        while (one := reader.get_next_interval_histogram()) is not None:
            sums[one.get_tag()].add(one)
        reader.close()
        for name, times in rows.items():
            self.assertEqual(sums[name].get_total_count(), times["count"], name)
            # The package rounds a percentile's rank to the nearest, lsrun and the Java library up: so by its counts.
            values = [v for step in sums[name].get_recorded_iterator() for v in [step.value_iterated_to] * step.count_added_in_this_iter_step]
            for key, percent in PERCENTILES:
                theirs = sums[name].get_highest_equivalent_value(percentile(values, percent))
                # The report never says more than the greatest value, which it knows exactly.
                self.assertEqual(min(theirs, round(times["max_ms"] * 1000)), round(times[key] * 1000), f"{name} {key}")

    def test_by_the_java_tool(self):
        if not hdrhistogram.have_java_tool():
            self.skipTest("no java, or no libhdrhistogram-java (tools/install_deps.sh --tests)")
        path, rows = self.run_with_log()
        self.assertEqual(set(hdrhistogram.tags_by_java(path)), set(rows))
        for name, times in rows.items():
            read = hdrhistogram.read_by_java(path, name)
            self.assertEqual(read.count, times["count"], name)
            for key, percent in PERCENTILES:  # its rows are at percentiles of its own choice: between the two nearest
                ours, most = round(times[key] * 1000), round(times["max_ms"] * 1000)
                self.assertGreaterEqual(ours, max([0] + [min(v, most) for v, share, _ in read.rows if share * 100 < percent]), f"{name} {key}")
                self.assertLessEqual(ours, min(v for v, share, _ in read.rows if share * 100 >= percent), f"{name} {key}")


if __name__ == "__main__":
    unittest.main()
