"""Which column of the file is which of ours: one assignment over all scores, and what it could not tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from warroom.records.guess.clocks import Written, time_of_day, written
from warroom.records.guess.doubts import Doubt, called, doubt, quoted
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import LEAST, heading, is_never, score
from warroom.records.table import Column, Table

MARGIN = 0.12
"""How much better than the next a column must be, not to be asked about."""
SURE = 0.72
"""The score below which a column is asked about even if nothing else comes near."""
KEPT = 0.8
"""The score of a heading that says so clearly what it is that its column is kept though values do not fit."""
_TIMES = {
    "time",
    "day",
    "clock",
    "step",
    "effective",
    "since",
    "until",
    "opened",
    "registered",
    "seen",
    "realised",
    "reported",
    "removed",
}
_NO_TIMES = {"amount", "account", "bank", "balance", "fee", "out", "in", "phone", "currency"}
BY_VALUES = {"time": 0.5, "currency": 0.5, "uetr": 0.6}
"""What values alone say where a heading says nothing: always asked about."""


@dataclass(frozen=True)
class File:
    """The columns of a file, profiled, without those that no table may hold."""

    table: Table
    columns: Sequence[Profile]
    now: datetime

    @cached_property
    def times(self) -> dict[str, Written]:
        """How times are written, by the columns that hold some."""
        found = {
            each.name: written(each.values, self.now) for each in self.columns if not _is_no_time(each.name)
        }
        return {
            name: how
            for name, how in found.items()
            if how is not None and how.share > self._least_share(name)
        }

    def _least_share(self, name: str) -> float:
        """The share of values that must be times: where the name says time, few are enough to ask about the others."""
        return 0.2 if heading(name).concepts & _TIMES else 0.5

    @cached_property
    def clocks(self) -> dict[str, str]:
        """How times of day are written, by the columns that hold nothing else."""
        found = {}
        for each in self.columns:
            said = heading(each.name).concepts
            how = self.times.get(each.name)
            if how is not None and not how.day:
                found[each.name] = how.format or "%H:%M:%S"
            elif "clock" in said and not said & {"day", "time"} and (alone := time_of_day(each.values)):
                found[each.name] = alone
        return found

    @cached_property
    def has_days(self) -> bool:
        """Whether a column holds days."""
        return any(how.day for how in self.times.values())

    def named(self, name: str) -> Profile:
        """A column by its name."""
        return next(each for each in self.columns if each.name == name)


@dataclass(frozen=True)
class Matched:
    """Our columns by the file's, with their scores, and what was not clear."""

    columns: dict[str, str]
    scores: dict[str, float]
    doubts: list[Doubt]


def match(file: File, ours: Sequence[Column]) -> Matched:
    """The best assignment of the file's columns to some of ours."""
    table = np.array([[_score(file, column, each) for each in file.columns] for column in ours])
    if not table.size:
        return Matched({}, {}, [])
    chosen, doubts = {}, []
    # Here and not above: it takes 80 MB, which a server that nobody brings a file to need not have.
    from scipy.optimize import linear_sum_assignment

    scores: dict[str, float] = {}
    pairs = [
        (int(a), int(b))
        for a, b in zip(*linear_sum_assignment(-np.where(table < LEAST, 0, table)), strict=True)
    ]
    pairs = [(a, b) for a, b in pairs if table[a, b] >= LEAST]
    for a, b in pairs:
        column, theirs = ours[a], file.columns[b].name
        close = _close(table, pairs, a, b, file)
        as_well = _as_well(table, pairs, a, b, ours)
        if table[a, b] < SURE and not column.required and column.name != "record_id":
            doubts.append(
                doubt(f"columns.{column.name}", "guess.left-out", name=called([column]), theirs=theirs)
            )
            continue
        chosen[column.name], scores[column.name] = theirs, float(table[a, b])
        is_named = score(theirs, file.table, column) >= KEPT
        doubts += _unsure(column, theirs, 1.0 if is_named else float(table[a, b]), close, as_well)
    return Matched(chosen, scores, doubts)


def _unsure(
    column: Column, theirs: str, found: float, close: list[str], as_well: list[Column]
) -> list[Doubt]:
    slot = f"columns.{column.name}"
    if close:
        return [doubt(slot, "guess.which-column", name=called([column]), theirs=theirs, others=quoted(close))]
    if as_well:
        return [doubt(slot, "guess.which-ours", theirs=theirs, name=called([column]), others=called(as_well))]
    if found < SURE:
        return [doubt(slot, "guess.weak", name=called([column]), theirs=theirs)]
    return []


