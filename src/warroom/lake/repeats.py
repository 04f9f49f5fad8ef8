"""Payments that one source sends again without a record number: a row in another file would count a second time.

A row numbered by its file and line is another record in every file, so nothing but what it says can tell that it came before.
A row is a repeat where a payment stands in another file of its source with the same time, payer, payee, banks, amount and
currency, and no other reference (uetr, end-to-end id). As many rows of a file as stand already are repeats; those beyond that number are payments of their own, for people
do pay a shop twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original, payment_keys
from warroom.lake.arrival import Origin
from warroom.lake.commit import LakeFile, State
from warroom.lake.hashing import U64
from warroom.lake.payment_keys import END_TO_END, TIME, UETR, Ints, PaymentKeys
from warroom.records.grain import DAY, grain, may_be_one

Mask = npt.NDArray[np.bool_]
PLACES = ("record_id", "source", "delivery_id", "line")
SAMPLE = 8_192
"""Numbered rows of a batch that are looked up under other numbers."""
BY_LINE = r"^[0-9a-f]{12}:[0-9]+$"
"""A record number that was made of a file and a line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a payment stands: the file that brought it, and the line in it."""

    file: str
    line: int


class _Candidate(NamedTuple):
    """A payment that stands, with the numbers of its references (0: none)."""

    place: Standing
    uetr: int
    end_to_end: int

    def may_be(self, uetr: int, end_to_end: int) -> bool:
        """Whether no reference says that it is another payment than one with these."""
        mine, other = (
            np.array([self.uetr, self.end_to_end], np.uint64),
            np.array([uetr, end_to_end], np.uint64),
        )
        return not payment_keys.are_two_references(mine, other).any()


@dataclass
class Repeated:
    """Of the rows of a batch: those that stand in another file already, by place, and how many only may do so (`alike`),
    because one of the two times is told less finely.
    """

    rows: dict[int, Standing] = field(default_factory=dict)
    alike: int = 0


@dataclass(frozen=True, slots=True)
class _Taken:
    """Rows without a number that this call took in before: their sorted arrays and their lines."""

    source: str
    delivery_id: str
    file: str
    arrays: U64
    lines: Ints


class Repeats:
    """Looks rows of one call up among the payments of their own source; under the writer's lock."""

    def __init__(self, state: State, payments: PaymentKeys) -> None:
        self._state, self._payments = state, payments
        self._opened: dict[str, U64] = {}
        self._taken: list[_Taken] = []
        self._used: set[str] = set()
        self._line_sources = {d.source for d in state.deliveries.values() if d.unnumbered}

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        self._used.clear()

    def find(self, rows: pa.Table, numbered: Mask, asked: Mask, origin: Origin) -> Repeated:
        """Those of the `asked` rows that stand in another file of the source. Raises LakeDamaged.

        A numbered row is compared with payments that have no number alone: two numbers are two payments.
        """
        found = Repeated()
        self._find(rows, np.flatnonzero(asked & ~numbered), origin, found, by_line_alone=False)
        if origin.source in self._line_sources:
            self._find(rows, np.flatnonzero(asked & numbered), origin, found, by_line_alone=True)
        return found

    def keep(self, rows: pa.Table, origin: Origin) -> None:
        """Let rows without a number stand for the later files of this call."""
        if rows.num_rows:
            arrays = payment_keys.in_order([self._payments.of_rows(rows)])
            lines = rows["line"].to_numpy()
            self._taken.append(_Taken(origin.source, origin.delivery_id, origin.file, arrays, lines))

    def _find(
        self, rows: pa.Table, places: Ints, origin: Origin, found: Repeated, *, by_line_alone: bool
    ) -> None:
        if not len(places):
            return
        times = rows["time"].cast(pa.int64()).to_numpy()[places]
        near = self._near(int(times.min()), int(times.max()), origin)
        taken = [
            one for one in self._taken if (one.source, one.delivery_id) != (origin.source, origin.delivery_id)
        ]
        taken = [one for one in taken if one.source == origin.source]
        if not near and not taken:
            return
        mine = payment_keys.in_order([self._payments.of_rows(rows.take(pa.array(places)))])
        standing: dict[int, dict[str, _Candidate]] = {}
        alike = np.zeros(mine.shape[1], np.bool_)
        for file in near:
            theirs = self._arrays(file)
            one, other = payment_keys.equals(mine, theirs)
            _add(standing, one, theirs, other, self._named(file, theirs, other, origin, by_line_alone))
            alike |= _alike(mine, theirs, payment_keys.source_code(origin.source))
        for part in taken:
            one, other = payment_keys.equals(mine, part.arrays)
            lines = part.lines[payment_keys.rows_of(part.arrays)[other]].tolist()
            named = ((f"{part.delivery_id}:{line}", Standing(part.file, line)) for line in lines)
            _add(standing, one, part.arrays, other, named)
            alike |= _alike(mine, part.arrays, payment_keys.source_code(origin.source))
        aside = self._set_aside(mine, standing)
        in_batch = places[payment_keys.rows_of(mine)]
        found.rows.update((int(in_batch[at]), where) for at, where in aside.items())
        alike[list(aside)] = False
        found.alike += int(alike.sum())

    def count_renumbered(self, rows: pa.Table, places: Ints, origin: Origin) -> int:
        """How many of some new numbered rows stand in other files under other numbers; of very many rows a part is asked.

        Where numbers count the rows of a list, an overlapping list has the same payments under other numbers. A day alone
        tells too little: people do pay a shop twice a day. Raises LakeDamaged.
        """
        times = rows["time"].cast(pa.int64()).to_numpy()
        places = places[:: max(1, len(places) // SAMPLE)]
        places = places[grain(times[places]) < DAY]
        if not len(places):
            return 0
        times = times[places]
        near = self._near(int(times.min()), int(times.max()), origin, reach=0)
        if not near:
            return 0
        asked = rows.take(pa.array(places))
        mine = payment_keys.in_order([self._payments.of_rows(asked)])
        numbers = asked["record_id"].take(pa.array(payment_keys.rows_of(mine)))
        told = np.zeros(mine.shape[1], np.bool_)
        for file in near:
            theirs = self._arrays(file)
            one, other = payment_keys.equals(mine, theirs)
            may = ~_have_two_references(mine, theirs, one, other)
            one, other = one[may], other[may]
            if len(one):
                there = original.columns(file, PLACES).take(pa.array(payment_keys.rows_of(theirs)[other]))
                counts = _of_other_file(there, origin)
                counts = pc.and_(counts, pc.not_equal(there["record_id"], numbers.take(pa.array(one))))
                told[one[counts.to_numpy()]] = True
        return int(told.sum())

    def _near(self, first: int, last: int, origin: Origin, reach: int = DAY) -> list[LakeFile]:
        """Files of other deliveries with rows of the source at times that may be those between two."""
        return [
            file
            for file in self._state.files.values()
            if file.table == origin.table.name
            and origin.source in file.sources
            and file.deliveries != (origin.delivery_id,)
            and file.first_time <= last + reach
            and file.last_time >= first - reach
        ]

    def _arrays(self, file: LakeFile) -> U64:
        if file.name not in self._opened:
            self._opened[file.name] = self._payments.of_file(file)
        return self._opened[file.name]

    def _named(
        self, file: LakeFile, theirs: U64, places: Ints, origin: Origin, by_line_alone: bool
    ) -> Iterator[tuple[str, Standing] | None]:
        """The number and place of rows of a file; None for a row that does not count here."""
        if not len(places):
            return iter(())
        rows = original.columns(file, PLACES).take(pa.array(payment_keys.rows_of(theirs)[places]))
        counts = _of_other_file(rows, origin)
        if by_line_alone:
            counts = pc.and_(counts, pc.match_substring_regex(rows["record_id"], BY_LINE))
        names = self._state.deliveries
        return (
            (row["record_id"], Standing(names[row["delivery_id"]].file, row["line"])) if counted else None
            for row, counted in zip(rows.to_pylist(), counts.to_pylist(), strict=True)
        )

    def _set_aside(self, mine: U64, standing: Mapping[int, dict[str, _Candidate]]) -> dict[int, Standing]:
        """By place in `mine`, which of equal payments stand elsewhere: the first of a file, as many as stand."""
        aside: dict[int, Standing] = {}
        for start, candidates in standing.items():
            place = start
            while place < mine.shape[1] and (mine[:UETR, place] == mine[:UETR, start]).all():
                references = int(mine[UETR][place]), int(mine[END_TO_END][place])
                left = (name for name, one in candidates.items() if one.may_be(*references))
                name = next((name for name in left if name not in self._used), None)
                if name is not None:
                    self._used.add(name)
                    aside[place] = candidates[name].place
                place += 1
        return aside


def _add(
    standing: dict[int, dict[str, _Candidate]],
    places: Ints,
    theirs: U64,
    others: Ints,
    named: Iterable[tuple[str, Standing] | None],
) -> None:
    """Note what stands for each place; of several versions of a record one."""
    references = theirs[UETR][others].tolist(), theirs[END_TO_END][others].tolist()
    for at, one, uetr, end_to_end in zip(places.tolist(), named, *references, strict=True):
        if one is not None:
            standing.setdefault(at, {}).setdefault(one[0], _Candidate(one[1], uetr, end_to_end))


def _of_other_file(rows: pa.Table, origin: Origin) -> pa.ChunkedArray:
    """Which rows another file of the source brought."""
    return pc.and_(
        pc.equal(rows["source"], origin.source), pc.not_equal(rows["delivery_id"], origin.delivery_id)
    )


def _have_two_references(mine: U64, theirs: U64, one: Ints, other: Ints) -> Mask:
    """Which pairs have two references of one kind, which says that they are two payments."""
    apart = np.zeros(len(one), np.bool_)
    for kind in (UETR, END_TO_END):
        apart |= payment_keys.are_two_references(mine[kind][one], theirs[kind][other])
    return apart


def _alike(mine: U64, theirs: U64, source: int) -> Mask:
    """Which of `mine` may be a row of `theirs` whose time is told more or less finely."""
    one, other = payment_keys.pairs(mine, theirs)
    times = [arrays[TIME][at].view(np.int64) for arrays, at in ((mine, one), (theirs, other))]
    may = (times[0] != times[1]) & may_be_one(*times) & (grain(times[0]) != grain(times[1]))
    may &= payment_keys.sources_at(theirs, other) == source
    found = np.zeros(mine.shape[1], np.bool_)
    found[one[may]] = True
    return found
