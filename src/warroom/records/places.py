"""The places of a sheet's cells as its XML gives them. The library that reads workbooks keeps the last of two in one place, and the
first is gone without a word.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np

COLUMNS = 1 << 14
"""Columns that a sheet can have: a place is counted as row * COLUMNS + column."""
_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^<>]*+)>")
_NAME = re.compile(rb"\br\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")


def find_row_with_repeat(xml: Iterable[bytes]) -> int:
    """The first row in which a place comes twice, 0 where none does; `xml` is a sheet in pieces of whole rows."""
    # Sorting millions of integers is far cheaper than a set of pairs.
    places = np.sort(np.fromiter(_iter_cell_positions(xml), np.int64))
    again = places[1:][np.diff(places) == 0]
    return int(again[0]) // COLUMNS if len(again) else 0


def _iter_cell_positions(xml: Iterable[bytes]) -> Iterator[int]:
    """Of each cell; one without a name follows the one before, and a row that before."""
    row, column = 0, -1
    for piece in xml:
        for tag, attributes in _TAG.findall(piece):
            name = _NAME.search(attributes)
            if tag == b"row":
                row, column = int(name[2]) if name else row + 1, -1
            else:
                column = parse_column_letters(name[1]) if name else column + 1
                yield (int(name[2]) if name else row) * COLUMNS + column


def parse_column_letters(letters: bytes) -> int:
    """A column's number from 0 by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