def _close(table: np.ndarray, pairs: list[tuple[int, int]], a: int, b: int, file: File) -> list[str]:
    """Other columns of the file that would do nearly as well for ours, without loss to whichever of ours reads them."""
    row_of = {other: row for row, other in pairs}

    def loss(other: int) -> float:
        lost = float(table[a, b] - table[a, other])
        row = row_of.get(other)
        return lost if row is None else lost + float(table[row, other] - table[row, b])

    order = [int(other) for other in np.argsort(-table[a]) if other != b and table[a, other] >= LEAST]
    return [file.columns[other].name for other in order if loss(other) < MARGIN]


def _as_well(
    table: np.ndarray, pairs: list[tuple[int, int]], a: int, b: int, ours: Sequence[Column]
) -> list[Column]:
    """Others of ours that go without, and for which this column would do nearly as well."""
    taken = {row for row, _ in pairs}
    return [
        ours[row]
        for row in range(len(ours))
        if row not in taken and table[row, b] >= max(LEAST, table[a, b] - MARGIN)
    ]


def _score(file: File, column: Column, each: Profile) -> float:
    if is_never(each.name) or not each.name:
        return 0.0
    said = score(each.name, file.table, column)
    fits = _fit(file, column, each)
    if fits <= 0 and said >= KEPT and column.required and not column.values and each.values:
        fits = 0.2
    if fits <= 0:
        return 0.0
    if said < LEAST:
        alone = BY_VALUES.get(column.name if column.name == "uetr" else column.kind, 0.0)
        return alone * fits if fits >= 0.9 and column.required | (column.name == "uetr") else 0.0
    # Of two columns that say the same, who pays stands first.
    place = each.place / max(1, len(file.columns)) * 0.02
    first = column.name.startswith(("payer", "from"))
    found = 0.75 * said + 0.25 * fits - (place if first else 0.02 - place)
    # Where days stand in a column of their own, a time of day belongs to them and is no time by itself.
    return found * 0.6 if column.kind == "time" and each.name in file.clocks and file.has_days else found


def _fit(file: File, column: Column, each: Profile) -> float:
    """How well values fit a column of ours, from 0 (they cannot be it) to 1."""
    if not each.values:
        return 0.2
    if column.name == "record_id":
        return 1.0 if each.distinct > 0.999 and each.filled > 0.99 and not each.counting else 0.0
    if column.name == "uetr":
        return each.uuids if each.uuids > 0.5 else 0.0
    if column.kind == "time":
        return _time_fit(file, each)
    if column.subject == "phone" and not column.free:
        return max(each.phones, 0.3 * each.accounts)
    if column.values:
        return _choice_fit(column, each)
    return _kind_fit(file, column, each)


def _kind_fit(file: File, column: Column, each: Profile) -> float:
    if each.name in file.times and file.times[each.name].unit is None and column.kind != "text":
        return 0.0
    match column.kind:
        case "money":
            return each.numbers if each.numbers > 0.8 else 0.0
        case "number" | "integer":
            return each.plain_numbers if each.plain_numbers > 0.8 else 0.0
        case "currency":
            return (
                each.currencies
                if each.currencies > 0.5
                else 0.4
                if each.numbers < 0.2 and len(each.counts) < 60
                else 0.0
            )
        case "bank":
            return max(each.banks, 0.5 if each.numbers < 0.2 and len(each.counts) < 200 else 0.0)
        case "account":
            return 0.0 if is_money(each) or _are_people(each) else max(each.accounts, 0.15)
    return 0.6


def _are_people(each: Profile) -> bool:
    """Whether most values are words without a digit, as names of people are and accounts are not."""
    return sum(" " in text and not any(map(str.isdigit, text)) for text in each.values) * 2 > len(each.values)


def is_money(each: Profile) -> bool:
    """Whether values have the two decimals of an amount."""
    return sum(text[-3:-2] in (".", ",") for text in each.values) > len(each.values) * 0.8


def _is_no_time(name: str) -> bool:
    """Whether a heading says that its column holds something else: 46,346.50 is an amount under `Amount`, and no day of Excel."""
    said = heading(name).concepts
    return bool(said & _NO_TIMES) and not said & _TIMES


def _time_fit(file: File, each: Profile) -> float:
    how = file.times.get(each.name)
    if how is not None and how.day:
        return 1.0 if how.clock else 0.85
    if each.name in file.clocks:
        return 0.2
    counts = all(text.isdigit() and len(text) < 6 for text in each.counts)
    return 0.3 if counts and heading(each.name).concepts & {"step", "time", "day", "clock"} else 0.0


def _choice_fit(column: Column, each: Profile) -> float:
    ours = sum(many for text, many in each.counts.items() if text.lower() in column.values)
    share = max(ours / max(1, len(each.values)), each.words(column.name))
    few = len(each.counts) <= 40 and each.plain_numbers < 0.5
    return 0.4 + 0.6 * share if share > 0.3 else 0.4 if few else 0.0
