"""What every reader of a file is given."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom.records.mapping import FileMapping
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class ReadJob:
    """What every reader is given: the file and what people call it, its table, how to map it and when it arrived.

    `block` is how many bytes of a text file are read at once; a look takes few, so that it can stop before a million rows were
    refused.
    """

    path: Path
    table: Table
    mapping: FileMapping
    received_at: datetime
    name: str
    block_bytes: int | None = None
