"""Which line of a file names its columns, and which lines are its records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from warroom.errors import RecordsError
from warroom.records.guess.look import Look
from warroom.records.guess.profile import NUMBER, short
from warroom.records.guess.words import heading, score
from warroom.records.header import LOOKED_AT, TopRow, joined_names, named
from warroom.records.table import Table
from warroom.records.totals import is_total

_VALUE = re.compile(r"^[\d๐-๙][\d๐-๙ ./:,-]*[\d๐-๙]$|^[\d๐-๙]$|^\d{4}-\d\d-\d\dT")
KNOWN = 0.6
"""The least score of a heading that counts as one that is known."""
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the columns, the lines they stand on (none: the format names them), the titles above, and the records."""

    columns: list[str]
    lines: tuple[int, ...]
    titles: list[str]
    records: list[list[str]]
    known: float
    above: bool = False
    beside: tuple[str, ...] = ()
    """Cells below the names in rows that are no records: totals, notes."""
    is_torn: bool = False
    """Whether rows stand below the names, and none has as many cells as they are."""


def find_names(look: Look, table: Table) -> Names | None:
    """The names of a file's columns; None where no line looks like names. Raises RecordsError for more columns than
    tables of records have: each is compared with each of ours.
    """
    rows = [row for row in look.rows if any(cell.strip() for cell in row.cells)]
    widest = max((sum(map(bool, row.cells)) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise RecordsError("guess.too-wide", columns=widest, most=MOST_COLUMNS)
    if look.keys:
        found = [(float(len(rows[0].cells)), named(rows[0].cells), 0, 0)] if rows else []
    else:
        found = list(_candidates(rows, table))
    if not found:
        return None
    _, columns, first, last = max(found, key=lambda each: each[0])
    lines = () if look.keys else tuple(dict.fromkeys(row.last for row in (rows[first], rows[last])))
    titles = [cell.strip() for row in rows[:first] for cell in row.cells if cell.strip()]
    known = sum(_known(name, table) for name in columns)
    below = rows[last + 1 :]
    records = _records(below, len(columns))
    kept = set(map(id, records))
    beside = tuple(
        cell.strip() for row in below if id(row.cells) not in kept for cell in row.cells if cell.strip()
    )
    is_torn = bool(below) and not any(len(row.cells) == len(columns) for row in below)
    return Names(columns, lines, titles, records, known, first > 0, beside, is_torn)


def _candidates(rows: Sequence[TopRow], table: Table) -> list[tuple[float, list[str], int, int]]:
    widths = sorted(_filled(row) for row in rows)
    usual = widths[len(widths) // 2]
    found = []
    top = rows[:LOOKED_AT]
    for at, row in enumerate(top):
        columns = named(row.cells)
        if _are_names(columns, usual):
            # The higher of two equal ones: below it stand records that happen to be texts.
            found.append((_worth(columns, table) - at / 1_000, columns, at, at))
    for at, (upper, lower) in enumerate(pairwise(top)):
        columns = named(joined_names(upper.cells, lower.cells))
        if _filled(upper) > 1 and _is_second(upper, lower, rows[at + 2 :]) and _are_names(columns, usual):
            found.append((_worth(columns, table) + 0.5, columns, at, at + 1))
    return found


def _worth(columns: Sequence[str], table: Table) -> float:
    return sum(1 + 2 * _known(name, table) for name in columns if name) - 2 * sum(
        bool(re.search(r"#\d+$", name)) for name in columns
    )


def _known(name: str, table: Table) -> float:
    """How sure it is that a text is a heading: one of the table's, else one that is a known word."""
    best = max(score(name, table, column) for column in (table.by_name["record_id"], *table))
    return (
        best
        if best >= KNOWN
        else 0.3
        if name and heading(name).concepts and heading(name).left < 0.2
        else 0.0
    )


def _are_names(columns: Sequence[str], usual: int) -> bool:
    filled = [name for name in columns if name]
    texts = [name for name in filled if not _is_value(name)]
    return len(filled) >= 2 and len(filled) * 5 >= usual * 3 and len(texts) * 10 >= len(filled) * 9


def _is_second(upper: TopRow, lower: TopRow, below: Sequence[TopRow]) -> bool:
    """Whether a row goes on with the names of the one above it: texts where records have values, or names below a gap."""
    texts = [cell for cell in lower.cells if cell.strip()]
    if (
        len(texts) < 2
        or any(_is_value(cell) for cell in texts)
        or any(_is_value(cell) for cell in upper.cells if cell.strip())
    ):
        return False
    if _filled(upper) < len(upper.cells) and _filled(lower) > 1:
        return True
    places = [at for at in range(len(lower.cells)) if lower.cells[at].strip()]
    values = [
        at
        for at in places
        if sum(_is_value(row.cells[at]) for row in below[:20] if at < len(row.cells))
        > min(20, len(below)) / 2
    ]
    return len(values) >= 2


def _is_value(text: str) -> bool:
    text = short(text)
    return bool(_VALUE.match(text) or (NUMBER.match(text) and re.search(r"\d", text)))


def _filled(row: TopRow) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _records(rows: Sequence[TopRow], width: int) -> list[list[str]]:
    """The rows below the names as far as they are records: no totals, no signatures, no names once more."""
    full = [row for row in rows if len(row.cells) == width]
    usual = sorted(_filled(row) for row in full)[len(full) // 2] if full else 0
    return [
        row.cells
        for row in full
        if _filled(row) * 2 > usual and not any(is_total(cell) for cell in row.cells)
    ]
