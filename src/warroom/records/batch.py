"""What a reader gives: rows that passed every check, and the rows that did not, each with its reason."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.sentences.sentence import Sentence

RAW_LIMIT = 64_000
"""Characters of a rejected row that are kept; a longer one cannot be read again from the quarantine."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not accepted.

    `line` as in the lake's common columns; `column` our column, or the XML element; `raw` the row itself: a
    JSON object of the file's columns, an XML document with the one entry, or the undecoded line.
    """

    line: int
    column: str
    code: str
    reason: Sentence
    raw: str


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some rows of a file, in its order.

    `rows` has `record_id` (null where the file brings none), `line`, the table's own columns in their order,
    and `received_at` only in a backfill. Rejected rows are in no batch's `rows`. `raw_rows` gives rows as
    they were written, by their lines, for those that are rejected later.
    """

    rows: pa.Table
    rejects: list[Reject] = field(default_factory=list)
    raw_rows: tuple["RawRows", ...] = ()

    def find_raw_row(self, line: int) -> str:
        """The row of a line as it was, at most RAW_LIMIT characters; empty where the batch does not know it."""
        found = (
            raws.show(place) for raws in self.raw_rows if (place := raws.find_position(line)) is not None
        )
        return next(found, "")[:RAW_LIMIT]


@dataclass(frozen=True, slots=True)
class RawRows:
    """Rows as they were: their lines, in ascending order, and what shows the row at a place among them."""

    lines: npt.NDArray[np.int64]
    show: Callable[[int], str]

    def find_position(self, line: int) -> int | None:
        """Where a line is; None where it is not among these."""
        # Lines are in ascending order, so a binary search suffices.
        place = int(np.searchsorted(self.lines, line))
        return place if place < len(self.lines) and self.lines[place] == line else None
