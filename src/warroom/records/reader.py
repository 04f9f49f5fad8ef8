"""One seam to every file format: open a file, take its batches.

The format is what the content says, whatever the name ends in.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from warroom.errors import RecordsError
from warroom.records.batch import RowBatch
from warroom.records.job import ReadJob
from warroom.records.mapping import FileMapping
from warroom.records.midnight import MidnightCheck
from warroom.records.strangers import check_known_format
from warroom.records.table import Table
from warroom.records.tables import TABLES
from warroom.records.unpacked import read_first_bytes
from warroom.sentences.sentence import Sentence


class RecordsReader(Protocol):
    """A file that is being read as rows of one table.

    `size_bytes` is the file's size, of which `count_bytes_read` are done. `notes` says what a person should
    know of the file as a whole, such as columns without a mapping; it is complete when the batches are
    exhausted. `unused` are the file's columns that are not read. `sheet` is the sheet of a workbook that is
    read, empty for other files.
    """

    format: str
    sheet: str
    size_bytes: int
    notes: list[Sentence]
    unused: list[str]

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the file's order, some 250,000 at a time; raises RecordsError for an unusable file."""
        ...

    def count_bytes_read(self) -> int:
        """Bytes of the file done so far."""
        ...


class MidnightCheckedReader:
    """A reader of transfers that says, at the end of its batches, what only the whole file shows."""

    def __init__(self, reader: RecordsReader, job: ReadJob) -> None:
        self._reader, self._midnight = reader, MidnightCheck(job)
        self.format, self.sheet, self.size_bytes = reader.format, reader.sheet, reader.size_bytes
        self.notes, self.unused = reader.notes, reader.unused

    def count_bytes_read(self) -> int:
        """Bytes of the file done so far."""
        return self._reader.count_bytes_read()

    def iter_batches(self) -> Iterator[RowBatch]:
        """The reader's; raises RecordsError at the end where all times are midnight and a column of times is not used."""
        for batch in self._reader.iter_batches():
            self._midnight.observe(batch.rows)
            yield batch
        self.notes.extend(self._midnight.list_notes(self.unused))


def open_reader(
    path: Path,
    table: Table | str,
    mapping: FileMapping | None,
    received_at: datetime,
    name: str = "",
    block: int | None = None,
) -> RecordsReader:
    """Open a file as rows of a table; `name` is its name for people, where it differs; `block` as
    `ReadJob.block_bytes`.

    Raises RecordsError in one sentence where the file cannot be such: not there, empty, truncated, a column
    missing, a wrong delimiter, an XML file with a document type definition. An archive's files come one by
    one, from `archive.iter_files`.
    """
    job = ReadJob(
        Path(path), get_table(table), mapping or FileMapping(), received_at, name or str(path), block
    )
    head = read_first_bytes(job.path, job.name)
    if not head:
        raise RecordsError("records.file-empty", name=job.name)
    reader = _choose_reader(job, head)
    return MidnightCheckedReader(reader, job) if job.table.name == "transfers" else reader


def get_table(table: Table | str) -> Table:
    """A table by its name; raises RecordsError for an unknown one."""
    if isinstance(table, Table):
        return table
    if table not in TABLES:
        raise RecordsError("records.no-table", table=table, tables=", ".join(TABLES))
    return TABLES[table]


def _choose_reader(job: ReadJob, head: bytes) -> RecordsReader:
    """The reader for what the content is."""
    # Here and not above: libxml2 and the schema's classes take long to load, and most files are no XML.
    from warroom.records.csv_file import CsvReader
    from warroom.records.html_table import is_web_page
    from warroom.records.iso20022.reader import IsoReader
    from warroom.records.json_array import JsonArrayReader
    from warroom.records.jsonl import JsonLinesReader
    from warroom.records.parquet import ParquetReader
    from warroom.records.workbook import MARKS as WORKBOOKS
    from warroom.records.workbook import WorkbookReader

    if head.startswith(b"PAR1") or job.path.suffix.lower() in (".parquet", ".pq"):
        return ParquetReader(job)
    # Before the formats that are known: a workbook of Excel 2003 begins like other XML, and a picture must not be named as CSV in a
    # strange encoding.
    check_known_format(job, head)
    if head.startswith(WORKBOOKS) or is_web_page(head):
        return WorkbookReader(job)
    # A byte order mark and the zeros of UTF-16 aside, the first letter tells XML and JSON from CSV.
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:1]
    if start == b"<":
        return IsoReader(job)
    if start == b"{":
        return JsonLinesReader(job)
    if start == b"[":
        return JsonArrayReader(job)
    return CsvReader(job)
