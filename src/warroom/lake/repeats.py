"""Payments that one source sends again without a record number: a row in another file would count a second
time.

A row numbered by its file and line is another record in every file, so only its content shows that it came
before. A row is a repeat where another file of its source has a payment with the same time, payer, payee,
banks, amount and currency, and no other reference (uetr, end-to-end id). Of equal rows in a file as many are
repeats as exist already; the others are payments of their own, since people do pay a shop twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original, payment_keys
from warroom.lake.arrival import RowOrigin
from warroom.lake.commit import LakeFile, LakeState
from warroom.lake.hashing import U64
from warroom.lake.payment_keys import END_TO_END, TIME, UETR, Ints, PaymentKeys
from warroom.records.grain import DAY, compute_time_grain, may_be_same_payment

Mask = npt.NDArray[np.bool_]
PLACES = ("record_id", "source", "delivery_id", "line")
SAMPLE = 8_192
"""Numbered rows of a batch that are looked up under other numbers."""
BY_LINE = r"^[0-9a-f]{12}:[0-9]+$"
"""A record number that was made of a file and a line."""


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """Where a stored payment came from: the file and the line in it."""

    file: str
    line: int


class _Candidate(NamedTuple):
    """A stored payment, with the hashes of its references (0: none)."""

    place: StoredPayment
    uetr: int
    end_to_end: int

    def may_be_same_payment(self, uetr: int, end_to_end: int) -> bool:
        """Whether the references allow both to be the same payment: none of them differs."""
        mine, other = (
            np.array([self.uetr, self.end_to_end], np.uint64),
            np.array([uetr, end_to_end], np.uint64),
        )
        return not payment_keys.are_two_references(mine, other).any()


@dataclass
class RepeatedRows:
    """The rows of a batch that are in another file already, by place; `alike` counts those that may be, where
    one of the two times is less precise.
    """

    rows: dict[int, StoredPayment] = field(default_factory=dict)
    alike: int = 0


@dataclass(frozen=True, slots=True)
class _TakenRows:
    """Rows without a number that this call took in before: their sorted arrays and their lines."""

    source: str
    delivery_id: str
    file: str
    arrays: U64
    lines: Ints


class RepeatFinder:
    """Looks rows of one call up among the payments of their own source; under the writer's lock."""

    def __init__(self, state: LakeState, payments: PaymentKeys) -> None:
        self._state, self._payments = state, payments
        self._opened: dict[str, U64] = {}
        self._taken: list[_TakenRows] = []
        self._used: set[str] = set()
        self._line_sources = {d.source for d in state.deliveries.values() if d.unnumbered}

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        self._used.clear()

    def find_repeats(self, rows: pa.Table, numbered: Mask, asked: Mask, origin: RowOrigin) -> RepeatedRows:
        """Those of the `asked` rows that are in another file of the source. Raises LakeDamaged.

        A numbered row is compared with payments that have no number alone: two numbers are two payments.
        """
        repeated = RepeatedRows()
        self._find_among_places(
            rows, np.flatnonzero(asked & ~numbered), origin, repeated, by_line_alone=False
        )
        if origin.source in self._line_sources:
            self._find_among_places(
                rows, np.flatnonzero(asked & numbered), origin, repeated, by_line_alone=True
            )
        return repeated

    def add_unnumbered_rows(self, rows: pa.Table, origin: RowOrigin) -> None:
        """Let rows without a number stand for the later files of this call."""
        if rows.num_rows:
            arrays = payment_keys.merge_sorted([self._payments.make_arrays(rows)])
            lines = rows["line"].to_numpy()
            self._taken.append(_TakenRows(origin.source, origin.delivery_id, origin.file, arrays, lines))

    def _find_among_places(
        self, rows: pa.Table, places: Ints, origin: RowOrigin, repeated: RepeatedRows, *, by_line_alone: bool
    ) -> None:
        if not len(places):
            return
        times = rows["time"].cast(pa.int64()).to_numpy()[places]
        near = self._list_nearby_files(int(times.min()), int(times.max()), origin)
        taken = [
            taken_part
            for taken_part in self._taken
            if (taken_part.source, taken_part.delivery_id) != (origin.source, origin.delivery_id)
        ]
        taken = [taken_part for taken_part in taken if taken_part.source == origin.source]
        if not near and not taken:
            return
        mine = payment_keys.merge_sorted([self._payments.make_arrays(rows.take(pa.array(places)))])
        standing: dict[int, dict[str, _Candidate]] = {}
        alike = np.zeros(mine.shape[1], np.bool_)
        for file in near:
            theirs = self._load_arrays(file)
            own_places, other = payment_keys.match_by_key_and_time(mine, theirs)
            _add_candidates(
                standing,
                own_places,
                theirs,
                other,
                self._iter_stored_payments(file, theirs, other, origin, by_line_alone),
            )
            alike |= _find_alike_rows(mine, theirs, payment_keys.make_source_code(origin.source))
        for part in taken:
            own_places, other = payment_keys.match_by_key_and_time(mine, part.arrays)
            lines = part.lines[payment_keys.get_file_rows(part.arrays)[other]].tolist()
            named = ((f"{part.delivery_id}:{line}", StoredPayment(part.file, line)) for line in lines)
            _add_candidates(standing, own_places, part.arrays, other, named)
            alike |= _find_alike_rows(mine, part.arrays, payment_keys.make_source_code(origin.source))
        aside = self._set_aside(mine, standing)
        in_batch = places[payment_keys.get_file_rows(mine)]
        repeated.rows.update((int(in_batch[at]), where) for at, where in aside.items())
        alike[list(aside)] = False
        repeated.alike += int(alike.sum())

    def count_renumbered(self, rows: pa.Table, places: Ints, origin: RowOrigin) -> int:
        """How many of some new numbered rows are in other files under other numbers; of very many rows a
        sample is checked.

        Where numbers count the rows of a list, an overlapping list has the same payments under other numbers.
        Times that are only a day are left out: people do pay a shop twice a day. Raises LakeDamaged.
        """
        times = rows["time"].cast(pa.int64()).to_numpy()
        places = places[:: max(1, len(places) // SAMPLE)]
        places = places[compute_time_grain(times[places]) < DAY]
        if not len(places):
            return 0
        times = times[places]
        near = self._list_nearby_files(int(times.min()), int(times.max()), origin, reach=0)
        if not near:
            return 0
        asked = rows.take(pa.array(places))
        mine = payment_keys.merge_sorted([self._payments.make_arrays(asked)])
        numbers = asked["record_id"].take(pa.array(payment_keys.get_file_rows(mine)))
        is_renumbered = np.zeros(mine.shape[1], np.bool_)
        for file in near:
            theirs = self._load_arrays(file)
            own_places, other = payment_keys.match_by_key_and_time(mine, theirs)
            may = ~_have_two_references(mine, theirs, own_places, other)
            own_places, other = own_places[may], other[may]
            if len(own_places):
                there = original.load_columns(file, PLACES).take(
                    pa.array(payment_keys.get_file_rows(theirs)[other])
                )
                counts = _is_of_other_file(there, origin)
                counts = pc.and_(counts, pc.not_equal(there["record_id"], numbers.take(pa.array(own_places))))
                is_renumbered[own_places[counts.to_numpy()]] = True
        return int(is_renumbered.sum())

    def _list_nearby_files(
        self, first: int, last: int, origin: RowOrigin, reach: int = DAY
    ) -> list[LakeFile]:
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

    def _load_arrays(self, file: LakeFile) -> U64:
        if file.name not in self._opened:
            self._opened[file.name] = self._payments.load_arrays(file)
        return self._opened[file.name]

    def _iter_stored_payments(
        self, file: LakeFile, theirs: U64, places: Ints, origin: RowOrigin, by_line_alone: bool
    ) -> Iterator[tuple[str, StoredPayment] | None]:
        """The number and place of rows of a file; None for a row that does not count here."""
        if not len(places):
            return iter(())
        rows = original.load_columns(file, PLACES).take(pa.array(payment_keys.get_file_rows(theirs)[places]))
        counts = _is_of_other_file(rows, origin)
        if by_line_alone:
            counts = pc.and_(counts, pc.match_substring_regex(rows["record_id"], BY_LINE))
        names = self._state.deliveries
        return (
            (row["record_id"], StoredPayment(names[row["delivery_id"]].file, row["line"]))
            if counted
            else None
            for row, counted in zip(rows.to_pylist(), counts.to_pylist(), strict=True)
        )

    def _set_aside(
        self, mine: U64, standing: Mapping[int, dict[str, _Candidate]]
    ) -> dict[int, StoredPayment]:
        """By place in `mine`, the stored payment that each repeated row equals: the first rows, as many as
        are stored.
        """
        aside: dict[int, StoredPayment] = {}
        for start, candidates in standing.items():
            place = start
            while place < mine.shape[1] and (mine[:UETR, place] == mine[:UETR, start]).all():
                references = int(mine[UETR][place]), int(mine[END_TO_END][place])
                left = (
                    name
                    for name, candidate in candidates.items()
                    if candidate.may_be_same_payment(*references)
                )
                # Each stored payment excuses one row of this file: the second equal row is a payment of its
                # own.
                name = next((name for name in left if name not in self._used), None)
                if name is not None:
                    self._used.add(name)
                    aside[place] = candidates[name].place
                place += 1
        return aside


def _add_candidates(
    standing: dict[int, dict[str, _Candidate]],
    places: Ints,
    theirs: U64,
    others: Ints,
    named: Iterable[tuple[str, StoredPayment] | None],
) -> None:
    """Note what stands for each place; of several versions of a record one."""
    references = theirs[UETR][others].tolist(), theirs[END_TO_END][others].tolist()
    for at, named_row, uetr, end_to_end in zip(places.tolist(), named, *references, strict=True):
        if named_row is not None:
            standing.setdefault(at, {}).setdefault(named_row[0], _Candidate(named_row[1], uetr, end_to_end))


def _is_of_other_file(rows: pa.Table, origin: RowOrigin) -> pa.ChunkedArray:
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


def _find_alike_rows(mine: U64, theirs: U64, source: int) -> Mask:
    """Which of `mine` may be a row of `theirs` with a more or less precise time."""
    own_places, other = payment_keys.match_by_key(mine, theirs)
    times = [arrays[TIME][at].view(np.int64) for arrays, at in ((mine, own_places), (theirs, other))]
    may = (
        (times[0] != times[1])
        & may_be_same_payment(*times)
        & (compute_time_grain(times[0]) != compute_time_grain(times[1]))
    )
    may &= payment_keys.get_source_codes(theirs, other) == source
    is_alike = np.zeros(mine.shape[1], np.bool_)
    is_alike[own_places[may]] = True
    return is_alike
