"""Which line of a file names its columns, and which lines are its records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from warroom.errors import RecordsError
from warroom.records.guess.look import FileSample
from warroom.records.guess.profile import NUMBER, shorten_value
from warroom.records.guess.words import parse_heading, score_heading
from warroom.records.header import LOOKED_AT, TopRow, join_name_rows, make_unique_names
from warroom.records.table import Table
from warroom.records.totals import is_total_label

_VALUE = re.compile(r"^[\d๐-๙][\d๐-๙ ./:,-]*[\d๐-๙]$|^[\d๐-๙]$|^\d{4}-\d\d-\d\dT")
KNOWN = 0.6
"""The least score of a heading that counts as one that is known."""
# Columns, chosen: every one is compared with each of ours, and real exports have fewer than a hundred.
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """The names of the columns, the lines they stand on (none: the format names them), the titles above, and the records."""

    columns: list[str]
    lines: tuple[int, ...]
    titles: list[str]
    records: list[list[str]]
    known_score: float
    has_lines_above: bool = False
    texts_below: tuple[str, ...] = ()
    """Cells below the names in rows that are no records: totals, notes."""
    is_torn: bool = False
    """Whether rows stand below the names, and none has as many cells as they are."""


def guess_header(look: FileSample, table: Table) -> HeaderGuess | None:
    """The names of a file's columns; None where no line looks like names. Raises RecordsError for more columns than
    tables of records have: each is compared with each of ours.
    """
    rows = [row for row in look.rows if any(cell.strip() for cell in row.cells)]
    widest = max((sum(map(bool, row.cells)) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise RecordsError("guess.too-wide", columns=widest, most=MOST_COLUMNS)
    if look.has_named_columns:
        candidates = [(float(len(rows[0].cells)), make_unique_names(rows[0].cells), 0, 0)] if rows else []
    else:
        candidates = list(_list_header_candidates(rows, table))
    if not candidates:
        return None
    _, columns, first, last = max(candidates, key=lambda candidate: candidate[0])
    lines = (
        () if look.has_named_columns else tuple(dict.fromkeys(row.last for row in (rows[first], rows[last])))
    )
    titles = [cell.strip() for row in rows[:first] for cell in row.cells if cell.strip()]
    known = sum(_score_known_heading(name, table) for name in columns)
    below = rows[last + 1 :]
    records = _select_records(below, len(columns))
    kept = set(map(id, records))
    beside = tuple(
        cell.strip() for row in below if id(row.cells) not in kept for cell in row.cells if cell.strip()
    )
    is_torn = bool(below) and not any(len(row.cells) == len(columns) for row in below)
    return HeaderGuess(columns, lines, titles, records, known, first > 0, beside, is_torn)


def _list_header_candidates(rows: Sequence[TopRow], table: Table) -> list[tuple[float, list[str], int, int]]:
    widths = sorted(_count_filled_cells(row) for row in rows)
    # The median: titles above and totals below have other widths.
    usual = widths[len(widths) // 2]
    candidates = []
    top = rows[:LOOKED_AT]
    for at, row in enumerate(top):
        columns = make_unique_names(row.cells)
        if _are_column_names(columns, usual):
            # The higher of two equal ones: below it stand records that happen to be texts.
            candidates.append((_score_header(columns, table) - at / 1_000, columns, at, at))
    for at, (upper, lower) in enumerate(pairwise(top)):
        columns = make_unique_names(join_name_rows(upper.cells, lower.cells))
        if (
            _count_filled_cells(upper) > 1
            and _is_second_header_row(upper, lower, rows[at + 2 :])
            and _are_column_names(columns, usual)
        ):
            candidates.append((_score_header(columns, table) + 0.5, columns, at, at + 1))
    return candidates


def _score_header(columns: Sequence[str], table: Table) -> float:
    return sum(1 + 2 * _score_known_heading(name, table) for name in columns if name) - 2 * sum(
        bool(re.search(r"#\d+$", name)) for name in columns
    )


def _score_known_heading(name: str, table: Table) -> float:
    """How sure it is that a text is a heading: one of the table's, else one that is a known word."""
    best = max(score_heading(name, table, column) for column in (table.by_name["record_id"], *table))
    return (
        best
        if best >= KNOWN
        else 0.3
        if name and parse_heading(name).concepts and parse_heading(name).unknown_share < 0.2
        else 0.0
    )


def _are_column_names(columns: Sequence[str], usual: int) -> bool:
    filled = [name for name in columns if name]
    texts = [name for name in filled if not _is_value(name)]
    # Three fifths as wide as most rows, and nine in ten of its cells no values.
    return len(filled) >= 2 and len(filled) * 5 >= usual * 3 and len(texts) * 10 >= len(filled) * 9


def _is_second_header_row(upper: TopRow, lower: TopRow, below: Sequence[TopRow]) -> bool:
    """Whether a row goes on with the names of the one above it: texts where records have values, or names below a gap."""
    texts = [cell for cell in lower.cells if cell.strip()]
    if (
        len(texts) < 2
        or any(_is_value(cell) for cell in texts)
        or any(_is_value(cell) for cell in upper.cells if cell.strip())
    ):
        return False
    if _count_filled_cells(upper) < len(upper.cells) and _count_filled_cells(lower) > 1:
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
    text = shorten_value(text)
    return bool(_VALUE.match(text) or (NUMBER.match(text) and re.search(r"\d", text)))


def _count_filled_cells(row: TopRow) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _select_records(rows: Sequence[TopRow], width: int) -> list[list[str]]:
    """The rows below the names as far as they are records: no totals, no signatures, no names once more."""
    full = [row for row in rows if len(row.cells) == width]
    usual = sorted(_count_filled_cells(row) for row in full)[len(full) // 2] if full else 0
    return [
        row.cells
        for row in full
        if _count_filled_cells(row) * 2 > usual and not any(is_total_label(cell) for cell in row.cells)
    ]
