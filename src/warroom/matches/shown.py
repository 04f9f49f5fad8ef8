"""Pairs of records side by side: each column's two values, how well they agree, and for names why."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from warroom.matches.views import AGREES, Agrees, MatchCell
from warroom.subjects.names.compare import compare_names
from warroom.subjects.resolution.levels import DIFFERENT, RecordComparer
from warroom.subjects.resolution.resolve import Register
from warroom.subjects.resolution.values import ColumnValues, encode_column


def build_cells(register: Register, pairs: Sequence[tuple[int, int]]) -> list[tuple[MatchCell, ...]]:
    """The cells of each pair of rows."""
    if not pairs:
        return []
    rows = np.asarray(pairs, np.int32).reshape(-1)
    # A few values by themselves: a register of a million is not laid out for a page of fifty.
    columns = [_take_values(column, rows) for column in register.columns]
    at = np.arange(len(pairs), dtype=np.int32)
    levels = RecordComparer(columns).compare_pairs(2 * at, 2 * at + 1)
    return [
        tuple(
            _build_cell(column, 2 * n, _to_agreement(int(level)))
            for column, level in zip(columns, levels[n], strict=True)
        )
        for n in range(len(pairs))
    ]


def _to_agreement(level: int) -> Agrees:
    """The level as a word. Names that share only a part count as different; `MatchCell.why` gives the reason."""
    return AGREES[min(level, DIFFERENT)]


def _take_values(column: ColumnValues, rows: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> ColumnValues:
    codes = column.codes[rows]
    texts = (
        column.texts.take(pa.array(np.maximum(codes, 0), mask=codes < 0))
        if len(column.texts)
        else pa.nulls(len(rows), pa.string())
    )
    return encode_column(column.name, column.content, texts)


def _build_cell(column: ColumnValues, at: int, agrees: Agrees) -> MatchCell:
    text, other = (column.texts[int(code)].as_py() if code >= 0 else "" for code in column.codes[at : at + 2])
    # Equal names need no reason, and a missing one has none.
    named = column.content in ("name", "company") and text and other and text != other
    why = (
        compare_names(text, other, "company" if column.content == "company" else "person").reason
        if named
        else None
    )
    return MatchCell(column.name, column.content, text, other, agrees, why)
