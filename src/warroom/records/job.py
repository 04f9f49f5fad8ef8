"""What every reader of a file is given."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom.records.mapping import FileMapping
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class ReadJob:
    """What every reader is given: the file and its name for people, its table, its mapping and its time of
    arrival.

    `block_bytes` is how many bytes of a text file are read at once (None: the reader's own size); a preview
    takes few, so that it can stop early.
    """

    path: Path
    table: Table
    mapping: FileMapping
    received_at: datetime
    name: str
    block_bytes: int | None = None
