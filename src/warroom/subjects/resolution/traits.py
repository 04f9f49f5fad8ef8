"""Contradictions that keep two records apart whatever they share: different names, and days of birth that
cannot be one.

A subject never holds two records that contradict each other so, even if a chain of pairs links them: the
chain is cut. Each record's name and day are numbers here, so that joining compares them without texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from warroom.subjects.names.fast import relate_name_pairs
from warroom.subjects.names.kernel import KIN, RENAMED, STRANGE
from warroom.subjects.resolution import levels
from warroom.subjects.resolution.values import ColumnValues

Rows = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]
UNREAD = -1
OF_TWO, OF_KIN = 1, 2
"""Of two names: of two people, whatever else agrees; of two unless they have one identity number or passport."""


@dataclass(frozen=True)
class RecordTraits:
    """By record: `number` of its own identity, `name` by its place among the texts of `column`, `day` as year, month and day in one
    number, `passport`; `UNREAD` where it has none that can be read.
    """

    number: Rows
    name: Rows
    day: Rows
    passport: Rows | None = None
    column: ColumnValues | None = None

    def find_opposed_names(self, pairs: Keys) -> npt.NDArray[np.uint8]:
        """Of pairs of names, each as one number, whether they are those of two (`OF_TWO`, `OF_KIN`, or 0): no weight joins them."""
        assert self.column is not None
        assert self.column.sounds is not None
        first, second = (
            (pairs >> np.uint64(32)).astype(np.int32),
            (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32),
        )
        relation = relate_name_pairs(self.column.sounds.names, first, second)
        opposed = np.where((relation == STRANGE) | (relation == RENAMED), OF_TWO, 0).astype(np.uint8)
        kin = np.flatnonzero(relation == KIN)
        # A given name with a slip of one letter is kin to the kernel, which hears no letters.
        names = replace(self.column, codes=np.arange(len(self.column.texts), dtype=np.int32))
        level = levels.RecordComparer([names]).compare_pairs(first[kin], second[kin])[:, 0]
        opposed[kin[level == levels.KIN]] = OF_KIN
        return opposed


def traits_of(columns: Sequence[ColumnValues]) -> RecordTraits:
    """The traits of records: of the first column of numbers, the first of names and the first of days."""
    records = len(columns[0].codes)
    none = np.full(records, UNREAD, np.int32)
    number = next((column.codes for column in columns if column.content == "id"), none)
    named = find_own_name_column(columns)
    name = none if named is None else _read_names(columns[named])
    dated = next((column for column in columns if column.content == "date"), None)
    day = none if dated is None else _parse_days(dated)
    passport = next((column.codes for column in columns if column.content == "passport"), none)
    return RecordTraits(number, name, day, passport, None if named is None else columns[named])


def find_own_name_column(columns: Sequence[ColumnValues]) -> int | None:
    """Which column has the subject's own name: the first of names, of people or of companies."""
    return next((place for place, column in enumerate(columns) if column.sounds is not None), None)


def _read_names(column: ColumnValues) -> Rows:
    sounds = column.sounds
    if sounds is None or not len(column.texts):
        return np.full(len(column.codes), UNREAD, np.int32)
    known = (column.codes >= 0) & (sounds.whole[np.maximum(column.codes, 0)] != 0)
    return np.where(known, column.codes, UNREAD).astype(np.int32)


def _parse_days(column: ColumnValues) -> Rows:
    """Days as numbers; texts that are no day say nothing."""
    texts = column.texts.to_pylist()
    values = [int(text) if len(text) == 8 and text.isascii() and text.isdigit() else UNREAD for text in texts]
    # One place more at the end: the code -1 of a missing value finds it.
    numbers = np.array([*values, UNREAD], np.int32)
    return numbers[column.codes]
