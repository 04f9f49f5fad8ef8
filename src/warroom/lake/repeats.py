"""Payments that one source sends again without a record number: a row in another file would count a second time.

A row numbered by its file and line is another record in every file, so nothing but what it says can tell that it came before.
A row is a repeat where as many payments stand in other files of its source with the same time, payer, payee, banks, amount and
currency. As many rows of a file as stand already are repeats; those beyond that number are payments of their own, for people
do pay a shop twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original, payment_keys
from warroom.lake.arrival import Origin
from warroom.lake.commit import LakeFile, State
from warroom.lake.hashing import U64
from warroom.lake.payment_keys import KEY, TIME, Ints, PaymentKeys
from warroom.records.grain import DAY, grain, may_be_one

Mask = npt.NDArray[np.bool_]
Moment = tuple[int, int]
"""The key of a payment and its time."""

PLACES = ("record_id", "source", "delivery_id", "line")
BY_LINE = r"^[0-9a-f]{12}:[0-9]+$"
"""A record number that was made of a file and a line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a payment stands: the file that brought it, and the line in it."""

    file: str
    line: int


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
        self._aside: Counter[Moment] = Counter()
        self._line_sources = {d.source for d in state.deliveries.values() if d.unnumbered}

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        self._aside.clear()

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
        standing: dict[int, dict[str, Standing]] = {}
        alike = np.zeros(mine.shape[1], np.bool_)
        for file in near:
            theirs = self._arrays(file)
            one, other = payment_keys.equals(mine, theirs)
            _add(standing, one, self._named(file, theirs, other, origin, by_line_alone))
            alike |= _alike(mine, theirs, payment_keys.source_code(origin.source))
        for part in taken:
            one, other = payment_keys.equals(mine, part.arrays)
            lines = part.lines[payment_keys.rows_of(part.arrays)[other]].tolist()
            _add(standing, one, ((f"{part.delivery_id}:{line}", Standing(part.file, line)) for line in lines))
            alike |= _alike(mine, part.arrays, payment_keys.source_code(origin.source))
        aside = self._set_aside(mine, standing)
        in_batch = places[payment_keys.rows_of(mine)]
        found.rows.update((int(in_batch[at]), where) for at, where in aside.items())
        alike[list(aside)] = False
        found.alike += int(alike.sum())

    def _near(self, first: int, last: int, origin: Origin) -> list[LakeFile]:
        """Files of other deliveries with rows of the source at times that may be those between two."""
        return [
            file
            for file in self._state.files.values()
            if file.table == origin.table.name
            and origin.source in file.sources
            and file.deliveries != (origin.delivery_id,)
            and file.first_time <= last + DAY
            and file.last_time >= first - DAY
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
        counts = pc.and_(
            pc.equal(rows["source"], origin.source), pc.not_equal(rows["delivery_id"], origin.delivery_id)
        )
        if by_line_alone:
            counts = pc.and_(counts, pc.match_substring_regex(rows["record_id"], BY_LINE))
        names = self._state.deliveries
        return (
            (row["record_id"], Standing(names[row["delivery_id"]].file, row["line"])) if counted else None
            for row, counted in zip(rows.to_pylist(), counts.to_pylist(), strict=True)
        )

    def _set_aside(self, mine: U64, standing: Mapping[int, dict[str, Standing]]) -> dict[int, Standing]:
        """By place in `mine`, which of equal payments stand elsewhere: the first of a file, as many as stand."""
        aside: dict[int, Standing] = {}
        for at, where in standing.items():
            moment = int(mine[KEY][at]), int(mine[TIME][at])
            end = at
            while end < mine.shape[1] and (int(mine[KEY][end]), int(mine[TIME][end])) == moment:
                end += 1
            left = list(where.values())[self._aside[moment] :]
            for place, one in zip(range(at, end), left, strict=False):
                aside[place] = one
                self._aside[moment] += 1
        return aside


def _add(
    standing: dict[int, dict[str, Standing]], places: Ints, named: Iterable[tuple[str, Standing] | None]
) -> None:
    """Note what stands for each place; of several versions of a record one."""
    for at, one in zip(places.tolist(), named, strict=True):
        if one is not None:
            standing.setdefault(at, {}).setdefault(*one)


def _alike(mine: U64, theirs: U64, source: int) -> Mask:
    """Which of `mine` may be a row of `theirs` whose time is told more or less finely."""
    one, other = payment_keys.pairs(mine, theirs)
    times = [arrays[TIME][at].view(np.int64) for arrays, at in ((mine, one), (theirs, other))]
    may = (times[0] != times[1]) & may_be_one(*times) & (grain(times[0]) != grain(times[1]))
    may &= payment_keys.sources_at(theirs, other) == source
    found = np.zeros(mine.shape[1], np.bool_)
    found[one[may]] = True
    return found
