"""Where a file of rows names its columns: declared, or the first row in which the mapping finds what it needs.

Banks write their name, the account and the period above the names, and some write the names in two rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.job import ReadJob
from warroom.records.plan import ReadPlan, make_plan
from warroom.sentences.sentence import Sentence

LOOKED_AT = 30
"""Rows of a file's beginning among which the names are looked for."""


@dataclass(frozen=True, slots=True)
class TopRow:
    """A row of a file's beginning: the lines that it begins and ends on, and its cells."""

    first: int
    last: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, each once, the last line that belongs to them, and the plan that they allow."""

    columns: list[str]
    last: int
    plan: ReadPlan


def detect_header(rows: Sequence[TopRow], job: ReadJob) -> Header:
    """The row of names among a file's first rows.

    Raises RecordsError where a declared line is not there, and where no row has the names: with those of the row that
    most looks like one.
    """
    rows = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not rows:
        raise RecordsError("records.no-names", name=job.name)
    if job.mapping.header:
        return _make_header(*_read_declared_names(rows, job), job)
    # The mapping itself decides which row has the names: the first in which it finds every column that it
    # needs.
    for candidate in _iter_candidates(rows[:LOOKED_AT]):
        try:
            return _note_lines_above(_make_header(*candidate, job), rows)
        except RecordsError:
            continue
    # Once more for its sentence, of the row that people would take for the names.
    likely = _find_likely_header(rows[:LOOKED_AT])
    return _make_header(make_unique_names(likely.cells), likely.last, job)


def _make_header(columns: list[str], last: int, job: ReadJob) -> Header:
    return Header(columns, last, make_plan(job.table, job.mapping, columns, job.name))


def _note_lines_above(header: Header, rows: Sequence[TopRow]) -> Header:
    """The header, with a note where there are lines above it: some of them could be records."""
    above = [row for row in rows if row.last < header.last]
    if (
        header.columns != make_unique_names(rows[0].cells)
        and above
        and header.columns != make_unique_names(join_name_rows(above[0].cells, rows[1].cells))
    ):
        header.plan.notes.append(Sentence("records.names-in-line", line=header.last))
    return header


def make_unique_names(cells: Sequence[str]) -> list[str]:
    """Names of columns from the cells of their row: trimmed, and of one name each with its number, as in 'Account#2'."""
    names = [cell.strip() for cell in cells]
    seen: dict[str, int] = {}
    unique_names = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique_names.append(f"{name}#{seen[name]}" if name and names.count(name) > 1 else name)
    return unique_names


def _read_declared_names(rows: Sequence[TopRow], job: ReadJob) -> tuple[list[str], int]:
    picked = [row for row in rows if any(row.first <= line <= row.last for line in job.mapping.header)]
    if len(picked) < len(job.mapping.header):
        lines = Texts(*(word.join(map(str, job.mapping.header)) for word in (" และ ", " and ")))
        raise RecordsError("records.no-names-there", name=job.name, lines=lines)
    columns = (
        make_unique_names(picked[0].cells)
        if len(picked) == 1
        else make_unique_names(join_name_rows(picked[0].cells, picked[-1].cells))
    )
    return columns, picked[-1].last


def _iter_candidates(rows: Sequence[TopRow]) -> Iterator[tuple[list[str], int]]:
    for row in rows:
        yield make_unique_names(row.cells), row.last
    for upper, lower in pairwise(rows):
        yield make_unique_names(join_name_rows(upper.cells, lower.cells)), lower.last


def join_name_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Names in two rows joined: an upper name also covers the empty cells to its right that have a name
    below.
    """
    joined: list[str] = []
    group = ""
    for at in range(max(len(upper), len(lower))):
        over = upper[at].strip() if at < len(upper) else ""
        below = lower[at].strip() if at < len(lower) else ""
        group = over or (group if below else "")
        joined.append(f"{group} {below}".strip())
        # An upper name with nothing below it is a column of its own, and no group.
        group = group if below else ""
    return joined


def _find_likely_header(rows: Sequence[TopRow]) -> TopRow:
    """The first row that is nearly as wide as the widest: titles have one or two cells."""
    widths = [sum(bool(cell.strip()) for cell in row.cells) for row in rows]
    # Three fifths: a title has one or two cells, and a row of names may have gaps.
    return next(row for row, width in zip(rows, widths, strict=True) if width * 5 >= max(widths) * 3)
