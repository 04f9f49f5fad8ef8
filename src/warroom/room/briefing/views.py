"""A briefing as others see it: figures, and the rows behind each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.requests.views import PartnerTimes
from warroom.units import Satang

Section = Literal["cases", "holds", "requests", "operations", "assets", "results", "harm", "clocks"]
SECTIONS: tuple[Section, ...] = get_args(Section)
Unit = Literal["satang", "seconds", "number", ""]
"""What a figure's amount counts; "" for figures that are counts alone."""
Verdict = Literal["below", "inside", "above", "unknown"]
Opens = Literal["case", "action", "operation", "request", "asset", "proceeding", ""]
"""What a row leads to; "" where it has no page of its own."""


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """A row behind a figure: `opens` and `id` name what it leads to.

    What it is, which page shows it (`id` there), when, how much, and a word on it.
    """

    opens: Opens
    id: str
    name: str
    at: datetime | None
    amount: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and a sum over its rows, of which the first 100 come along.

    `count` says how many there are; it is None where so few people are meant that they could be picked out.
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
    """Actions proposed in the period.

    Of one pillar, kind and state.
    """

    pillar: str
    kind: str
    title: Texts
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class FoundCount:
    """What joint operations found; people rounded to 5, `few` where operations that found fewer than 11 are left out.

    Of one sort.
    """

    kind: str
    count: int
    amount: Satang
    few: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure beside its noise band; the band is null where fewer than 4 spans went before.

    It would lie there by chance alone: `low` and `high` hold nine in ten draws over the `spans` that went before.
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
    """What the caller may know of a period; cases sealed to others are left out.

    `since` inclusive and `until` exclusive, as known at `made_at`.
    """

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
