"""Conservation under faults: whatever a target or the machine does, sums hold, counts are the target's, and the report
says what happened. Each test runs one table of docs/faults.md; UPDATE_FAULTS=1 writes it anew."""

import concurrent.futures
import os
import unittest

from faults import answers, machine, people, processes, start, streams, tls
from faults.isolation import Forbidden
from faults.matrix import Row, left_out, plan_of, row_of
from faults.proxy import Proxy
from faults.table import Table
from faults.tls import Context
from support.case import EndToEnd

AT_ONCE = 4
SEED = 111  # draws some of each kind among the first requests, so that a run on a slow machine has its share too


class Matrix(EndToEnd):
    def run_cells(self, section, cells, run):
        """Runs the cells, several at a time; each has a subtest. Then the table."""
        only = os.environ.get("LSRUN_CELL")
        cells = [c for c in cells if not only or only in c.fault]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ended = list(pool.map(lambda cell: self._guarded(run, cell), cells))
        rows = []
        for cell, (row, problems) in zip(cells, ended):
            with self.subTest(cell.fault):
                if row and row.skipped:
                    self.skipTest(row.skipped)
                self.assertEqual(problems, [])
            rows.append(row)
        if not only:
            self.assertEqual(Table(section).differences([r for r in rows if r]), [])

    @staticmethod
    def _guarded(run, cell):
        problems = []
        if why := left_out(cell):
            return Row(cell.fault, "", "", "", "", "", skipped=why), problems
        try:
            return run(cell, problems), problems
        except Exception as failure:  # pylint: disable=broad-except
            return None, problems + [f"{type(failure).__name__}: {failure}"]

    def proxied(self, cell, problems):
        target = self.target("--delay", "5ms", "--poll-every", "10ms", "--agent-id", "agent")
        context = self.tls_context() if cell.tls else None
        proxy = Proxy(target, cell.spoil, cell.on, cell.share, greet=cell.greet, seed=SEED, tls=context and context.make(cell.tls))
        if cell.farewell:
            proxy.farewell = cell.farewell(proxy)
        proxy.start()
        self.addCleanup(proxy.stop)
        plan = plan_of(cell, proxy.url)
        if context:
            plan["target.tls"] = {"ca": str(context.ca)}
        ended = self.run_plan(plan)
        return row_of(problems, cell, ended, proxy, target)


    def tls_context(self):
        return Context(self.folder())

    def happening(self, cell, problems):
        try:
            return cell.run(self, problems, cell)
        except Forbidden as failure:
            return Row(cell.fault, cell.where, "", "", "", "", skipped=str(failure))


class Connections(Matrix):
    def test_connections(self):
        self.run_cells("connections", answers.CONNECTIONS, self.proxied)


class Answers(Matrix):
    def test_answers(self):
        self.run_cells("answers", answers.ANSWERS, self.proxied)


class Tls(Matrix):
    def test_tls(self):
        self.run_cells("tls", tls.CELLS, self.proxied)


class Streams(Matrix):
    def test_streams(self):
        self.run_cells("streams", streams.CELLS, self.proxied)


class Machine(Matrix):
    def test_machine(self):
        self.run_cells("machine", processes.CELLS + machine.CELLS + people.CELLS, self.happening)


class Start(Matrix):
    def test_start(self):
        self.run_cells("start", start.CELLS, self.happening)


if __name__ == "__main__":
    unittest.main()
