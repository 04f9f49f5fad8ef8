"""What parts the columns of a CSV file, and what its first row calls them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from warroom.errors import RecordsError

CANDIDATES = (",", ";", "\t", "|")
NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Dialect:
    """The delimiter, the names of the columns, and the number of physical lines before the first row."""

    delimiter: str
    columns: list[str]
    header_lines: int


def find_dialect(sample: str, declared: str | None, path: object) -> Dialect:
    """The dialect of a file from its beginning; raises RecordsError for a wrong declared delimiter."""
    # The default of 128 KB raises an error in the middle of a file; lines have a limit of their own.
    csv.field_size_limit(1 << 31)
    delimiter = declared or _sep_line(sample) or max(CANDIDATES, key=lambda each: _score(sample, each))
    dialect = _header(sample, delimiter, path)
    if declared and len(dialect.columns) == 1:
        likely = max(CANDIDATES, key=lambda each: _score(sample, each))
        if likely != declared and _score(sample, likely) > 0:
            raise RecordsError(
                f"{path} is not parted by {_name(declared)}: that gives one column; "
                f'it looks parted by {_name(likely)}, so declare delimiter = "{_written(likely)}" or none.'
            )
    return dialect


def _name(delimiter: str) -> str:
    return NAMES.get(delimiter, f"'{delimiter}'")


def _written(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter


def _sep_line(sample: str) -> str | None:
    """The first line `sep=;` that spreadsheets write."""
    first = sample.partition("\n")[0].rstrip("\r")
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _score(sample: str, delimiter: str) -> float:
    """How steadily a delimiter parts the first rows into more than one column."""
    widths = [len(row) for row, _ in zip(_rows(sample, delimiter), range(LOOKED_AT), strict=False) if row]
    if not widths or widths[0] < 2:
        return 0
    # First how steady, then a little for more columns: two delimiters may both part every row, and the one
    # that is part of the values gives fewer.
    return widths.count(widths[0]) / len(widths) * (1 + min(widths[0], 50) / 100)


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield []


def _header(sample: str, delimiter: str, path: object) -> Dialect:
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
    skip_sep = _sep_line(sample) is not None
    try:
        for row in reader:
            if skip_sep or not any(name.strip() for name in row):
                skip_sep = False
                continue
            return Dialect(delimiter, [name.strip() for name in row], reader.line_num)
    except csv.Error as problem:
        raise RecordsError(f"The first row of {path} cannot be read as column names ({problem}).") from None
    raise RecordsError(f"{path} has no row of column names; its first row must name the columns.")
