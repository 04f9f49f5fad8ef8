"""Which column of the file is which of ours: one optimal assignment over all scores, and a question where it
is close.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from warroom.records.guess.clocks import TimeStyle, guess_time_of_day, guess_time_style
from warroom.records.guess.doubts import Doubt, join_labels, make_doubt, quote_names
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import LEAST, is_forbidden_heading, parse_heading, score_heading
from warroom.records.table import Table, TableColumn

# Scores from 0 to 1; these three limits are chosen.
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
"""Scores from values alone, where a heading says nothing; such a match is always asked about."""


@dataclass(frozen=True)
class ProfiledFile:
    """The columns of a file, profiled, without those that no table may hold."""

    table: Table
    columns: Sequence[Profile]
    now: datetime

    @cached_property
    def time_styles(self) -> dict[str, TimeStyle]:
        """How times are written, by the columns that hold some."""
        times_by_column = {
            profile.name: guess_time_style(profile.values, self.now)
            for profile in self.columns
            if not _is_not_time_heading(profile.name)
        }
        return {
            name: how
            for name, how in times_by_column.items()
            if how is not None and how.share > self._get_min_time_share(name)
        }

    def _get_min_time_share(self, name: str) -> float:
        """The share of values that must be times: where the name says time, few are enough to ask about the others."""
        return 0.2 if parse_heading(name).concepts & _TIMES else 0.5

    @cached_property
    def clock_formats(self) -> dict[str, str]:
        """How times of day are written, by the columns that hold nothing else."""
        formats_by_column = {}
        for profile in self.columns:
            concepts = parse_heading(profile.name).concepts
            how = self.time_styles.get(profile.name)
            if how is not None and not how.has_day:
                formats_by_column[profile.name] = how.format or "%H:%M:%S"
            elif (
                "clock" in concepts
                and not concepts & {"day", "time"}
                and (alone := guess_time_of_day(profile.values))
            ):
                formats_by_column[profile.name] = alone
        return formats_by_column

    @cached_property
    def has_days(self) -> bool:
        """Whether a column holds days."""
        return any(how.has_day for how in self.time_styles.values())

    def get_column(self, name: str) -> Profile:
        """A column by its name."""
        return next(each for each in self.columns if each.name == name)


@dataclass(frozen=True)
class ColumnMatch:
    """Our columns by the file's, with their scores, and what was not clear."""

    columns: dict[str, str]
    scores: dict[str, float]
    doubts: list[Doubt]


def match_columns(file: ProfiledFile, ours: Sequence[TableColumn]) -> ColumnMatch:
    """The best assignment of the file's columns to some of ours."""
    table = np.array([[_score_pair(file, column, profile) for profile in file.columns] for column in ours])
    if not table.size:
        return ColumnMatch({}, {}, [])
    chosen, doubts = {}, []
    # Here and not above: it takes 80 MB, which a server that nobody brings a file to need not have.
    from scipy.optimize import linear_sum_assignment

    scores: dict[str, float] = {}
    pairs = [
        (int(a), int(b))
        # Scores below `LEAST` count as nothing, or the sum would be raised by pairs that are then dropped.
        for a, b in zip(*linear_sum_assignment(-np.where(table < LEAST, 0, table)), strict=True)
    ]
    pairs = [(a, b) for a, b in pairs if table[a, b] >= LEAST]
    for a, b in pairs:
        column, theirs = ours[a], file.columns[b].name
        close = _list_close_rivals(table, pairs, a, b, file)
        as_well = _list_rival_targets(table, pairs, a, b, ours)
        if table[a, b] < SURE and not column.required and column.name != "record_id":
            doubts.append(
                make_doubt(
                    f"columns.{column.name}", "guess.left-out", name=join_labels([column]), theirs=theirs
                )
            )
            continue
        chosen[column.name], scores[column.name] = theirs, float(table[a, b])
        is_named = score_heading(theirs, file.table, column) >= KEPT
        doubts += _ask_if_unsure(column, theirs, 1.0 if is_named else float(table[a, b]), close, as_well)
    return ColumnMatch(chosen, scores, doubts)


def _ask_if_unsure(
    column: TableColumn, theirs: str, certainty: float, close: list[str], as_well: list[TableColumn]
) -> list[Doubt]:
    slot = f"columns.{column.name}"
    if close:
        return [
            make_doubt(
                slot,
                "guess.which-column",
                name=join_labels([column]),
                theirs=theirs,
                others=quote_names(close),
            )
        ]
    if as_well:
        return [
            make_doubt(
                slot,
                "guess.which-ours",
                theirs=theirs,
                name=join_labels([column]),
                others=join_labels(as_well),
            )
        ]
    if certainty < SURE:
        return [make_doubt(slot, "guess.weak", name=join_labels([column]), theirs=theirs)]
    return []


def _list_close_rivals(
    table: np.ndarray, pairs: list[tuple[int, int]], a: int, b: int, file: ProfiledFile
) -> list[str]:
    """Other columns of the file that would do nearly as well for ours, without loss to whichever of ours reads them."""
    row_of = {other: row for row, other in pairs}

    def compute_loss(other: int) -> float:
        lost = float(table[a, b] - table[a, other])
        row = row_of.get(other)
        return lost if row is None else lost + float(table[row, other] - table[row, b])

    order = [int(other) for other in np.argsort(-table[a]) if other != b and table[a, other] >= LEAST]
    return [file.columns[other].name for other in order if compute_loss(other) < MARGIN]


