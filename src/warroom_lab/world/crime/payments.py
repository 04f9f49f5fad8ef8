"""The payments of one play, kept as numbers side by side: they are kept to the end, and a tuple of Python's takes five times as much."""

from array import array
from collections.abc import Iterator, Sequence
from typing import cast, overload

Row = tuple[int, int, int, int, int, int, int, int, int, int, int, int]
"""uid, time, payer, payee, amount, channel, purpose, device, typology, case, syndicate, hop."""
WIDTH = 12


class PlayedPayments(Sequence[Row]):
    """Rows in the order they were added."""

    def __init__(self) -> None:
        self._numbers = array("q")

    def append(self, row: Row) -> None:
        self._numbers.extend(row)

    def __len__(self) -> int:
        return len(self._numbers) // WIDTH

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._get_row(number) for number in range(*place.indices(len(self)))]
        # As a list does: a place from the end is negative, and one beyond it is an IndexError.
        return self._get_row(range(len(self))[place])

    def __iter__(self) -> Iterator[Row]:
        return map(self._get_row, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlayedPayments) and self._numbers == other._numbers

    def _get_row(self, number: int) -> Row:
        return cast(Row, tuple(self._numbers[number * WIDTH : (number + 1) * WIDTH]))
