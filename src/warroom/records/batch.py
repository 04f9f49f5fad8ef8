"""What a reader gives: rows that passed every check, and the rows that did not, each with its reason."""

from dataclasses import dataclass, field

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
class Batch:
    """Some rows of a file, in its order.

    `rows` has `record_id` (null where the file brings none), `line`, the table's own columns in their order,
    and `received_at` only in a backfill. Rejected rows are in no batch's `rows`.
    """

    rows: pa.Table
    rejects: list[Reject] = field(default_factory=list)
