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
class BriefingFigure:
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
class BandedFigure:
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


Cause = Literal["report", "decision", "bank", ""]
"""When most money left: before the report, between report and decision, or while a bank had not answered."""
Why = Literal["loss", "missed", "slow", "harm", "best"]


@dataclass(frozen=True, slots=True)
class FirstAct:
    """What to do first this morning, by rule: call a `silent` or a `slow` bank (`count` times its usual), look into
    `late_appeals`, decide what is `undecided`; `code` is empty where nothing needs anybody.
    """

    code: Literal["silent", "slow", "late_appeals", "undecided", ""]
    partner: str = ""
    seconds: int = 0
    count: int = 0
    amount: Satang = 0


@dataclass(frozen=True, slots=True)
class Story:
    """The figures of the three sentences; money in satang, `low` to `high` what is usual by chance alone."""

    reports: int
    reported: Satang
    low: Satang | None
    high: Satang | None
    verdict: Verdict
    held: Satang
    share_before: float | None
    gone: Satang
    before_report: Satang
    before_decision: Satang
    after_decision: Satang
    cause: Cause
    wronged: int
    wronged_seconds: int
    act: FirstAct


@dataclass(frozen=True, slots=True)
class BriefingHour:
    """An hour (a day, a week) of the period; `low` to `high`: what 8 of 10 like ones before it had reported, if known."""

    at: datetime
    reported: Satang
    held: Satang
    gone: Satang
    released: Satang
    low: Satang | None
    high: Satang | None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case to know and why: `amount` left (after the report, where it was `missed`), a bank took `seconds`, or
    somebody waited so long for money that was theirs.
    """

    number: str
    scam_type: str
    victim_bank: str
    reported_at: datetime
    loss: Satang
    held: Satang
    still_there: Satang
    honest: Satang
    gone: Satang
    why: Why
    amount: Satang
    seconds: int
    partner: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the caller may know of a period; cases sealed to others are left out.

    `since` inclusive and `until` exclusive, as known at `made_at`. `lines`: what other rooms have to say of it.
    """

    since: datetime
    until: datetime
    made_at: datetime
    officer: str
    exercise: bool
    figures: tuple[BriefingFigure, ...]
    actions: tuple[ActionCount, ...]
    found: tuple[FoundCount, ...]
    effects: tuple[BandedFigure, ...]
    partners: tuple[PartnerTimes, ...]
    story: Story
    hours: tuple[BriefingHour, ...]
    cases: tuple[KnownCase, ...]
    lines: tuple[Texts, ...] = ()

    def list_figures(self, section: Section) -> tuple[BriefingFigure, ...]:
        """The figures of one section."""
        return tuple(one for one in self.figures if one.section == section)

    def get_figure(self, section: Section, code: str) -> BriefingFigure:
        """One figure; raises StopIteration where the officer has none such."""
        return next(one for one in self.list_figures(section) if one.code == code)
