"""The briefing of a period for programs."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query

from warroom import clock
from warroom.room.briefing import period, service
from warroom.room.briefing.period import checked
from warroom.room.briefing.views import Briefing, BriefingRow, Effect, Figure, Opens, Section, Unit, Verdict
from warroom.web.kit.api import Answer, Baht, Book, BothLanguages, Caller, Moment, area
from warroom.web.requests.api import PartnerTimesOut

router = area("briefing")


class Measured(Answer):
    """An amount in its own unit; the other two are null."""

    baht: Baht | None = None
    seconds: int | None = None
    number: int | None = None

    @classmethod
    def of(cls, value: int | None, unit: Unit) -> Self:
        names = {"satang": "baht", "seconds": "seconds", "number": "number", "": "number"}
        return cls() if value is None else cls(**{names[unit]: value})


class RowOut(Answer):
    """A row behind a figure: `opens` and `id` name what it leads to."""

    opens: Opens
    id: str
    name: str
    at: Moment | None
    amount: Measured
    note: str


class FigureOut(Answer):
    """A count and a sum over its rows, of which the first 100 come along."""

    section: Section
    code: str
    title: BothLanguages
    count: int | None
    amount: Measured
    rows: list[RowOut]


class ActionCountOut(Answer):
    """Actions proposed in the period."""

    pillar: str
    kind: str
    title: BothLanguages
    state: str
    count: int


class FoundOut(Answer):
    """What joint operations found; people rounded to 5, `few` where operations that found fewer than 11 are left out."""

    kind: str
    count: int
    amount: Baht
    few: bool


class EffectOut(Answer):
    """A figure beside its noise band; the band is null where fewer than 4 spans went before."""

    code: str
    title: BothLanguages
    value: Measured
    low: Measured
    high: Measured
    spans: int
    verdict: Verdict


class BriefingOut(Answer):
    """What the caller may know of a period; cases sealed to others are left out."""

    since: Moment
    until: Moment
    made_at: Moment
    exercise: bool
    figures: list[FigureOut]
    actions: list[ActionCountOut]
    found: list[FoundOut]
    effects: list[EffectOut]
    partners: list[PartnerTimesOut]


@router.get("/briefing", response_model=BriefingOut)
def made(
    book: Book,
    officer: Caller,
    since: Annotated[
        Moment | None, Query(alias="from", description="Seven days before the end unless said")
    ] = None,
    until: Annotated[Moment | None, Query(description="Not part of the period; now unless said")] = None,
) -> BriefingOut:
    """The briefing of a period of at most three years; the reading is logged."""
    ends: datetime = until or clock.now()
    return shaped(service.briefing(book, officer, checked(since or ends - period.USUAL, ends)))


def shaped(found: Briefing) -> BriefingOut:
    """A briefing on the wire."""
    return BriefingOut(
        since=found.since,
        until=found.until,
        made_at=found.made_at,
        exercise=found.exercise,
        figures=[_figure(one) for one in found.figures],
        actions=[ActionCountOut.model_validate(one) for one in found.actions],
        found=[FoundOut.model_validate(one) for one in found.found],
        effects=[_effect(one) for one in found.effects],
        partners=[PartnerTimesOut.model_validate(one) for one in found.partners],
    )


def _figure(one: Figure) -> FigureOut:
    return FigureOut(
        section=one.section,
        code=one.code,
        title=BothLanguages.model_validate(one.title),
        count=one.count,
        amount=Measured.of(one.amount, one.unit),
        rows=[_row(row, one.unit) for row in one.rows],
    )


def _row(row: BriefingRow, unit: Unit) -> RowOut:
    said: dict[str, Any] = {name: getattr(row, name) for name in ("opens", "id", "name", "at", "note")}
    return RowOut(amount=Measured.of(row.amount, unit), **said)


def _effect(one: Effect) -> EffectOut:
    return EffectOut(
        code=one.code,
        title=BothLanguages.model_validate(one.title),
        value=Measured.of(one.value, one.unit),
        low=Measured.of(one.low, one.unit),
        high=Measured.of(one.high, one.unit),
        spans=one.spans,
        verdict=one.verdict,
    )