def _list_rival_targets(
    table: np.ndarray, pairs: list[tuple[int, int]], a: int, b: int, ours: Sequence[TableColumn]
) -> list[TableColumn]:
    """Others of ours that go without, and for which this column would do nearly as well."""
    taken = {row for row, _ in pairs}
    return [
        ours[row]
        for row in range(len(ours))
        if row not in taken and table[row, b] >= max(LEAST, table[a, b] - MARGIN)
    ]


def _score_pair(file: ProfiledFile, column: TableColumn, profile: Profile) -> float:
    if is_forbidden_heading(profile.name) or not profile.name:
        return 0.0
    name_score = score_heading(profile.name, file.table, column)
    fits = _score_fit(file, column, profile)
    if fits <= 0 and name_score >= KEPT and column.required and not column.values and profile.values:
        fits = 0.2
    if fits <= 0:
        return 0.0
    if name_score < LEAST:
        # A column without a telling heading is proposed only for what values alone can show, and always asked
        # about.
        alone = BY_VALUES.get(column.name if column.name == "uetr" else column.kind, 0.0)
        return alone * fits if fits >= 0.9 and column.required | (column.name == "uetr") else 0.0
    # Of two columns that say the same, who pays stands first.
    place = profile.position / max(1, len(file.columns)) * 0.02
    first = column.name.startswith(("payer", "from"))
    # The heading counts three times as much as the values: values of two account columns look alike.
    total_score = 0.75 * name_score + 0.25 * fits - (place if first else 0.02 - place)
    # Where days stand in a column of their own, a time of day belongs to them and is no time by itself.
    return (
        total_score * 0.6
        if column.kind == "time" and profile.name in file.clock_formats and file.has_days
        else total_score
    )


def _score_fit(file: ProfiledFile, column: TableColumn, profile: Profile) -> float:
    """How well values fit a column of ours, from 0 (they cannot be it) to 1."""
    if not profile.values:
        return 0.2
    if column.name == "record_id":
        return (
            1.0
            if profile.distinct_share > 0.999 and profile.filled_share > 0.99 and not profile.is_row_counter
            else 0.0
        )
    if column.name == "uetr":
        return profile.uuid_share if profile.uuid_share > 0.5 else 0.0
    if column.kind == "time":
        return _score_time_fit(file, profile)
    if column.subject == "phone" and not column.is_free_text:
        return max(profile.phone_share, 0.3 * profile.account_share)
    if column.values:
        return _score_choice_fit(column, profile)
    return _score_kind_fit(file, column, profile)


def _score_kind_fit(file: ProfiledFile, column: TableColumn, profile: Profile) -> float:
    if (
        profile.name in file.time_styles
        and file.time_styles[profile.name].unit is None
        and column.kind != "text"
    ):
        return 0.0
    match column.kind:
        case "money":
            return profile.number_share if profile.number_share > 0.8 else 0.0
        case "number" | "integer":
            return profile.plain_number_share if profile.plain_number_share > 0.8 else 0.0
        case "currency":
            return (
                profile.currency_share
                if profile.currency_share > 0.5
                else 0.4
                if profile.number_share < 0.2 and len(profile.counts_by_value) < 60
                else 0.0
            )
        case "bank":
            return max(
                profile.bank_share,
                0.5 if profile.number_share < 0.2 and len(profile.counts_by_value) < 200 else 0.0,
            )
        case "account":
            return (
                0.0
                if is_money_column(profile) or _are_person_names(profile)
                else max(profile.account_share, 0.15)
            )
    return 0.6


def _are_person_names(each: Profile) -> bool:
    """Whether most values are words without a digit, as names of people are and accounts are not."""
    return sum(" " in text and not any(map(str.isdigit, text)) for text in each.values) * 2 > len(each.values)


def is_money_column(each: Profile) -> bool:
    """Whether values have the two decimals of an amount."""
    return sum(text[-3:-2] in (".", ",") for text in each.values) > len(each.values) * 0.8


def _is_not_time_heading(name: str) -> bool:
    """Whether a heading says that its column holds something else: 46,346.50 is an amount under `Amount`, and no day of Excel."""
    said = parse_heading(name).concepts
    return bool(said & _NO_TIMES) and not said & _TIMES


def _score_time_fit(file: ProfiledFile, each: Profile) -> float:
    how = file.time_styles.get(each.name)
    if how is not None and how.has_day:
        return 1.0 if how.has_time_of_day else 0.85
    if each.name in file.clock_formats:
        return 0.2
    counts = all(text.isdigit() and len(text) < 6 for text in each.counts_by_value)
    return 0.3 if counts and parse_heading(each.name).concepts & {"step", "time", "day", "clock"} else 0.0


def _score_choice_fit(column: TableColumn, each: Profile) -> float:
    ours = sum(many for text, many in each.counts_by_value.items() if text.lower() in column.values)
    share = max(ours / max(1, len(each.values)), each.measure_word_share(column.name))
    few = len(each.counts_by_value) <= 40 and each.plain_number_share < 0.5
    return 0.4 + 0.6 * share if share > 0.3 else 0.4 if few else 0.0
