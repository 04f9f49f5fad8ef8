"""What every reader of a file is given."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warroom.records.mapping import Mapping
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class Job:
    """What every reader is given: the file and what people call it, its table, how to map it and when it arrived."""

    path: Path
    table: Table
    mapping: Mapping
    received_at: datetime
    name: str
