"""A file as rows of cells, as it stands there: before anybody has said where its names are and what they mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow.parquet as pq

from warroom.errors import RecordsError
from warroom.records import workbook
from warroom.records.dialect import cells_of
from warroom.records.header import TopRow
from warroom.records.html_table import is_page
from warroom.records.job import Job
from warroom.records.json_array import Entries
from warroom.records.jsonl import parse_object, text_of
from warroom.records.lines import Lines
from warroom.records.strangers import refuse_strangers
from warroom.records.texts import tidy
from warroom.records.unpacked import first_bytes

MOST = 2_000
"""Rows that are looked at."""
SHEETS = 12
"""Sheets of a workbook that are looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """The first rows of a file. `keys`: its columns are named by the format itself, in the first row here. `typed` are its
    columns whose times name a zone already.
    """

    format: str
    rows: list[TopRow]
    keys: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    others: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """Those of its sheets that a spreadsheet program does not show."""
    hidden_columns: tuple[int, ...] = ()
    """The places of columns that it does not show."""


def look(job: Job) -> Look:
    """The first rows; raises RecordsError as readers do. A message of ISO 20022 has no rows of cells."""
    head = first_bytes(job.path, job.name)
    if not head:
        raise RecordsError("records.file-empty", name=job.name)
    if head.startswith(b"PAR1"):
        return _parquet(job)
    refuse_strangers(job, head)
    if head.startswith(workbook.MARKS) or is_page(head):
        return _workbook(job)
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:1]
    if start == b"<":
        return Look("message", [])
    if start in (b"{", b"["):
        return _objects(job, start == b"[")
    lines = Lines(job.path, job.mapping.encoding, job.name)
    delimiter, rows = cells_of(lines.sample, job, MOST)
    return Look("csv", rows, encoding=lines.encoding, delimiter=delimiter)


def sheets(job: Job, first: Look) -> list[Look]:
    """The looks at all sheets of a workbook, beginning with the one that is read where none is named."""
    found = [first]
    for name in first.others[:SHEETS]:
        try:
            found.append(_workbook(replace(job, mapping=replace(job.mapping, sheet=name))))
        except RecordsError:
            continue  # an empty sheet is no table
    return found


def _workbook(job: Job) -> Look:
    facts, rows = workbook.glance(job, MOST)
    others, hidden = tuple(facts["others"]), tuple(facts["hidden_sheets"])
    columns = tuple(facts["hidden_columns"])
    return Look("workbook", rows, sheet=facts["sheet"], others=others, hidden=hidden, hidden_columns=columns)


def _objects(job: Job, array: bool) -> Look:
    if array:
        texts = [text for _, text in islice(Entries(job), MOST)]
    else:
        texts = [line for line in Lines(job.path, None, job.name).sample.splitlines()[:MOST] if line.strip()]
    objects = [each for text in texts if isinstance(each := parse_object(text), dict)]
    keys = list(dict.fromkeys(key for each in objects for key in each))
    if not keys or _is_whole(objects):
        raise RecordsError("records.json-no-rows", name=job.name)
    rows = [[text_of(each.get(key)) or "" for key in keys] for each in objects]
    return Look("json", _numbered([keys, *rows]), keys=True)


def _is_whole(objects: Sequence[dict[str, object]]) -> bool:
    """Whether the file is one object with the rows inside."""
    return len(objects) == 1 and any(
        isinstance(value, list) and value and isinstance(value[0], dict) for value in objects[0].values()
    )


def _parquet(job: Job) -> Look:
    try:
        file = pq.ParquetFile(job.path)
        batch = next(file.iter_batches(batch_size=MOST), None)
    except Exception as problem:
        raise RecordsError("records.parquet-unread", name=job.name) from problem
    names = list(file.schema_arrow.names)
    columns = (
        [] if batch is None else [[each or "" for each in tidy(one).to_pylist()] for one in batch.columns]
    )
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Look("parquet", _numbered([names, *rows]), keys=True)


def _numbered(rows: Sequence[list[str]]) -> list[TopRow]:
    return [TopRow(at, at, [re.sub(r"\s+", " ", cell) for cell in cells]) for at, cells in enumerate(rows)]
