"""One seam to every file format: open a file, take its batches.

The format is what the content says, whatever the name ends in.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from warroom.errors import RecordsError
from warroom.records.batch import Batch
from warroom.records.job import Job
from warroom.records.mapping import Mapping
from warroom.records.midnight import Midnight
from warroom.records.table import Table
from warroom.records.tables import TABLES


class Reader(Protocol):
    """A file that is being read as rows of one table.

    `position` is the bytes of the file done so far, of `size_bytes`. `notes` says what a person should know
    of the file as a whole, such as columns nobody mapped; it is complete when the batches are exhausted. `unused` are the file's columns that are not read.
    """

    format: str
    size_bytes: int
    notes: list[str]
    unused: list[str]

    def batches(self) -> Iterator[Batch]:
        """The rows in the file's order, some 250,000 at a time; raises RecordsError for an unusable file."""
        ...

    def position(self) -> int:
        """Bytes of the file done so far."""
        ...


class Watched:
    """A reader of transfers that says, at the end of its batches, what only the whole file shows."""

    def __init__(self, reader: Reader, job: Job) -> None:
        self._reader, self._midnight = reader, Midnight(job)
        self.format, self.size_bytes = reader.format, reader.size_bytes
        self.notes, self.unused = reader.notes, reader.unused

    def position(self) -> int:
        """Bytes of the file done so far."""
        return self._reader.position()

    def batches(self) -> Iterator[Batch]:
        """The reader's; raises RecordsError at the end where all times are midnight and a column of times is not used."""
        for batch in self._reader.batches():
            self._midnight.see(batch.rows)
            yield batch
        self.notes.extend(self._midnight.notes(self.unused))


def open_reader(path: Path, table: Table | str, mapping: Mapping | None, received_at: datetime) -> Reader:
    """Open a file as rows of a table.

    Raises RecordsError in one sentence where the file cannot be such: not there, empty, truncated, a column
    missing, a wrong delimiter, an XML file with a document type definition.
    """
    job = Job(Path(path), table_of(table), mapping or Mapping(), received_at)
    try:
        with job.path.open("rb") as file:
            head = file.read(4096)
    except OSError as problem:
        raise RecordsError(f"{path} cannot be read: {problem.strerror}.") from None
    if not head:
        raise RecordsError(f"{path} is empty; ask the partner to send it again.")
    reader = _reader(job, head)
    return Watched(reader, job) if job.table.name == "transfers" else reader


def table_of(table: Table | str) -> Table:
    """A table by its name; raises RecordsError for an unknown one."""
    if isinstance(table, Table):
        return table
    if table not in TABLES:
        raise RecordsError(f"There is no table '{table}'; the tables are {', '.join(TABLES)}.")
    return TABLES[table]


def _reader(job: Job, head: bytes) -> Reader:
    """The reader for what the content is."""
    # Here and not above: libxml2 and the schema's classes take long to load, and most files are no XML.
    from warroom.records.csv_file import CsvReader, refuse_binary
    from warroom.records.jsonl import JsonLinesReader
    from warroom.records.pacs.reader import PacsReader
    from warroom.records.parquet import ParquetReader

    if head.startswith(b"PAR1") or job.path.suffix.lower() in (".parquet", ".pq"):
        return ParquetReader(job)
    # A byte order mark and the zeros of UTF-16 aside, the first letter tells XML and JSON from CSV.
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:1]
    if start == b"<":
        return PacsReader(job)
    if start == b"{":
        return JsonLinesReader(job)
    if start == b"[":
        raise RecordsError(f"{job.path} is one JSON array; write one object a line (JSON Lines) instead.")
    # After the formats that are known, so that a spreadsheet is named as one and
    # not as CSV in a strange encoding.
    refuse_binary(job, head)
    return CsvReader(job)
