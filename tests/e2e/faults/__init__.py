"""The matrix of faults: a proxy that does wrong on purpose, the cells, and the table that a run of them writes."""
