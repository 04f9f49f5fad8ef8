"""A briefing as others see it: figures, and the rows behind each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.requests.views import PartnerTimes

Section = Literal["cases", "holds", "requests", "operations", "assets", "results", "harm", "clocks"]
SECTIONS: tuple[Section, ...] = get_args(Section)
Unit = Literal["satang", "seconds", "number", ""]
"""What a figure's amount counts; "" for figures that are counts alone."""
Verdict = Literal["below", "inside", "above", "unknown"]
Opens = Literal["case", "action", "operation", "request", "asset", "proceeding", ""]
"""What a row leads to; "" where it has no page of its own."""


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """One row behind a figure: what it is, which page shows it (`id` there), when, how much, and a word on it."""

    opens: Opens
    id: str
    name: str
    at: datetime | None
    amount: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and a sum over its rows; `rows` holds the first of them, `count` says how many there are.

    `count` is None where so few people are meant that they could be picked out.
    """

    section: Section
    code: str
    title: Texts
    count: int | None
    amount: int | None
    unit: Unit
    rows: tuple[BriefingRow, ...] = ()

    @property
    def anchor(self) -> str:
        """The name of its rows on a page."""
        return f"{self.section}-{self.code}"


@dataclass(frozen=True, slots=True)
class ActionCount:
    """Actions proposed in the period, of one pillar, kind and state."""

    pillar: str
    kind: str
    title: Texts
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class FoundCount:
    """What joint operations found, of one sort. Counts of people are rounded to 5; `few` says that operations which
    found fewer than 11 are left out.
    """

    kind: str
    count: int
    amount: int
    few: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure of the period beside the band in which it would lie by chance alone.

    `low` and `high` hold nine in ten draws over the `spans` that went before; None where there were too few.
    """

    code: str
    title: Texts
    unit: Unit
    value: int
    low: int | None
    high: int | None
    spans: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Briefing:
    """What an officer may know of a period, `since` inclusive and `until` exclusive, as known at `made_at`."""

    since: datetime
    until: datetime
    made_at: datetime
    officer: str
    exercise: bool
    figures: tuple[Figure, ...]
    actions: tuple[ActionCount, ...]
    found: tuple[FoundCount, ...]
    effects: tuple[Effect, ...]
    partners: tuple[PartnerTimes, ...]

    def of(self, section: Section) -> tuple[Figure, ...]:
        """The figures of one section."""
        return tuple(one for one in self.figures if one.section == section)

    def figure(self, section: Section, code: str) -> Figure:
        """One figure; raises StopIteration where the officer has none such."""
        return next(one for one in self.of(section) if one.code == code)
