"""docs/faults.md: its tables stand between two marks each, and are compared with, or replaced by, what a run gave."""

import fcntl
import os

from faults.matrix import HEAD
from support.places import SOURCE

PATH = SOURCE / "docs" / "faults.md"


class Table:
    def __init__(self, section):
        self.begin, self.end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->\n"

    def differences(self, rows):
        """Rows of this run that the document does not hold as they are, and rows of it that no cell gives any more. A
        cell that this machine cannot run gives a row with `skipped`, which is compared by its name alone.
        UPDATE_FAULTS=1 writes the document instead."""
        if os.environ.get("UPDATE_FAULTS"):
            return self._write(rows)
        kept = self._rows(PATH.read_text(encoding="utf-8"))
        fresh = [r.text() for r in rows]
        skipped = {r.fault for r in rows if r.skipped}
        names = [r.fault for r in rows]
        wrong = [f"not in docs/faults.md: {r.text()}" for r in rows if not r.skipped and r.text() not in kept]
        wrong += [f"no longer true: {k}" for k in kept if k not in fresh and k.split(" | ")[0][2:] not in skipped]
        if not wrong and [k.split(" | ")[0][2:] for k in kept] != names:
            wrong.append("the rows of docs/faults.md are in another order")
        return wrong

    def _rows(self, text):
        between = text.partition(self.begin)[2].partition(self.end)[0]
        return between.splitlines()[2:]

    def _write(self, rows):
        missing = [f"cannot be written without this cell: {r.fault} ({r.skipped})" for r in rows if r.skipped]
        if missing:
            return missing
        with open(PATH, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # ctest may run several sections at a time
            text = file.read()
            before, found, rest = text.partition(self.begin)
            assert found and self.end in rest, f"{PATH} has no marks {self.begin}"
            after = rest.partition(self.end)[2]
            table = "\n".join([HEAD, *(r.text() for r in rows)]) + "\n"
            file.seek(0)
            file.truncate()
            file.write(before + self.begin + table + self.end + after)
        return []
