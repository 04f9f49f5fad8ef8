"""The first rows of a file as cells, before it is known where its column names are and what they mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow.parquet as pq

from warroom.errors import RecordsError
from warroom.records import workbook
from warroom.records.dialect import read_cells
from warroom.records.header import TopRow
from warroom.records.html_table import is_web_page
from warroom.records.job import ReadJob
from warroom.records.json_array import JsonEntries
from warroom.records.jsonl import format_json_value, parse_object
from warroom.records.lines import LineReader
from warroom.records.strangers import check_known_format
from warroom.records.texts import trim_texts
from warroom.records.unpacked import read_first_bytes

MOST = 2_000
"""Rows that are looked at."""
SHEETS = 12
"""Sheets of a workbook that are looked at."""


@dataclass(frozen=True, slots=True)
class FileSample:
    """The first rows of a file.

    `has_named_columns`: the format itself names the columns, in the first row here.
    """

    format: str
    rows: list[TopRow]
    has_named_columns: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    """Those of its sheets that a spreadsheet program does not show."""
    hidden_columns: tuple[int, ...] = ()
    """The places of columns that it does not show."""


def sample_file(job: ReadJob) -> FileSample:
    """The first rows; raises RecordsError as readers do. A message of ISO 20022 has no rows of cells."""
    head = read_first_bytes(job.path, job.name)
    if not head:
        raise RecordsError("records.file-empty", name=job.name)
    if head.startswith(b"PAR1"):
        return _sample_parquet(job)
    check_known_format(job, head)
    if head.startswith(workbook.MARKS) or is_web_page(head):
        return _sample_workbook(job)
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:1]
    if start == b"<":
        return FileSample("message", [])
    if start in (b"{", b"["):
        return _sample_json(job, start == b"[")
    lines = LineReader(job.path, job.mapping.encoding, job.name)
    delimiter, rows = read_cells(lines.sample, job, MOST)
    return FileSample("csv", rows, encoding=lines.encoding, delimiter=delimiter)


def sample_sheets(job: ReadJob, first: FileSample) -> list[FileSample]:
    """The looks at all sheets of a workbook, beginning with the one that is read where none is named."""
    looks = [first]
    for name in first.other_sheets[:SHEETS]:
        try:
            # Each sheet is read by a process of its own, hence the limit of `SHEETS`.
            looks.append(_sample_workbook(replace(job, mapping=replace(job.mapping, sheet=name))))
        except RecordsError:
            continue  # an empty sheet is no table
    return looks


def _sample_workbook(job: ReadJob) -> FileSample:
    facts, rows = workbook.sample_workbook(job, MOST)
    others, hidden = tuple(facts["others"]), tuple(facts["hidden_sheets"])
    columns = tuple(facts["hidden_columns"])
    return FileSample(
        "workbook",
        rows,
        sheet=facts["sheet"],
        other_sheets=others,
        hidden_sheets=hidden,
        hidden_columns=columns,
    )


def _sample_json(job: ReadJob, array: bool) -> FileSample:
    if array:
        texts = [text for _, text in islice(JsonEntries(job), MOST)]
    else:
        texts = [
            line for line in LineReader(job.path, None, job.name).sample.splitlines()[:MOST] if line.strip()
        ]
    objects = [json_object for text in texts if isinstance(json_object := parse_object(text), dict)]
    keys = list(dict.fromkeys(key for json_object in objects for key in json_object))
    if not keys or _is_nested_object(objects):
        raise RecordsError("records.json-no-rows", name=job.name)
    rows = [[format_json_value(json_object.get(key)) or "" for key in keys] for json_object in objects]
    return FileSample("json", _number_rows([keys, *rows]), has_named_columns=True)


def _is_nested_object(objects: Sequence[dict[str, object]]) -> bool:
    """Whether the file is one object with the rows inside."""
    return len(objects) == 1 and any(
        isinstance(value, list) and value and isinstance(value[0], dict) for value in objects[0].values()
    )


def _sample_parquet(job: ReadJob) -> FileSample:
    try:
        file = pq.ParquetFile(job.path)
        batch = next(file.iter_batches(batch_size=MOST), None)
    except Exception as problem:
        raise RecordsError("records.parquet-unread", name=job.name) from problem
    names = list(file.schema_arrow.names)
    columns = (
        []
        if batch is None
        else [[cell or "" for cell in trim_texts(column).to_pylist()] for column in batch.columns]
    )
    rows = [list(row) for row in zip(*columns, strict=True)]
    return FileSample("parquet", _number_rows([names, *rows]), has_named_columns=True)


def _number_rows(rows: Sequence[list[str]]) -> list[TopRow]:
    return [TopRow(at, at, [re.sub(r"\s+", " ", cell) for cell in cells]) for at, cells in enumerate(rows)]
