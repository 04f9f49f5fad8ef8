"""Rows whose number is not the one they were written with, in runs that moved by the same distance."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

OrderFault = Literal["missing", "added", "reordered"]
# Runs kept, chosen: shuffled rows make a run each, and the memory of the check must stay bounded.
MOST_RUNS = 10_000


@dataclass
class _Run:
    first: int
    last: int
    step: int  # the number written minus the number now


class MovedRows:
    """Collects moved rows in order, and names the single change that explains them."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._explained: set[tuple[int, int]] = set()

    def add_moved_row(self, sequence: int, wrote: int) -> None:
        """A row numbered `sequence` says that it was written as row `wrote`."""
        step, last = wrote - sequence, self._runs[-1] if self._runs else None
        if last and (last.last, last.step) == (sequence - 1, step):
            last.last = sequence
        elif len(self._runs) < MOST_RUNS:
            self._runs.append(_Run(sequence, sequence, step))

    def mark_explained(self, first: int, step: int) -> None:
        """Another finding accounts for the rows from `first` on having moved by this step."""
        self._explained.add((first, step))

    def iter_faults(self, end: int, most: int) -> Iterator[tuple[int, OrderFault, str]]:
        """Number, kind and words of each fault; `end` is the last row of the log."""
        for run in self._runs:
            if run.last == end and (run.first, run.step) in self._explained:
                continue
            # All rows after a place carry a later number: somebody took rows out and closed the gap.
            if run.last == end and run.step > 0 and run is self._runs[-1] and len(self._runs) == 1:
                for gone in range(run.first, run.first + min(run.step, most)):
                    yield gone, "missing", "is missing, and the rows after it were moved up"
                continue
            for sequence in islice(range(run.first, run.last + 1), most):
                yield sequence, "reordered", f"carries what was written as row {sequence + run.step}"
