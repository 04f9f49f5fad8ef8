"""What the day and the hour have brought so far."""

from dataclasses import dataclass
from datetime import datetime

from warroom.cases.silent_banks import SilentBank
from warroom.units import Satang


@dataclass(frozen=True, slots=True)
class HourlySeries:
    """A figure by the hour of the local day, up to the hour that runs; `low` and `high` are what is usual, where that is
    known.
    """

    points: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """Today since local midnight. `usual` is the band of reports by this time of day on like days (the same day of the
    week, 8 of 10 of them), None where there are fewer than eight: `like_days` says how many there are.

    Minutes are medians from the report to the bank's word, and from the order to it; None where no bank has answered.
    `innocent_hours` are hours in which released holders could not use their money, by its share of their balance;
    `whole_hours` the same if their accounts had been blocked as a whole.
    """

    reports: int
    usual: tuple[int, int] | None
    like_days: int
    reports_line: HourlySeries
    held: Satang
    holds: int
    in_part: int
    held_line: HourlySeries
    to_hold: float | None
    bank_minutes: float | None
    to_hold_line: HourlySeries
    innocent_hours: float
    whole_hours: float
    released: int
    innocent_line: HourlySeries
    leaves_line: HourlySeries


@dataclass(frozen=True, slots=True)
class Slice:
    """Five minutes from `start` on: reports, what banks said they hold, and what was seen to leave or said to have left."""

    start: datetime
    reports: int
    held: Satang
    gone: Satang


@dataclass(frozen=True, slots=True)
class LastHour:
    """The last hour by five minutes."""

    slices: tuple[Slice, ...]

    @property
    def reports(self) -> int:
        return sum(one.reports for one in self.slices)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.slices)

    @property
    def gone(self) -> int:
        return sum(one.gone for one in self.slices)


@dataclass(frozen=True, slots=True)
class BankLine:
    """A bank's usual answer in minutes over its last thirty, and how many of its answers stand out."""

    bank: str
    usual: float
    asked: int


@dataclass(frozen=True, slots=True)
class OfficerOnDuty:
    """An officer who is signed in, with the cases and appeals that are theirs."""

    name: str
    cases: int
    appeals: bool


@dataclass(frozen=True, slots=True)
class RoomNow:
    """Whether the room holds. `longest` is the case that has waited longest with nobody: number, still there, since when.

    `decided` and `arrived` count cases of the last hour.
    """

    longest: tuple[str, Satang, datetime] | None
    silent: tuple[SilentBank, ...]
    desk: tuple[OfficerOnDuty, ...]
    decided: int
    arrived: int
    banks: tuple[BankLine, ...]
    banks_more: int
