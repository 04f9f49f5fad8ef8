"""What parts the columns of a CSV file, and where its columns are named."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.header import Header, TopRow, detect_header
from warroom.records.job import ReadJob

# Delimiters seen in banks' exports; the comma first, since `max` keeps the first of equals.
CANDIDATES = (",", ";", "\t", "|")
NAMES = {
    "\t": Texts("แท็บ", "tab"),
    ",": Texts("จุลภาค", "comma"),
    ";": Texts("อัฒภาค", "semicolon"),
    "|": Texts("ขีดตั้ง", "bar"),
}
# Rows, chosen: enough to see which delimiter divides steadily, few enough to parse four times.
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Dialect:
    """The delimiter, and the header: the names of the columns and the physical lines before the first row."""

    delimiter: str
    header: Header


def detect_dialect(sample: str, job: ReadJob) -> Dialect:
    """The dialect of a file from its beginning; raises RecordsError for a wrong declared delimiter."""
    # The default of 128 KB raises an error in the middle of a file; lines have a limit of their own.
    csv.field_size_limit(1 << 31)
    declared = job.mapping.delimiter
    delimiter = declared or _find_sep_line(sample) or _guess_delimiter(sample)
    rows = _read_top_rows(sample, delimiter, job)
    if declared and all(len(row.cells) == 1 for row in rows):
        likely = _guess_delimiter(sample)
        if likely != declared and _score_delimiter(sample, likely) > 0:
            raise RecordsError(
                "records.parted-otherwise",
                name=job.name,
                declared=_format_delimiter(declared),
                likely=_format_delimiter(likely),
                written=_escape_delimiter(likely),
            )
    return Dialect(delimiter, detect_header(rows, job))


def read_cells(sample: str, job: ReadJob, most: int) -> tuple[str, list[TopRow]]:
    """What parts the columns of a file, from its beginning, and its first rows, whatever names them."""
    csv.field_size_limit(1 << 31)
    delimiter = job.mapping.delimiter or _find_sep_line(sample) or _guess_delimiter(sample)
    return delimiter, _read_top_rows(sample, delimiter, job, most)


def _format_delimiter(delimiter: str) -> Texts:
    return NAMES.get(delimiter, Texts(f"'{delimiter}'", f"'{delimiter}'"))


def _escape_delimiter(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter


def _find_sep_line(sample: str) -> str | None:
    """The first line `sep=;` that spreadsheets write."""
    first = sample.partition("\n")[0].rstrip("\r")
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _guess_delimiter(sample: str) -> str:
    best = max(CANDIDATES, key=lambda each: _score_delimiter(sample, each))
    # The first line has one column, or not as many as the rest: title lines are above the names.
    if _score_delimiter(sample, best) >= STEADY:
        return best
    return max(CANDIDATES, key=lambda each: _score_usual_width(sample, each))


STEADY = 0.5
"""The score below which the first row is not taken for the names."""


def _score_delimiter(sample: str, delimiter: str) -> float:
    """How steadily a delimiter parts the first rows into as many columns as the first, which are more than one."""
    widths = _count_row_widths(sample, delimiter)
    if not widths or widths[0] < 2:
        return 0
    # First how steady, then a little for more columns: two delimiters may both part every row, and the one
    # that is part of the values gives fewer.
    return widths.count(widths[0]) / len(widths) * (1 + min(widths[0], 50) / 100)


def _score_usual_width(sample: str, delimiter: str) -> float:
    """The same with the number of columns that most rows have."""
    widths = _count_row_widths(sample, delimiter)
    usual, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return 0 if usual < 2 else count / len(widths) * (1 + min(usual, 50) / 100)


def _count_row_widths(sample: str, delimiter: str) -> list[int]:
    return [len(row) for row, _ in zip(_iter_rows(sample, delimiter), range(LOOKED_AT), strict=False) if row]


def _iter_rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A row that the parser refuses counts as one without columns, so that the delimiter loses score
            # and nothing stops.
            yield []


def _read_top_rows(sample: str, delimiter: str, job: ReadJob, most: int = LOOKED_AT) -> list[TopRow]:
    """The first rows with the physical lines that each is on."""
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
    rows: list[TopRow] = []
    first, skip_sep = 1, _find_sep_line(sample) is not None
    try:
        for row in reader:
            if not skip_sep:
                rows.append(TopRow(first, reader.line_num, row))
            first, skip_sep = reader.line_num + 1, False
            # As far as the declared header reaches, even beyond the usual number of rows.
            if len(rows) > max(most, *job.mapping.header, 0):
                break
    except csv.Error as problem:
        if not rows:
            raise RecordsError("records.first-row-unread", name=job.name, problem=problem) from None
    return rows
